"""Days that news text names: "on Feb. 24", "since 24 February 2022", "on Saturday"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from retrieval.dates import tone

if TYPE_CHECKING:
    from collections.abc import Iterator

_ABBREVIATED = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9:])"
_YEAR = r"(?:,?\s(?P<{}>(?:19|20)[0-9]{{2}})(?![0-9]))?"
_DATE = re.compile(
    rf"\b(?:(?P<m1>{_MONTH})\s(?P<d1>{_DAY}){_YEAR.format('y1')}"
    rf"|(?P<d2>{_DAY})\s(?:of\s)?(?P<m2>{_MONTH}){_YEAR.format('y2')})"
)
_NEAR_DAY = re.compile(r"\b(?:(?P<weekday>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday)\b")
# "The Jan. 6 hearing" and "by July 21" say nothing of when.
_NAMING = re.compile(
    r"(?:(?:\b(?:the|an?|its|his|her|their|by|until|till|before|through|than|next|every|each)"
    r"|['’]s)\s+)$",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\bsince\s+$", re.IGNORECASE)
_BACK, _AHEAD = timedelta(days=183), timedelta(days=120)
_NEWER = timedelta(days=1)  # a date just after publication is that of another time zone


class NamedDay(NamedTuple):
    """A day at `text[start:end]`; `dated`: named by its date; `full`: its year is certain."""

    start: int
    end: int
    day: date
    dated: bool
    full: bool


def named_days(text: str, published: date) -> Iterator[NamedDay]:
    """Yield the days that `text`, published on a day, names, each where it can be but one.

    A date without a year is the last such day within half a year, else the next within four
    months; between the two it could be either, and is left out unless "since" stands before it.
    A weekday is the last one, the day of publication included, where nothing puts it ahead.
    """
    for match in _DATE.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        if _NAMING.search(before):
            continue
        day = _dated(match, published, since=_SINCE.search(before) is not None)
        if day:
            full = bool(match["y1"] or match["y2"])
            yield NamedDay(*match.span(), day, dated=True, full=full)
    for match in _NEAR_DAY.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        if not (_NAMING.search(before) or tone.looks_ahead(before)):
            day = _near_day(match["weekday"], published)
            yield NamedDay(*match.span(), day, dated=False, full=True)


def _dated(match: re.Match[str], published: date, *, since: bool) -> date | None:
    month = _ABBREVIATED.index((match["m1"] or match["m2"])[:3].lower()) + 1
    number = int(re.sub(r"\D", "", match["d1"] or match["d2"]))
    year = match["y1"] or match["y2"]
    try:
        if year:
            return date(int(year), month, number)
        back = date(published.year, month, number)
        if back > published + _NEWER:
            back = date(published.year - 1, month, number)
        if since or published - back <= _BACK:
            return back
        ahead = date(back.year + 1, month, number)
    except ValueError:  # 30 February, or 29 in the wrong year
        return None
    return ahead if ahead - published <= _AHEAD else None


def _near_day(weekday: str | None, published: date) -> date:
    if weekday is None:
        return published - timedelta(days=1)
    ago = (published.weekday() - _WEEKDAYS.index(weekday[:3].lower())) % 7
    return published - timedelta(days=ago)
