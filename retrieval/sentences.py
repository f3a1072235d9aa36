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
    pieces: list[Span] = []
    found = sentencex.get_sentence_boundaries(language, line)
    for start, end in _without_months(line, [(p["start_index"], p["end_index"]) for p in found]):
        if pieces and _belongs_together(pieces[-1].of(line), line[start:end]):
            pieces[-1] = Span(pieces[-1].start, end)
        else:
            pieces.append(Span(start, end))
    return [trimmed for p in pieces if (trimmed := _trim(line, p, offset)) is not None]


def _without_months(line: str, bounds: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut after "May.", which is taken for a month's short form but is a whole word."""
    for start, end in bounds:
        cuts = [match.end() for match in _MAY_END.finditer(line, start, end)]
        yield from pairwise([start, *cuts, end])


def _belongs_together(before: str, after: str) -> bool:
    if _LOWER_START.match(after):
        return True
    if _OPEN_END.search(before):
        clock = before.rstrip().endswith((".m.",))
        return not clock or bool(_ZONE.match(after.lstrip()))
    return False


def _trim(line: str, span: Span, offset: int) -> Span | None:
    piece = span.of(line)
    start = span.start + len(piece) - len(piece.lstrip())
    end = span.start + len(piece.rstrip())
    return Span(offset + start, offset + end) if end > start else None
