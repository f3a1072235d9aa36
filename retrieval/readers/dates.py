"""Publication dates: many spellings in, aware UTC out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EARLIEST_YEAR = 1000
# A year of grace for misset clocks and announced articles; beyond it a date is a slip.
LATEST_AFTER_FETCH = timedelta(days=366)

_LONGEST = 64
_RFC_2822 = re.compile(r"([A-Za-z]{3,9},? +)?\d{1,2} +[A-Za-z]{3,9} +\d{4}\b", re.ASCII)


def parse_date(written: str, *, fetched: datetime) -> datetime | None:
    """Return the moment that `written` names, in UTC, or None if it names none that is plausible.

    ISO 8601 dates (midnight) and datetimes and RFC 2822 dates are read; without a time zone
    they are UTC. Years before 1000 and moments more than a year after `fetched` aren't plausible.
    """
    written = written.strip()
    if len(written) > _LONGEST:
        return None
    try:
        moment = _parse(written)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.year < EARLIEST_YEAR or moment > fetched + LATEST_AFTER_FETCH:
        return None
    return moment


def _parse(written: str) -> datetime:
    if _RFC_2822.match(written) is None:
        return datetime.fromisoformat(written)
    from email.utils import parsedate_to_datetime  # slow to import, seldom needed

    return parsedate_to_datetime(written)
