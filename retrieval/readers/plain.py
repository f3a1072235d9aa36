"""Plain text → one article: paragraphs out of blocks of lines, hard-wrapped or not."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from retrieval.readers.building import build_article
from retrieval.readers.fields import Fields
from retrieval.readers.textfile import nothing_in, read_text
from retrieval.readers.wording import clean_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.readers.items import Origin, ReadItem

# The line widths that editors and mail programs break at.
NARROWEST_WRAP = 45
WIDEST_WRAP = 120

_SENTENCE_ENDS = (".", "!", "?", "…", ":")
_CLOSING = "\"'”’»)]"


def read_plain(data: bytes, origin: Origin) -> Iterator[ReadItem]:
    """Read a text file as one article; without metadata it is undated and has no address.

    Yields the article, and a note if the encoding is in doubt; or one `Skipped`.
    """
    return read_text(data, origin, _article)


def _article(text: str, origin: Origin) -> Iterator[ReadItem]:
    paragraphs = list(paragraphs_of(clean_lines(text)))
    if not paragraphs:  # nothing but invisible characters
        yield nothing_in(origin)
        return
    yield build_article(Fields(), paragraphs, origin, own_file=True)


def paragraphs_of(lines: Sequence[str]) -> Iterator[str]:
    """Turn clean lines into paragraphs: a wrapped block is one, in others each line is one.

    Blank lines part the blocks.
    """
    for filled, block in groupby(lines, key=bool):
        if filled:
            yield from _block_paragraphs(list(block))


def is_wrapped(lines: Sequence[str]) -> bool:
    """Tell whether a block of clean lines looks like one paragraph broken at a fixed width.

    It does if its longest line has 45 to 120 characters, if no line had room for the first word
    of the next one (one in ten may), and if at most half of the lines before the last end as
    sentences do. When it can't be told, lines stay apart: that harms less than to join a
    headline with what follows.
    """
    width = max(map(len, lines))
    if len(lines) < 2 or not NARROWEST_WRAP <= width <= WIDEST_WRAP:
        return False
    breaks = len(lines) - 1
    roomy = sum(
        len(line) + 1 + len(following.split(" ", 1)[0]) <= width
        for line, following in pairwise(lines)
    )
    ended = sum(line.rstrip(_CLOSING).endswith(_SENTENCE_ENDS) for line in lines[:-1])
    return 10 * roomy <= breaks and 2 * ended <= breaks


def _block_paragraphs(lines: list[str]) -> list[str]:
    if not is_wrapped(lines):
        return lines
    return ["".join(line + _glue(line, after) for line, after in pairwise([*lines, ""]))]


def _glue(line: str, following: str) -> str:
    """Return what joins two lines of a paragraph; a word broken at its hyphen keeps it."""
    broken = line[-1] == "-" and line[-2:-1].isalpha() and following[:1].isalpha()
    return "" if broken or not following else " "
