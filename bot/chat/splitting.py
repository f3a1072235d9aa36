"""Blocks into as few messages as hold them: between paragraphs, then sentences, then words.

Nothing is lost but white space where a message ends.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.chat.captions import is_visible
from bot.chat.html import MESSAGE, Block, Run, Size, measure, measure_text, to_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# With less room than this left, a paragraph to be cut starts in the next message.
WORTHWHILE_UNITS = 400

_SENTENCE_END = re.compile(r"[.!?…؟۔।。！？][\"'”’»)\]]*\s+|[。！？]+")
_SPACE = re.compile(r"\s+")
_JOINER = "\u200d"


def split_messages(sections: Iterable[Sequence[Block]]) -> list[str]:
    """Return the HTML of messages that hold the sections, each within Telegram's limits.

    The blocks of a section stay in one message where one can hold them. A message without a
    visible character is left out, since Telegram refuses it.
    """
    packer = _Packer()
    for section in sections:
        packer.add(section)
    packer.flush()
    return [
        to_html(blocks)
        for blocks in packer.messages
        if any(is_visible(block.text) for block in blocks)
    ]


class _Packer:
    """Fills one message after the other."""

    def __init__(self) -> None:
        self.messages: list[list[Block]] = []
        self._current: list[Block] = []
        self._used = Size()

    def add(self, section: Sequence[Block]) -> None:
        size = measure(section)
        if not size.fits(self._room()) and (size.fits(MESSAGE) or self._is_nearly_full()):
            self.flush()
        for block in section:
            self._place(block)

    def flush(self) -> None:
        if self._current:
            self.messages.append(self._current)
        self._current, self._used = [], Size()

    def _place(self, block: Block) -> None:
        if not measure([block]).fits(self._room()) and (
            measure([block]).fits(MESSAGE) or self._is_nearly_full()
        ):
            self.flush()
        for part in self._parts(block):
            self._current.append(part)
            self._used += measure([part])

    def _parts(self, block: Block) -> Iterator[Block]:
        """Yield the block cut to the room there is, starting messages as needed."""
        rest: Block | None = block
        while rest is not None:
            head, rest = cut(rest, self._room())
            if head is not None:
                yield head
            if rest is not None:
                self.flush()

    def _room(self) -> Size:
        return Size(
            MESSAGE.units - self._used.units,
            MESSAGE.entities - self._used.entities,
            MESSAGE.source - self._used.source,
            MESSAGE.links - self._used.links,
        )

    def _is_nearly_full(self) -> bool:
        return bool(self._current) and self._room().units < WORTHWHILE_UNITS


def cut(block: Block, room: Size) -> tuple[Block | None, Block | None]:
    """Return the part of `block` that fits `room` and the rest; None = nothing.

    Raises ValueError if not even a whole message has room for one character of it.
    """
    text = block.text
    if text and measure([block]).fits(room):
        return block, None
    end = _fitting(block, room)
    if end < len(text):
        end = _good_end(text, end)
    if not end and text and room == MESSAGE:
        raise ValueError("a mark is larger than a message")
    head, tail = _divide(block.runs, end)
    return (
        replace(block, runs=head) if head else None,
        replace(block, runs=tail) if tail else None,
    )


def _fitting(block: Block, room: Size) -> int:
    """Return how many characters of the block fit `room`."""
    used, count = block.frame(), 0
    for run in block.runs:
        used += run.marks()
        if not used.fits(room):
            return count
        fitting = _fitting_text(run.text, used, room)
        count += fitting
        if fitting < len(run.text):
            return count
        used += measure_text(run.text)
    return count


def _fitting_text(text: str, used: Size, room: Size) -> int:
    """Return the longest start of `text` that `room` holds beside what is used, by halving."""
    low, high = 0, min(len(text), room.units - used.units)
    while low < high:
        middle = (low + high + 1) // 2
        if (used + measure_text(text[:middle])).fits(room):
            low = middle
        else:
            high = middle - 1
    return low


def _good_end(text: str, limit: int) -> int:
    """Return where to cut `text`, at most at `limit`: after a sentence, a word, a character."""
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, 0, limit)]
    if sentences and sentences[-1] * 2 >= limit:
        return sentences[-1]
    if text[limit].isspace():
        return limit
    spaces = [match.end() for match in _SPACE.finditer(text, 0, limit)]
    if spaces:
        return spaces[-1]
    end = limit
    while end > 1 and _belongs_together(text[end - 1], text[end]):
        end -= 1
    return end if end > 1 else limit


def _belongs_together(before: str, after: str) -> bool:
    """Return whether a cut between the two would tear one visible character."""
    return _JOINER in {before, after} or unicodedata.category(after) in {"Mn", "Me", "Mc", "Sk"}


def _divide(runs: Sequence[Run], end: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Return the runs before and after character `end`, without blanks around the cut."""
    head: list[Run] = []
    tail: list[Run] = []
    for run in runs:
        before, after = run.text[:end], run.text[end:]
        end -= len(before)
        if before:
            head.append(replace(run, text=before))
        if after:
            tail.append(replace(run, text=after))
    if tail:
        _trim(head, last=True)
        _trim(tail, last=False)
    return tuple(head), tuple(tail)


def _trim(runs: list[Run], *, last: bool) -> None:
    """Strip blanks from one end of a list of runs, in place."""
    while runs:
        position = -1 if last else 0
        run = runs.pop(position)
        text = run.text.rstrip() if last else run.text.lstrip()
        if text:
            runs.insert(len(runs) if last else 0, replace(run, text=text))
            return
