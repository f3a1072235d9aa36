"""Text with marks, its size as Telegram counts it, and its HTML.

A message is made of blocks and a block of runs, so that a long one is cut between characters of
the text and every tag is opened and closed only when the HTML is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LINE = "\n"
PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class Size:
    """What a message may hold so much of.

    `units` are UTF-16 units of the parsed text, `entities` its marks, `source` bytes of HTML
    and `links` bytes of addresses: the last two are limits that the Bot API has but doesn't
    write down (32 KiB of source, some 9,500 bytes of entities).
    """

    units: int = 0
    entities: int = 0
    source: int = 0
    links: int = 0

    def __add__(self, other: Size) -> Size:
        """Return the size of both together."""
        return Size(
            self.units + other.units,
            self.entities + other.entities,
            self.source + other.source,
            self.links + other.links,
        )

    def fits(self, room: Size) -> bool:
        """Return whether nothing of it goes beyond `room`."""
        return (
            self.units <= room.units
            and self.entities <= room.entities
            and self.source <= room.source
            and self.links <= room.links
        )


MESSAGE = Size(units=4096, entities=100, source=32_000, links=8_000)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with the same marks. `url` must have come through `link_of`."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str | None = None

    def opening(self) -> str:
        """Return the tags before the text."""
        link = f'<a href="{escape(self.url)}">' if self.url else ""
        return link + "<b>" * self.bold + "<i>" * self.italic

    def closing(self) -> str:
        """Return the tags after the text."""
        return "</i>" * self.italic + "</b>" * self.bold + "</a>" * bool(self.url)

    def marks(self) -> Size:
        """Return the size of the marks alone."""
        return Size(
            entities=self.bold + self.italic + bool(self.url),
            source=len(self.opening().encode()) + len(self.closing()),
            links=len((self.url or "").encode()),
        )


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, set off by `gap` from what stands before it in the same message.

    A `quote` that is `expandable` shows its first lines until it is touched.
    """

    runs: tuple[Run, ...]
    quote: bool = False
    expandable: bool = field(default=False, kw_only=True)
    gap: str = field(default=PARAGRAPH, kw_only=True)

    @property
    def text(self) -> str:
        """The text without marks."""
        return "".join(run.text for run in self.runs)

    def frame(self) -> Size:
        """Return the size of the gap and the quote's tags, without any text."""
        size = Size(units=len(self.gap), source=len(self.gap))
        tags = len(_opening(self)) + len(_QUOTE_CLOSING)
        return size + Size(entities=1, source=tags) if self.quote else size


_QUOTE_CLOSING = "</blockquote>"


def utf16_units(text: str) -> int:
    """Return the length of `text` as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def measure_text(text: str) -> Size:
    """Return the size of `text` without marks."""
    return Size(units=utf16_units(text), source=len(_escape(text).encode()))


def measure(blocks: Iterable[Block]) -> Size:
    """Return the size of blocks in one message, first gap included."""
    total = Size()
    for block in blocks:
        total += block.frame()
        for run in block.runs:
            total += run.marks() + measure_text(run.text)
    return total


def to_html(blocks: Sequence[Block]) -> str:
    """Return the HTML of one message."""
    return "".join(
        (block.gap if position else "") + _block_html(block)
        for position, block in enumerate(blocks)
    )


def _block_html(block: Block) -> str:
    inner = "".join(run.opening() + _escape(run.text) + run.closing() for run in block.runs)
    return f"{_opening(block)}{inner}{_QUOTE_CLOSING}" if block.quote else inner


def _opening(block: Block) -> str:
    return "<blockquote expandable>" if block.expandable else "<blockquote>"


def _escape(text: str) -> str:
    return escape(text, quote=False)
