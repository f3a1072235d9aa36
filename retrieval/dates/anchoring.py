"""Events as times: "since the invasion", dated by whoever knows the collection."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from retrieval.dates import tone
from retrieval.dates.resolving import Days

Anchors: TypeAlias = Callable[[str], date | None]

_WORDS = 8  # the longest name of an event that is looked up
_EVENT = re.compile(r"\b(since|after|before)\s+([^\s.,;:?!][^.,;:?!\n]*)", re.IGNORECASE)
_UNSAID = frozenset("a an and his her its my of our the their then to".split())


def find_anchor(question: str, anchors: Anchors, today: date) -> tuple[int, int, Days] | None:
    """Return where a question counts from an event that `anchors` dates, and the days it means.

    The longest run of words after "since", "after" or "before" that has a date counts. News of
    an event begins on its day, so that day belongs to "since" and "after", not to "before".
    """
    for match in _EVENT.finditer(question):
        first, _ = tone.sentence_around(question, *match.span())
        if tone.is_measure(question[first : match.start()]):
            continue
        words = list(re.finditer(r"\S+", match[2]))[:_WORDS]
        for count in range(len(words), 0, -1):
            phrase = match[2][: words[count - 1].end()]
            if words[count - 1][0].lower() in _UNSAID:
                continue
            day = anchors(phrase)
            if day is None or day > today:
                continue
            strict = not tone.is_background(question, *match.span())
            end = match.start(2) + len(phrase)
            if match[1].lower() == "before":
                return match.start(), end, Days(None, day - timedelta(days=1), strict)
            return match.start(), end, Days(day, None, strict)
    return None
