"""Whether an expression means a time where it stands, or is part of a name or a phrase."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.dates.words import MONTH, WEEKDAY, Shape, pattern

_NAMING = {  # shapes that also occur inside names, and the words that make a time of them
    Shape.DATE_WITH_YEAR: frozenset({"on", "in", "from", "of", "dated", "during"}),
    Shape.DATE: frozenset({"on", "from", "dated"}),
    Shape.PART_OF_MONTH: frozenset({"in", "at", "from", "during", "throughout", "within"}),
    Shape.MONTH_WITH_YEAR: frozenset({"in", "from", "of", "during", "throughout", "within"}),
    Shape.MONTH: frozenset({"in", "from", "during", "throughout", "within"}),
    Shape.YEAR: frozenset({"in", "from", "during", "throughout", "within"}),
    Shape.WEEKDAY: frozenset({"on", "from"}),
    Shape.WEEKEND: frozenset({"over", "during", "at", "on", "in", "from", "within"}),
}
_NEVER_POSSESSIVE = frozenset(_NAMING) - {Shape.WEEKDAY, Shape.WEEKEND}
# A noun after "in 2023" or "on Sunday" makes a name of it: only these may follow.
_FOLLOWED_WELL = re.compile(
    r"\s*(?:$|\.(?![0-9])|,(?!\s*[0-9])|[;:?!)\]\"”…]|[-–—]\s)"
    r"|\s+(?:in|on|at|to|for|about|by|from|of|and|or|but|that|who|whom|which|what|when|where|how"
    r"|why|did|do|does|the(?!\s+[0-9])|an?|after|before|as|with|over|under|against|near|while"
    r"|because|during|if|until|since|due|following|amid|into)\b",
    re.IGNORECASE,
)
_LED_ASTRAY = re.compile(
    r"\b(?:than|vs\.?|versus|every|each|next|by|through|as\s+of|compared\s+(?:to|with)"
    r"|anniversary\s+of|born|founded|called|titled|not|like)\s+(?:in\s+|on\s+|from\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"(?:\b(?:the|an?|its|his|her|their|our|my|your|this|that)|['’]s)\s+$", re.IGNORECASE
)
_TOLD = re.compile(
    r"(?:\b[a-z]{2,}(?<!e)ed|\b(?:happened|said|won|lost|began|hit|struck|fell|rose|held|died"
    r"|place|news|out|down))\s+$"
)
_MORE = re.compile(r"\s+of\b", re.IGNORECASE)
_NAMED_DAY = re.compile(
    r"jan(?:uary)?\.?\s+6(?:th)?|july?\.?\s+4(?:th)?|sep(?:t(?:ember)?)?\.?\s+11(?:th)?",
    re.IGNORECASE,
)
_NEWS_FROM = re.compile(
    r"\b(?:news|articles?|stories|headlines|reports?|coverage|updates?|developments|anything)\s+$",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"(?:^|[.?!:]\s)[\s\"“(]*$")
_NAMES = pattern(rf"{MONTH}|{WEEKDAY}")
_SPANS = frozenset({Shape.LAST, Shape.ROLLING, Shape.ROLLING_MONTHS})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: `question[start:end]`, its first time at `point`.

    `word` is the preposition before it; `linked`: one like "since" stands there, or it is a
    range (`ranged`); `possessive`: "'s" follows it.
    """

    question: str
    start: int
    end: int
    point: int
    phrase: str
    word: str
    linked: bool
    ranged: bool
    possessive: bool

    @property
    def before(self) -> str:
        """Return the question up to the expression."""
        return self.question[: self.start]

    @property
    def after(self) -> str:
        """Return the question from the end of the expression."""
        return self.question[self.end :]


def means_time(place: Place, shape: Shape | None) -> bool:
    """Return whether the words around an expression leave it a time."""
    if _LED_ASTRAY.search(place.before) or _LED_ASTRAY.search(place.question[: place.point]):
        return False
    if place.after.startswith(("-", "/")) or not _is_plain(place):
        return False
    if place.ranged:
        return _FOLLOWED_WELL.match(place.after) is not None
    if place.possessive:
        return shape not in _NEVER_POSSESSIVE
    if shape in _NAMING:
        return _FOLLOWED_WELL.match(place.after) is not None and _is_dated(place, shape)
    return shape not in _SPANS or not _MORE.match(place.after)


def _is_dated(place: Place, shape: Shape) -> bool:
    """Return whether a time that may be a name has the words before it that make it a time."""
    if shape is Shape.DATE and _NAMED_DAY.fullmatch(place.phrase):
        return False
    if place.linked:
        return True
    if place.word not in _NAMING[shape]:
        return _stands_alone(place, shape)
    return place.word != "from" or _NEWS_FROM.search(place.before) is not None


def _stands_alone(place: Place, shape: Shape) -> bool:
    """Return whether a date with no word before it to make it one is one all the same."""
    ends = not place.after.strip(' .,?!;:)"”')
    match shape:
        case Shape.DATE_WITH_YEAR | Shape.MONTH_WITH_YEAR | Shape.PART_OF_MONTH:
            return not _OWNED.search(place.before)
        case Shape.DATE:
            return ends and not _OWNED.search(place.before)
        case Shape.WEEKDAY:
            told = bool(_TOLD.search(place.before)) and (ends or place.after[:1] in ".,?!")
            return told or (" " in place.phrase and "last" in place.phrase.lower())
        case Shape.WEEKEND:
            return not place.phrase.lower().startswith("the weekend")
    return False


def _is_plain(place: Place) -> bool:
    """Return whether capitals make no title of the phrase, as in "Last Week Tonight"."""
    if place.question.isupper() or place.question.istitle():
        return True
    words = [word for word in place.phrase.split() if not _NAMES.match(word)]
    if words and _SENTENCE_START.search(place.question[: place.point]):
        words[0] = words[0].lower()
    return not any(word[:1].isupper() for word in words)
