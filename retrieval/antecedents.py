"""Quotations that nobody would understand alone get the sentence before them, verbatim."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.prose import is_prose
from retrieval.sentences import sentence_spans
from retrieval.types import Span

if TYPE_CHECKING:
    from retrieval.extraction.answer import Place

# English: what points back to somebody or something named before.
_POINTS_BACK = re.compile(
    r"[\"“‘'(]*(?:he|she|they|it|this|these|those|that|his|her|their|its|both"
    r"|the (?:two|pair|latter|former))\b",
    re.IGNORECASE,
)


def points_back(text: str) -> bool:
    """Whether a text begins with a word that stands for something named before it."""
    return _POINTS_BACK.match(text) is not None


def with_antecedent(place: Place, *, room: int) -> Place:
    """Return the place, begun one sentence earlier if it points back and `room` allows.

    `room` is in code points. The earlier sentence is of the same passage, directly before.
    """
    if not points_back(place.text):
        return place
    offset = place.hit.passage.span.start
    text = place.hit.passage.text
    before: Span | None = None
    for span in sentence_spans(text, language=place.hit.article.language):
        if span.start + offset >= place.span.start:
            break
        before = span
    if before is None or before.end + offset > place.span.start or not is_prose(before.of(text)):
        return place
    start = before.start + offset
    if place.span.start - start > room:
        return place
    span = Span(start, place.span.end)
    return replace(place, span=span, text=span.of(place.hit.article.text))
