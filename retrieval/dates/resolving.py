"""From a mention to the days it asks for, and whether it asks for them or only leans to them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from retrieval.dates import tone
from retrieval.dates.grammar import Link, Mention
from retrieval.dates.points import Period, read_period
from retrieval.dates.words import DAY, MONTH, WEEKDAY, YEARISH, Shape, pattern

FACT_AGE = timedelta(days=3653)  # ten years: an older date is part of a fact, not of the news
_HALF_A_YEAR = timedelta(days=183)
_ONE_DAY = timedelta(days=1)

_TENSED = frozenset({Shape.DATE, Shape.MONTH, Shape.WEEKDAY, Shape.WEEKEND, Shape.TODAY})
_LOOSE = frozenset(
    {Shape.THIS, Shape.LAST_YEAR, Shape.YEAR, Shape.MONTHS_AGO, Shape.ROLLING_MONTHS}
)
_EDGES = frozenset({Link.SINCE, Link.AFTER, Link.BEFORE, Link.UNTIL})
_MONTH = pattern(rf"\b{MONTH}")
_YEAR = pattern(rf"\b(?:of\ )?{YEARISH}$")
_BARE_DAY = pattern(rf"(?P<day>{DAY})(?:,?\ (?P<year>{YEARISH}))?")
_WEEKDAY = pattern(WEEKDAY)


class Days(NamedTuple):
    """A range of days, both included, None = open, and whether it is a condition."""

    start: date | None
    end: date | None
    strict: bool


def resolve(mention: Mention, question: str, today: date) -> Days | None:
    """Return the days that a mention asks for, none after `today`; None if it asks for none."""
    period = (
        _range(mention.left, mention.right, today)
        if mention.right
        else read_period(mention.left, today)
    )
    if period is None or period.first > today or period.last < today - FACT_AGE:
        return None
    strict = _binding(mention, period, question, today)
    if strict is None:
        return None
    start, end = _bounds(mention, period)
    if start and start > today:
        return None
    return Days(start, min(end, today) if end else None, strict)


def _bounds(mention: Mention, period: Period) -> tuple[date | None, date | None]:
    match mention.link:
        case Link.SINCE:
            return period.first, None
        case Link.AFTER:
            return (period.first if mention.possessive else period.last + _ONE_DAY), None
        case Link.BEFORE:
            return None, period.first - _ONE_DAY
        case Link.UNTIL:
            return None, period.last
    return period.first, period.last


def _binding(mention: Mention, period: Period, question: str, today: date) -> bool | None:
    """Return whether the days are a condition; None where they are no days to search in."""
    first, last = tone.sentence_around(question, mention.start, mention.end)
    sentence, before = question[first:last], question[first : mention.start]
    browsing, shape = tone.is_browsing(question), mention.shape
    a_measure = mention.link in _EDGES and tone.is_measure(before)
    if (a_measure or shape is Shape.YEAR) and not browsing:
        return None
    if _is_tensed(mention) and not _is_over(mention, period, sentence, before, today):
        return None
    if browsing or shape is Shape.RECENT:
        return shape is not Shape.RECENT
    in_passing = tone.is_background(question, mention.start, mention.end)
    if shape in _LOOSE or mention.possessive or in_passing:
        return False
    return not _is_tensed(mention) or tone.speaks_of_past(sentence)


def _is_tensed(mention: Mention) -> bool:
    """Return whether only the verb tells if the time is behind or ahead, as with "on Sunday"."""
    if mention.link is Link.SINCE:
        return False
    if mention.link is Link.BETWEEN:
        return not _YEAR.search(f"{mention.left} {mention.right}")
    return mention.shape in _TENSED


def _is_over(mention: Mention, period: Period, sentence: str, before: str, today: date) -> bool:
    """Return whether a time that may lie ahead is spoken of as past."""
    if tone.looks_ahead(before):
        return False
    if today - period.first > _HALF_A_YEAR:
        return tone.has_past_verb(sentence)
    if mention.link in _EDGES:
        return tone.speaks_of_past(sentence) and not tone.speaks_of_now(before)
    started = mention.shape is not Shape.WEEKEND or today.weekday() >= 5
    return started or tone.speaks_of_past(sentence)


def _range(left: str, right: str, today: date) -> Period | None:
    """Read two times that may share their month and year, as in "24 and 31 March 2022"."""
    shared = _complete(left, right)
    if shared is None:
        return None
    left, right = shared
    first, last = read_period(left, today), None
    if first and _MONTH.search(right) and not _YEAR.search(right):
        last = read_period(f"{right} {first.first.year}", today)
        if last and last.last < first.first:
            last = read_period(f"{right} {first.first.year + 1}", today)
    else:
        last = read_period(right, today)
    if first is None or last is None:
        return None
    if last.last < first.first and _WEEKDAY.fullmatch(right):
        last = Period(last.first + timedelta(days=7), last.last + timedelta(days=7))
    if last.last < first.first and _YEAR.search(right):
        first = read_period(_YEAR.sub(str(last.first.year - 1), left), today)
    if first is None or last.last < first.first:
        return None
    return Period(first.first, last.last)


def _complete(left: str, right: str) -> tuple[str, str] | None:
    """Lend each time the month and year that only the other one names."""
    bare_left, bare_right = _BARE_DAY.fullmatch(left), _BARE_DAY.fullmatch(right)
    month = _MONTH.search(right if bare_left else left)
    if (bare_left or bare_right) and month is None:
        return None
    if bare_left and month:
        left = f"{left} {month[0]}"
    if bare_right and month:
        right = " ".join(filter(None, (bare_right["day"], month[0], bare_right["year"])))
    year = _YEAR.search(right)
    if year and _MONTH.search(left) and not _YEAR.search(left):
        left = f"{left} {year[0]}"
    year = _YEAR.search(left)
    if year and _MONTH.search(right) and not _YEAR.search(right):
        right = f"{right} {year[0]}"
    return left, right
