"""From a text with wished-for entities to what Telegram makes of it.

Overlaps are settled, control characters cleaned away, the ends trimmed, links and commands found,
and entities past the hundredth dropped. Pure; everything dropped is named in `losses`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.playground.detection import find_entities
from bot.playground.entities import DETECTED, QUOTES, STYLES
from bot.playground.errors import bad_request
from bot.playground.settling import in_order, join_styles, settle
from bot.playground.utf16 import is_encodable, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.playground.entities import Entity

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
MAX_ENTITIES = 100
_MAX_ENTITY_PLACE = 1_000_000
_INVISIBLE = frozenset("\u180e\u200b\u200c\u200d\u2060\u2800\u3164\ufe0f\ufeff\ufffc")
_REMOVED = frozenset("\r\u030a\u0333\u033f") | {chr(code) for code in range(0x2028, 0x202F)}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as Telegram keeps it. `losses` says, a line each, what was dropped on the way."""

    text: str
    entities: tuple[Entity, ...] = ()
    losses: tuple[str, ...] = ()


def format_text(
    text: str,
    entities: Sequence[Entity] = (),
    *,
    losses: Sequence[str] = (),
    max_units: int = MAX_TEXT_UNITS,
) -> Formatted:
    """Return `text` with `entities` as a chat would show them; `losses` are passed on.

    Raises ApiError(400) for an entity that lies outside the text or cuts a character, and for a
    text that is empty or longer than `max_units` once cleaned.
    """
    if not is_encodable(text):
        raise bad_request("strings must be encoded in UTF-8")
    wished = _checked(entities)
    settled = settle(wished)
    dropped = [*losses, *_overlaps(wished, settled)]
    text, settled = _trimmed(*_cleaned(text, settled))
    if all(character.isspace() or character in _INVISIBLE for character in text):
        raise bad_request("text must be non-empty")
    if units(text) > max_units:
        raise bad_request("message is too long")
    kept, excess = _first_hundred(settled)
    if excess:
        dropped.append(f"{excess} entities are dropped: a message keeps {MAX_ENTITIES}")
    return Formatted(text, _with_found(text, kept), tuple(dropped))


def _checked(entities: Sequence[Entity]) -> list[Entity]:
    for entity in entities:
        if not 0 <= entity.offset <= _MAX_ENTITY_PLACE:
            raise bad_request(f"receive an entity with incorrect offset {entity.offset}")
        if not 0 <= entity.length <= _MAX_ENTITY_PLACE:
            raise bad_request(f"receive an entity with incorrect length {entity.length}")
    return [entity for entity in entities if entity.length and entity.type not in DETECTED]


def _overlaps(wished: Sequence[Entity], settled: Sequence[Entity]) -> list[str]:
    kept = set(settled)
    return [
        f"{entity.type} at {entity.offset} is dropped: it overlaps another entity"
        for entity in wished
        if entity.type not in STYLES and entity not in kept
    ]


def _cleaned(text: str, entities: Iterable[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """Turn control characters into spaces, remove a few others, and move the entities along."""
    places = {0: 0}
    kept: list[str] = []
    before = after = 0
    for character in text:
        clean = "" if character in _REMOVED else character
        if character < " " and character not in "\r\n":
            clean = " "
        kept.append(clean)
        before += units(character)
        after += units(clean)
        places[before] = after
    moved = [_moved(entity, places, text, before) for entity in entities]
    return "".join(kept), settle(entity for entity in moved if entity.length)


def _moved(entity: Entity, places: dict[int, int], text: str, size: int) -> Entity:
    if entity.offset > size:
        raise bad_request(
            f"entity begins after the end of the text at UTF-16 offset {entity.offset}"
        )
    if entity.end > size:
        raise bad_request(
            f"entity beginning at UTF-16 offset {entity.offset} "
            f"ends after the end of the text at UTF-16 offset {entity.end}"
        )
    if entity.offset not in places:
        place = _byte_after(text, entity.offset)
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {place}")
    if entity.end not in places:
        place = _byte_after(text, entity.end)
        raise bad_request(
            f"entity beginning at UTF-16 offset {entity.offset} "
            f"ends in a middle of a UTF-16 symbol at byte offset {place}"
        )
    offset = places[entity.offset]
    return replace(entity, offset=offset, length=places[entity.end] - offset)


def _byte_after(text: str, unit: int) -> int:
    """Return the byte offset of the first character that starts after `unit`."""
    at = size = 0
    for character in text:
        if at > unit:
            break
        at += units(character)
        size += len(character.encode())
    return size


def _trimmed(text: str, entities: Sequence[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """Cut white space from both ends; at the beginning not past the first entity."""
    text = text.rstrip(" \n")
    size = units(text)
    inside = [
        replace(entity, length=min(entity.end, size) - entity.offset)
        for entity in entities
        if entity.offset < size
    ]
    room = inside[0].offset if inside else size
    cut = min(room, len(text) - len(text.lstrip(" \n")))
    return text[cut:], in_order(replace(entity, offset=entity.offset - cut) for entity in inside)


def _first_hundred(entities: tuple[Entity, ...]) -> tuple[tuple[Entity, ...], int]:
    """Return what one message may carry and how many are too many.

    Styles are the first to go; custom emoji do not count.
    """
    emoji = [entity for entity in entities if entity.type == "custom_emoji"]
    frame = [e for e in entities if e.type not in STYLES and e.type != "custom_emoji"]
    styles = join_styles([e for e in entities if e.type in STYLES])
    excess = len(frame) + len(styles) - MAX_ENTITIES
    if excess <= 0:
        return entities, 0
    return settle([*emoji, *[*frame, *styles][:MAX_ENTITIES]]), excess


def _with_found(text: str, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Add what Telegram finds by itself, where no link, code or date stands already."""
    solid = [e for e in entities if e.type not in QUOTES and e.type not in STYLES]
    found = [
        entity
        for entity in find_entities(text)
        if not any(s.offset < entity.end and entity.offset < s.end for s in solid)
    ]
    return settle([*entities, *found]) if found else entities
