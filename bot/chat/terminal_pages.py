"""Pages written as Telegram HTML, for a terminal and for pipes.

Lists, articles and paragraphs are made once, by the pure functions beside this one; here their
marks become a terminal's, or words. Only the tags that `bot.chat.html` writes are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from bot.chat.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

_BAR = "▌ "
_ASCII_BAR = "| "
_QUIET = Style(dim=True)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with the same marks."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str | None = None
    quoted: bool = False


class _Reader(HTMLParser):
    """Collects pieces; tags nest, and those of one kind don't nest in each other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._open: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what text is marked with from here on."""
        self._open[tag] = dict(attrs).get("href")

    def handle_endtag(self, tag: str) -> None:
        """Note what text is no longer marked with."""
        self._open.pop(tag, None)

    def handle_data(self, data: str) -> None:
        """Take text with its marks."""
        marks = self._open
        self.pieces.append(
            Piece(data, "b" in marks, "i" in marks, marks.get("a"), "blockquote" in marks)
        )


def pieces_of(html: str) -> list[Piece]:
    """Return the text of a page in stretches, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.pieces


def page_plain(html: str) -> str:
    """Return a page as plain text: links after their text, quotations indented, marks as stars.

    Within a quotation bold text marks the sentence meant; elsewhere marks are left out.
    """
    parts = []
    for quoted, group in _sections(html):
        text = "".join(_plain(piece) for piece in group).strip("\n")
        parts.append(_indented(text) if quoted else text)
    return "\n".join(parts)


def render_page(html: str) -> RenderableType:
    """Return a page for a rich console; quotations have a bar beside each of their lines."""
    rendered: list[RenderableType] = []
    for quoted, group in _sections(html):
        text = Text()
        for piece in group:
            text.append(visible(piece.text), style=_style(piece))
        text = _stripped(text)
        rendered.append(Barred(text) if quoted else text)
    return Group(*rendered)


class Barred:
    """A text with a bar at the left of each line of it."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines, as narrow as the bar needs."""
        bar = _ASCII_BAR if options.ascii_only else _BAR
        narrower = options.update(width=max(1, options.max_width - len(bar)))
        for line in console.render_lines(self._text, narrower, pad=False):
            yield Segment(bar, _QUIET)
            yield from line
            yield Segment.line()


def _sections(html: str) -> Iterator[tuple[bool, Sequence[Piece]]]:
    """Yield stretches in and out of quotations, in turn, those without text left out."""
    for quoted, group in groupby(pieces_of(html), key=lambda piece: piece.quoted):
        pieces = list(group)
        if any(piece.text.strip() for piece in pieces):
            yield quoted, pieces


def _style(piece: Piece) -> Style:
    return Style(
        bold=piece.bold or None,
        dim=piece.italic or None,
        underline=True if piece.url else None,
        link=piece.url,
    )


def _plain(piece: Piece) -> str:
    text = visible(piece.text)
    if piece.quoted and piece.bold and text.strip():
        core = text.strip()
        return text.replace(core, f"**{core}**", 1)
    return f"{text} <{visible(piece.url)}>" if piece.url else text


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))


def _stripped(text: Text) -> Text:
    """Return a text without the line ends around it: each section is a line of its own."""
    plain = text.plain
    start = len(plain) - len(plain.lstrip("\n"))
    end = len(plain.rstrip("\n"))
    return text[start:end] if start or end < len(plain) else text


def lines_of(console: Console, items: Iterable[RenderableType], width: int) -> list[list[Segment]]:
    """Return what is rendered, line by line, each at most `width` columns wide."""
    options = console.options.update(width=width, height=None)
    return console.render_lines(Group(*items), options, pad=False)
