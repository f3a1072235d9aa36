"""Pages of lines, as they were set → paragraphs. Pure."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.readers.wording import clean_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:page |p\. ?|seite )?#(?: ?(?:of|/|von) ?#)?[-–—\s.]*")
_HYPHENATED = re.compile(r"\b[^\W\d_]+-[^\W\d_]+\b")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")
# A line that ends before this share of the usual width ends a paragraph.
_SHORT = 0.8
_AT_EDGE = 2


def paragraphs_of_pages(pages: Sequence[str], *, titled: bool) -> list[str]:
    """Turn the text of pages into paragraphs.

    Lines at the top or bottom that most pages share, but for their digits, are running heads and
    page numbers and go; the first stays if nothing else names the document (`titled`). Words
    broken at a line's end are joined; a compound keeps its hyphen if it stands so elsewhere.
    """
    texts = [page.translate(_LIGATURES) for page in pages]
    lined = [_strip_blank(clean_lines(text)) for text in texts]
    lines = [line for page in _without_heads(lined, titled=titled) for line in (*page, None)]
    compounds = {found.lower() for text in texts for found in _HYPHENATED.findall(text)}
    width = _usual_width(line for line in lines if line)
    return list(_join(lines, width, compounds))


def _strip_blank(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    start = next((index for index, line in enumerate(lines) if line), 0)
    return lines[start:]


def _without_heads(pages: list[list[str]], *, titled: bool) -> list[list[str]]:
    """Take off lines from the outside in, until one is no head and no page number."""
    edges = [_edges(page) for page in pages]
    counts = Counter(
        shape
        for page, (top, bottom) in zip(pages, edges, strict=True)
        for shape in {_shape(page[index]) for index in (*top, *bottom)}
    )
    needed = max(2, len(pages) // 2 + 1)
    kept: list[list[str]] = []
    for page, ends in zip(pages, edges, strict=True):
        dropped: set[int] = set()
        for end in ends:
            for index in end:
                shape = _shape(page[index])
                number = len(pages) > 1 and _PAGE_NUMBER.fullmatch(shape)
                if not number and counts[shape] < needed:
                    break
                # What stands over all pages, such as a paper's title, may be all that names it.
                if titled or kept or "#" in shape:
                    dropped.add(index)
        kept.append([line for index, line in enumerate(page) if index not in dropped])
    return kept if any(kept) else pages


def _edges(page: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return where the first and last two lines with text are, outermost first."""
    filled = [index for index, line in enumerate(page) if line]
    return filled[:_AT_EDGE], filled[: -_AT_EDGE - 1 : -1]


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line.lower())


def _usual_width(lines: Iterable[str]) -> int:
    """Return the width that nine lines in ten don't exceed."""
    lengths = sorted(map(len, lines))
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def _join(lines: Sequence[str | None], width: int, compounds: set[str]) -> Iterator[str]:
    """Join lines to paragraphs; "" is a blank line, None the end of a page."""
    parts: list[str] = []
    following = [line for line in lines if line is not None]
    for line, after in pairwise([*following, ""]):
        if not line:
            continue
        broken = _BROKEN_WORD.search(line)
        continued = _WORD.match(after)
        if broken and continued and after[0].islower():
            whole = f"{broken[1]}-{continued[0]}".lower()
            parts.append(line if whole in compounds else line[:-1])
            continue
        parts.append(line)
        if _ends_paragraph(line, after, width):
            yield "".join(parts)
            parts = []
        else:
            parts.append(" ")
    if parts:
        yield "".join(parts).rstrip()


def _ends_paragraph(line: str, after: str, width: int) -> bool:
    if not after:
        return True
    if len(line) >= _SHORT * width:
        return False
    return bool(_SENTENCE_END.search(line)) or not after[0].islower()
