"""Sentence spans: where each sentence of a text starts and ends.

Boundaries come from `sentencex` (rules for some 300 languages); what it cuts too eagerly in news
prose (clock times, initials, quotations carried on by "she said") is joined again here.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import sentencex

from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a sentence can't end on: a clock time before its zone, a lone initial, a military or
# academic title. The next piece is joined to it.
_OPEN_END = re.compile(
    r"(?:\b\d{1,2}(?::\d\d)?\s?[ap]\.m\.|(?:^|\s)[A-Z]\.|\b(?:Dr|Gen|Lt|Col|Sgt|Capt|Cmdr|Adm|Rep|Sen"
    r"|Gov|Mr|Mrs|Ms|Prof|Rev|Hon|St|No|vs|approx)\.)\s*$"
)
_OPEN_END_REACH = 16
_MAY_END = re.compile(r"\bMay\.\s+(?=[\"“‘(]?[A-Z])")
_ZONE = re.compile(r"(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|IST|local time|Eastern)\b")
_LOWER_START = re.compile(r"[^\w]*[a-zà-öø-ÿа-я]")


def sentence_spans(text: str, *, language: str = "en") -> list[Span]:
    """Return the spans of the sentences of `text`, in order, without white space at their ends.

    Nothing but white space lies between two spans; a line break always ends a sentence.
    """
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        spans.extend(_line_spans(line, start, language))
        start += len(line) + 1
    return spans


def _line_spans(line: str, offset: int, language: str) -> list[Span]:
    found = sentencex.get_sentence_boundaries(language, line)
    bounds = [(p["start_index"], p["end_index"]) for p in found]
    if "May." in line:
        bounds = list(_without_months(line, bounds))
    pieces: list[tuple[int, int]] = []
    for start, end in bounds:
        if pieces and _belongs_together(line[slice(*pieces[-1])], line[start:end]):
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    return [trimmed for p in pieces if (trimmed := _trim(line, *p, offset)) is not None]


def _without_months(line: str, bounds: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut after "May.", which is taken for a month's short form but is a whole word."""
    for start, end in bounds:
        cuts = [match.end() for match in _MAY_END.finditer(line, start, end)]
        yield from pairwise([start, *cuts, end])


def _belongs_together(before: str, after: str) -> bool:
    if _LOWER_START.match(after):
        return True
    # The pattern needs a full stop, and reaches back from it by fewer code points than are read.
    end = before.rstrip()
    if end.endswith(".") and _OPEN_END.search(before, max(0, len(end) - _OPEN_END_REACH)):
        return not end.endswith(".m.") or bool(_ZONE.match(after.lstrip()))
    return False


def _trim(line: str, start: int, end: int, offset: int) -> Span | None:
    piece = line[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    return Span(offset + start, offset + end) if end > start else None
