"""How long a server asks to be left alone: the Retry-After header."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=7)


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Read seconds or an HTTP date (RFC 9110, 10.2.3); a week at most, None if unreadable."""
    if header is None or len(header) > 64:
        return None
    written = header.strip()
    if written.isascii() and written.isdecimal():
        seconds = int(written)
        return timedelta(seconds=min(seconds, int(LONGEST.total_seconds())))
    try:
        moment = parsedate_to_datetime(written)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        wait = moment - now
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST)
