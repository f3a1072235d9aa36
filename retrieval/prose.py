"""Which lines of an article read as its sentences, and which are furniture of its page."""

from __future__ import annotations

import re

_FOUR_WORDS = re.compile(r"(?:\W*+\w++(?:[.,'’-]\w++)*+){4}")
_SHORTEST = 20  # code points; below it a "sentence" is a byline, a heading or a caption's credit
_FURNITURE_START = re.compile(
    r"(?:read more|related|see also|watch|listen|photo|image|video|caption|credit|getty images|sign"
    r" up|subscribe|advertisement|follow (?:us|.{1,40} on (?:twitter|x|facebook|instagram))"
    r"|copyright|share this|click here|contributing:|(?:additional )?reporting by|editing by"
    r"|this (?:story|article|post) (?:was|has been|is|originally|first))\b|by [A-Z]"
    # A link to another article, run into the text: "More:What to know".
    r"|(?-i:[A-Z][\w' ]{2,24}:(?=[A-Z]))",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"\bcookies?\b.*\b(?:accept|consent|policy|settings)|all rights reserved|[©®]"
    r"|(?:^|[\s(:])@\w{2,}",
    re.IGNORECASE,
)
# One of these, case folded, is in all furniture; looking for it first is much faster.
_FURNITURE_SIGNS = ("cookie", "all rights reserved", "©", "®", "@")
_ENDS = (".", "!", "?", "…", "।", "。", ":")


def is_prose(text: str) -> bool:
    """Whether a line reads as a sentence of an article rather than as furniture of its page."""
    if len(text) < _SHORTEST or not text.rstrip("\"'”’»)").endswith(_ENDS):
        return False
    if not _FOUR_WORDS.match(text) or _FURNITURE_START.match(text):
        return False
    folded = text.casefold()
    signed = any(sign in folded for sign in _FURNITURE_SIGNS)
    return not (signed and _FURNITURE.search(text))
