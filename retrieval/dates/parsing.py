"""Questions to date readings: find the times, put them together, leave the rest to search for."""

from __future__ import annotations

import re
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from retrieval.dates import tone
from retrieval.dates.anchoring import find_anchor
from retrieval.dates.grammar import mentions
from retrieval.dates.reading import DateReading
from retrieval.dates.resolving import Days, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from retrieval.dates.anchoring import Anchors

_LONGEST = 2000  # a question has a few hundred characters; pasted articles aren't read for dates
_MOST = 8  # times in one question that are read

_EMPTY = frozenset(
    "a about all an and any anything are at been by can could did do does else ever event events"
    " find for from get give going had happen happened happening happens has have how i in is it"
    " latest list me most my new news newest of off on or out please recent show so tell that the"
    " there these things this those to today up us was we were what whats when where which who"
    " whom why with world you".split()
)
_WORD = re.compile(r"\w+")
_BLANKS = re.compile(r"(\s)\s+")
_LOOSE_STOP = re.compile(r"\s+(?=[,.;:?!])")
_DANGLING = re.compile(r"\s+(?:and|or)(?=\W*$)", re.IGNORECASE)


class _Found(NamedTuple):
    start: int
    end: int
    days: Days
    event: str = ""


def read_dates(
    question: str, *, as_of: datetime, language: str = "en", anchors: Anchors | None = None
) -> DateReading | None:
    """Return the days of publication that an English question asks for, None if none.

    `as_of` (aware; its day in UTC is today) is what "yesterday" and "in March" count from.
    `anchors` may date an event, as in "since the invasion"; its words stay, as they tell what is
    asked about. A time that is part of a name or a fact ("the 2022 election", "the first since
    1989"), to come, or in another language isn't read. Raises only what `anchors` raises; the
    first question with a time takes half a second longer.
    """
    if language != "en" or len(question) > _LONGEST:
        return None
    today = as_of.astimezone(UTC).date()
    found = [
        _Found(mention.start, mention.end, days)
        for mention in islice(mentions(question), _MOST)
        if (days := resolve(mention, question, today))
    ]
    if anchors and not any(item.days.strict for item in found):
        anchor = find_anchor(question, anchors, today)
        found += [_Found(*anchor)] if anchor else []
    newest = tone.newest_first(question)
    if not found and newest is None:
        return None
    kept, start, end = _together(found)
    spans = sorted((item.start, item.end) for item in kept)
    dropped = sorted((item.start, item.end) for item in kept if not item.event)
    if newest:
        until = min((a for a, b in spans if newest[0] < b and a < newest[1]), default=newest[1])
        spans = sorted([*spans, (newest[0], until)])
        dropped = sorted([*dropped, (newest[0], until)])
    return DateReading(
        start=start,
        end=end,
        expression=", ".join(" ".join(question[a:b].split()) for a, b in spans),
        remaining=_without(question, dropped),
        latest=newest is not None,
        strict=any(item.days.strict for item in kept),
        event=next((item.event for item in kept if item.event), ""),
    )


def _together(found: Iterable[_Found]) -> tuple[list[_Found], date | None, date | None]:
    """Return the times that count and the days they ask for together.

    Conditions come before preferences; of several preferences the first counts. Conditions that
    meet narrow each other ("last week, on Friday"), others are spanned ("in March and in May").
    """
    ordered = sorted(found, key=lambda item: (not item.days.strict, item.start))
    if not ordered:
        return [], None, None
    kept, (start, end, strict) = [ordered[0]], ordered[0].days
    for item in ordered[1:] if strict else []:
        if not item.days.strict:
            break
        kept.append(item)
        start, end = _combined((start, end), (item.days.start, item.days.end))
    return kept, start, end


def _combined(
    one: tuple[date | None, date | None], two: tuple[date | None, date | None]
) -> tuple[date | None, date | None]:
    starts = [day for day in (one[0], two[0]) if day]
    ends = [day for day in (one[1], two[1]) if day]
    start, end = max(starts, default=None), min(ends, default=None)
    if start is None or end is None or start <= end:
        return start, end
    return (
        min(starts) if len(starts) == 2 else None,
        max(ends) if len(ends) == 2 else None,
    )


def _without(question: str, spans: list[tuple[int, int]]) -> str:
    """Return the question without the spans, or all of it if nothing to search for is left."""
    kept, at = "", 0
    for start, end in spans:
        kept += question[at:start]
        at = max(at, end)
    kept = _BLANKS.sub(r"\1", kept + question[at:])
    kept = _LOOSE_STOP.sub("", _DANGLING.sub("", kept)).lstrip(" \t\n,;:–—-").rstrip()
    words = {word.lower() for word in _WORD.findall(kept)}
    return kept if words - _EMPTY else question
