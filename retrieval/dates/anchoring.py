"""Events as times: "since the invasion", dated by whoever knows the collection."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from retrieval.dates import tone
from retrieval.dates.resolving import Days
from retrieval.dates.words import MONTH, WEEKDAY, pattern

Anchors: TypeAlias = Callable[[str], date | None]

_WORDS = 8  # the longest name of an event that is looked up
_LINK = re.compile(r"\b(since|after|before)\s+(?=([^\s.,;:?!][^.,;:?!\n]*))", re.IGNORECASE)
_OPENING = re.compile(
    r"the\s+(?:very\s+)?(?:start|beginning|outbreak|onset)\s+of\s+", re.IGNORECASE
)
# An event has "the", an owner, a name, or is told in a clause: "Russia invaded".
_NAMED = re.compile(
    r"(?:the\s+\w|\w+['’]s\s|[A-Z0-9][\w’'-]|(?!\w+ing\b)[a-z]{2,}\s(?:[a-z]+\s)?[a-z]{3,}ed\b)"
)
_PRONOUN = re.compile(
    r"^(?:i|you|he|she|it|we|they|there|these|those|this|that|being|an?|all|some|any|no|nobody"
    r"|everyone|my|your|his|her|its|our|their)\b",
    re.IGNORECASE,
)
# "The end of the war" is not when the war began, "the last vote" not one that has a name.
_OTHER_TIME = re.compile(
    r"^(?:the\s+)?(?:\w+['’]s\s+)?(?:end|close|anniversary|eve|aftermath|middle|peak|turn|height|last"
    r"|latest|next|previous|recent|same|other|fact|time|moment|second|minute|hour|day|night|morning"
    r"|week|weekend|month|year|decade|century)s?\b",
    re.IGNORECASE,
)
# With a date or a length in it, it isn't the event's name alone.
_DATED = pattern(rf"[0-9]|\b(?:{MONTH}|{WEEKDAY}|today|yesterday|(?:day|week|month|year)s?)\b")
_BEGAN = re.compile(
    r"\s+(?:first\s+)?(?:began|begun|started|happened|broke\s+out|took\s+place|occurred)\b"
)
_END = re.compile(
    r"\s+(?:(?P<clause>is|are|was|were|has|have|had|will|would|could|can|may|might|must|should"
    r"|and|or)|who|whom|whose|what|when|where|which|how|why|do|does|did|but|that|because|while"
    r"|after|before|since|until|so\s+far)\b",
    re.IGNORECASE,
)


class Anchor(NamedTuple):
    """Where a question counts from an event, the days it means, and the event in its words."""

    start: int
    end: int
    days: Days
    event: str


def find_anchor(question: str, anchors: Anchors, today: date) -> Anchor | None:
    """Return where a question counts from an event that `anchors` dates, None if nowhere.

    Only the whole name is looked up: "the earthquake" may be another than "the earthquake in
    Haiti". News of an event begins on its day, so that day belongs to "since" and "after", not
    to "before".
    """
    for match in _LINK.finditer(question):
        first, _ = tone.sentence_around(question, *match.span())
        said = question[first : match.start()]
        event = _event(match[2])
        if event is None or tone.is_measure(said) or tone.looks_ahead(said):
            continue
        day = anchors(event)
        if day is None or day > today:
            continue
        strict = not tone.is_background(question, *match.span())
        before = match[1].lower() == "before"
        days = Days(None, day - timedelta(days=1), strict) if before else Days(day, None, strict)
        name = f"before {event}" if before else event
        return Anchor(match.start(), match.end() + len(event), days, name)
    return None


def _event(words: str) -> str | None:
    """Return the event that stands first in `words`, None where they name no single one."""
    opening = _OPENING.match(words)
    name = words[opening.end() :] if opening else words
    began, end = _BEGAN.search(name), _END.search(name)
    if end and end["clause"] and not (began and began.start() < end.start()):
        return None  # "after the player was suspended": a clause that isn't read
    name = name[: min((m.start() for m in (began, end) if m), default=None)].strip(" \"'“”’()")
    if not _NAMED.match(name) or any(
        other.search(name) for other in (_PRONOUN, _OTHER_TIME, _DATED)
    ):
        return None
    return name if len(name.split()) <= _WORDS else None
