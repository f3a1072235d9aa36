"""What was read from a question, how it is shown to the reader and how it narrows a search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

# Of 285 news articles that place their event "on Tuesday" or another weekday, 57% came out that
# day, 72% by the next and 83% within three days; the rest are mostly about days still to come.
GRACE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class DateReading:
    """The days a question asks for: `start` to `end`, both included, None = open.

    `expression` is the words it was read from, `remaining` the question without them, for search
    by word and meaning; the whole question where too little would be left. `latest`: the newest
    come first. `strict`: the days are a condition, otherwise only a preference. `event`: what the
    days were counted from, if it was no date: "the invasion", "before the invasion".
    """

    start: date | None
    end: date | None
    expression: str
    remaining: str
    latest: bool
    strict: bool
    event: str = ""

    def __post_init__(self) -> None:
        """Refuse ranges that run backwards."""
        if self.start and self.end and self.start > self.end:
            raise ValueError(f"not a range of days: {self.start} to {self.end}")


def publication_window(
    reading: DateReading, *, as_of: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return the first and last moment of publication that the reading's days allow, in UTC.

    News follows its event, so articles count until `GRACE` after the last day, but none that is
    newer than `as_of`, and none from an event on where the days end before it. A preference
    allows everything: (None, None).
    """
    if not reading.strict:
        return None, None
    first = datetime.combine(reading.start, time.min, UTC) if reading.start else None
    grace = timedelta() if reading.event else GRACE
    last = datetime.combine(reading.end, time.max, UTC) + grace if reading.end else None
    return first, min(last, as_of.astimezone(UTC)) if last else None


def describe(reading: DateReading) -> str:
    """Return the reading as a phrase: "between 24 and 31 March 2022", "newest first".

    Days that were counted from an event name it: "since 24 February 2022 (the invasion)".
    """
    span = _span(reading.start, reading.end)
    if span and reading.event:
        span = f"{span} ({reading.event})"
    if span and not reading.strict:
        span = f"preferably {span}"
    parts = [span, "newest first" if reading.latest else ""]
    return ", ".join(part for part in parts if part) or "at any time"


def _span(start: date | None, end: date | None) -> str:
    if start is None:
        return f"until {_day(end)}" if end else ""
    if end is None:
        return f"since {_day(start)}"
    if start == end:
        return f"on {_day(start)}"
    return _whole(start, end) or f"between {_first(start, end)} and {_day(end)}"


def _whole(start: date, end: date) -> str:
    """Return "in March 2022" or "in 2022" where the range is just that, else ""."""
    if start.day != 1 or (end + timedelta(days=1)).day != 1 or start.year != end.year:
        return ""
    if start.month == end.month:
        return f"in {MONTHS[start.month - 1]} {start.year}"
    return f"in {start.year}" if (start.month, end.month) == (1, 12) else ""


def _first(start: date, end: date) -> str:
    """Return the first day without what the last one says already."""
    if start.year != end.year:
        return _day(start)
    if start.month != end.month:
        return f"{start.day} {MONTHS[start.month - 1]}"
    return str(start.day)


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
