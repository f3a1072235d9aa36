"""Hits to candidate sentences: every sentence of the best passages, with what ranking needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.sentences import sentence_spans
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Hit

_WORD = re.compile(r"\w+(?:[.,'’-]\w+)*")
_SHORTEST = 20  # code points; below it a "sentence" is a byline, a heading or a caption's credit
_FURNITURE_START = re.compile(
    r"(?:read more|related|see also|watch|listen|photo|image|video|caption|credit|getty images|sign"
    r" up|subscribe|advertisement|follow us|copyright|share this|click here)\b|by [A-Z]",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"\bcookies?\b.*\b(?:accept|consent|policy|settings)|all rights reserved|[©®]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted: its hit, its span in the article, its place in the passage."""

    hit: Hit
    span: Span
    text: str
    position: int


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Return the sentences of the hits' passages, by hit, then in reading order.

    Bylines, captions, "read more" lines and other furniture of web pages are left out.
    """
    found: list[Candidate] = []
    for hit in hits:
        offset = hit.passage.span.start
        spans = sentence_spans(hit.passage.text, language=hit.article.language)
        for position, span in enumerate(spans):
            text = span.of(hit.passage.text)
            if is_prose(text):
                whole = Span(offset + span.start, offset + span.end)
                found.append(Candidate(hit, whole, text, position))
    return found


def is_prose(text: str) -> bool:
    """Whether a line reads as a sentence of an article rather than as furniture of its page."""
    if len(text) < _SHORTEST or _FURNITURE_START.match(text) or _FURNITURE.search(text):
        return False
    words = _WORD.findall(text)
    return len(words) >= 4 and text.rstrip("\"'”’»)").endswith((".", "!", "?", "…", "।", "。", ":"))


def names_and_numbers(text: str) -> set[str]:
    """Return the capitalised words and the numbers of `text`, lower-case.

    They are what an answer to a news question mostly consists of.
    """
    words = _WORD.findall(text)
    return {w.lower() for w in words if w[0].isupper() or any(c.isdigit() for c in w)}
