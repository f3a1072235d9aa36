"""From an expression to days: dateparser reads it, its period makes a range of it."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from retrieval.dates.words import WEEKDAY, Shape, pattern, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable


class Period(NamedTuple):
    """Days, first and last included."""

    first: date
    last: date


_YEARISH = pattern(r"(?<=\w)\.?,?\ (?:of\ )?(?P<which>last|this)\ year$")
_COUPLE = pattern(r"(?:a\ )?couple\ of")
_WEEKDAY_PREFIX = pattern(rf"^{WEEKDAY},?\ (?=\S)")
_PART_OF_DAY = pattern(r"(?<=day)\ (?:morning|afternoon|evening|night)$")
_OF_WEEK = pattern(r"(?:\ of)?\ (?P<which>last|this)\ week$")
_NUMERIC = re.compile(r"(\d+)(?:st|nd|rd|th)?[/.](\d+)(?:st|nd|rd|th)?[/.]\d{4}", re.ASCII)
_PART_OF_MONTH = pattern(
    r"(?P<part>early|mid|late|beginning|start|end|first\ half|second\ half|first\ week|last\ week)"
    r"(?:\ in|\ of)?[-\ ](?P<month>\w.*)"
)
_PARTS = {  # first and last day of the month; -7 counts from its end, 0 is its end
    "early": (1, 10),
    "beginning": (1, 10),
    "start": (1, 10),
    "first week": (1, 7),
    "first half": (1, 15),
    "mid": (11, 20),
    "second half": (16, 0),
    "late": (21, 0),
    "end": (21, 0),
    "last week": (-7, 0),
}
_KEPT = 1024  # expressions remembered
_RECENT_DAYS = {"day": 7, "week": 30, "month": 90}


def read_period(phrase: str, today: date) -> Period | None:
    """Return the days that an expression means on a day, None where it means none.

    Without a year, the last such day or month counts, today's included. Weeks begin on Monday.
    """
    phrase = " ".join(phrase.lower().split())
    shape = shape_of(phrase)
    phrase = _COUPLE.sub("2", _YEARISH.sub(lambda m: f" {_year(m['which'], today)}", phrase))
    phrase = phrase.removeprefix("the ")
    if shape is None:
        return None
    return _READERS.get(shape, _whole)(phrase, today)


@lru_cache(maxsize=_KEPT)  # a parse takes a millisecond, and "this week" is asked all day
def _parse(phrase: str, today: date) -> tuple[date, str] | None:
    """Return the day that dateparser reads, looking back from `today`, and its "period"."""
    from dateparser.date import DateDataParser  # takes a quarter of a second

    data = DateDataParser(
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime.combine(today, time(12)),
            "PREFER_DATES_FROM": "past",
            "PREFER_DAY_OF_MONTH": "current",
            "TIMEZONE": "UTC",
        },
    ).get_date_data(phrase)
    return (data.date_obj.date(), data.period) if data.date_obj else None


def _whole(phrase: str, today: date) -> Period | None:
    """Return all the days of the week, month or year that dateparser reads, or the one day."""
    found = _parse(_PART_OF_DAY.sub("", phrase).removeprefix("earlier "), today)
    return _around(*found) if found else None


def _around(day: date, period: str) -> Period:
    """Return the whole week, month or year that a day is in, or just the day."""
    match period:
        case "week":
            monday = day - timedelta(days=day.weekday())
            return Period(monday, monday + timedelta(days=6))
        case "month":
            return _month(day.year, day.month)
        case "year":
            return Period(date(day.year, 1, 1), date(day.year, 12, 31))
    return Period(day, day)


def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _year(which: str, today: date) -> str:
    return str(today.year - (which.lower() == "last"))


def _date(phrase: str, today: date) -> Period | None:
    """Read one day. 4/3/2022 is March to some and April to others, so it is nothing here."""
    numeric = _NUMERIC.fullmatch(phrase)
    if numeric and max(int(numeric[1]), int(numeric[2])) <= 12 and numeric[1] != numeric[2]:
        return None
    found = _parse(_WEEKDAY_PREFIX.sub("", phrase), today)
    return Period(found[0], found[0]) if found and found[1] == "day" else None


def _weekend(phrase: str, today: date) -> Period:
    """Return the latest weekend that has begun; "last weekend" is over."""
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    if phrase.startswith(("last", "past")) and today.weekday() >= 5:
        saturday -= timedelta(days=7)
    return Period(saturday, saturday + timedelta(days=1))


def _weekday(phrase: str, today: date) -> Period | None:
    """Return the last such day: today's too, but for "last Monday" on a Monday."""
    of_week = _OF_WEEK.search(phrase)
    this_week = phrase.startswith("this ") and not phrase.startswith("this past ")
    phrase = _PART_OF_DAY.sub("", phrase[: of_week.start()] if of_week else phrase)
    name = phrase.split()[-1]
    found = _parse(f"last {name}", today)
    if found is None:
        return None
    before = found[0]
    if of_week or this_week:
        monday = today - timedelta(days=today.weekday())
        if of_week and of_week["which"] == "last":
            monday -= timedelta(days=7)
        day = monday + timedelta(days=before.weekday())
    elif before.weekday() == today.weekday() and not phrase.startswith(("last", "this past")):
        day = today
    else:
        day = before
    return Period(day, day)


def _rolling(phrase: str, today: date) -> Period | None:
    """Return the days from so long ago until today: "last three days", "past week"."""
    length = phrase.split(" ", 1)[1]
    found = _parse(f"{length if ' ' in length else f'1 {length}'} ago", today)
    return Period(found[0], today) if found else None


def _recent(phrase: str, today: date) -> Period:
    days = next((n for unit, n in _RECENT_DAYS.items() if unit in phrase), 30)
    return Period(today - timedelta(days=days), today)


def _part_of_month(phrase: str, today: date) -> Period | None:
    match = _PART_OF_MONTH.fullmatch(phrase)
    month = _whole(match["month"], today) if match else None
    if match is None or month is None:
        return None
    first, last = _PARTS[match["part"]]
    length = month.last.day
    return Period(
        month.first.replace(day=first if first > 0 else length + 1 + first),
        month.first.replace(day=last or length),
    )


_READERS: dict[Shape, Callable[[str, date], Period | None]] = {
    Shape.DATE_WITH_YEAR: _date,
    Shape.DATE: _date,
    Shape.PART_OF_MONTH: _part_of_month,
    Shape.WEEKEND: _weekend,
    Shape.WEEKDAY: _weekday,
    Shape.ROLLING: _rolling,
    Shape.ROLLING_MONTHS: _rolling,
    Shape.RECENT: _recent,
}  # the others are dateparser's alone
