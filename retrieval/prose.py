"""Which lines of an article read as its sentences, and which are furniture of its page."""

from __future__ import annotations

import re

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


def is_prose(text: str) -> bool:
    """Whether a line reads as a sentence of an article rather than as furniture of its page."""
    if len(text) < _SHORTEST or _FURNITURE_START.match(text) or _FURNITURE.search(text):
        return False
    words = _WORD.findall(text)
    return len(words) >= 4 and text.rstrip("\"'”’»)").endswith((".", "!", "?", "…", "।", "。", ":"))
