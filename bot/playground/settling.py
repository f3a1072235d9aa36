"""Which entities may stand together, and how styles are split around the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.entities import QUOTES, STYLES, VERBATIM, Entity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def settle(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return the entities in order, with no overlaps that Telegram does not keep.

    Links, code, dates and quotes keep clear of their own kind, the outer one staying; quotes may
    hold the others. Styles are joined where they touch and split at every edge of the rest.
    """
    ordered = sorted(entities, key=lambda entity: entity.order)
    quotes = _apart(entity for entity in ordered if entity.type in QUOTES)
    solid = _apart(e for e in ordered if e.type not in QUOTES and e.type not in STYLES)
    frame = [*quotes, *(entity for entity in solid if not _crosses(entity, quotes))]
    frame.sort(key=lambda entity: entity.order)
    styles = [entity for entity in ordered if entity.type in STYLES]
    return in_order([*frame, *_Splitter(styles).split(frame)])


def in_order(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return the entities sorted, outer before inner."""
    return tuple(sorted(entities, key=lambda entity: entity.order))


def join_styles(styles: Sequence[Entity]) -> list[Entity]:
    """Return styles joined where those of one kind touch, as if nothing else were there."""
    return _Splitter(styles).split(())


def _apart(ordered: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in ordered:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _crosses(entity: Entity, quotes: Sequence[Entity]) -> bool:
    """Tell whether the entity overlaps a quote without lying inside it."""
    return any(
        quote.offset < entity.end
        and entity.offset < quote.end
        and not (quote.offset <= entity.offset and entity.end <= quote.end)
        for quote in quotes
    )


class _Splitter:
    """Joins styles of one kind that touch, and splits them at the edges of a frame."""

    def __init__(self, styles: Sequence[Entity]) -> None:
        self._waiting = list(styles)
        self._running: dict[str, tuple[int, int]] = {}
        self._pieces: list[Entity] = []

    def split(self, frame: Sequence[Entity]) -> list[Entity]:
        around: list[Entity] = []
        for entity in frame:
            self._reach(entity.offset, around)
            around.append(entity)
        last = max((e.end for e in [*self._waiting, *frame]), default=0)
        last = max([last, *(end for _, end in self._running.values())])
        self._reach(last, around)
        return self._pieces

    def _reach(self, offset: int, around: list[Entity]) -> None:
        while around and offset >= around[-1].end:
            before = len(self._pieces)
            inner = around.pop()
            self._advance(inner.end)
            if inner.type in VERBATIM:
                del self._pieces[before:]
        self._advance(offset)

    def _advance(self, offset: int) -> None:
        while self._waiting and self._waiting[0].offset < offset:
            style = self._waiting.pop(0)
            running = self._running.get(style.type)
            if running is not None and style.offset <= running[1]:
                self._running[style.type] = (running[0], max(running[1], style.end))
            else:
                self._cut(style.offset)
                self._running[style.type] = (style.offset, style.end)
        self._cut(offset)

    def _cut(self, offset: int) -> None:
        for kind in STYLES:
            begin, end = self._running.get(kind, (offset, offset))
            if begin >= offset:
                continue
            self._pieces.append(Entity(kind, begin, min(end, offset) - begin))
            if end <= offset:
                del self._running[kind]
            else:
                self._running[kind] = (offset, end)
