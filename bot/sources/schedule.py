"""When a source is asked again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

LONGEST_BACKOFF = timedelta(days=1)
JITTER = 0.1


def next_due(
    now: datetime,
    *,
    every: timedelta,
    failures: int,
    random: Random,
    retry_after: timedelta | None = None,
) -> datetime:
    """Return the moment at which a source is due again.

    After `failures` failures in a row the interval is `every` × 2^failures, up to a day (or
    `every`, if that is longer); ±10 % of jitter keeps sources that were added together from
    coming due together. It is never sooner than the server asked for by `retry_after`.
    """
    longest = max(every, LONGEST_BACKOFF)
    doublings = min(max(failures, 0), 30)  # beyond, the product only overflows
    wait = min(every * 2**doublings, longest) if every < longest else longest
    wait *= random.uniform(1 - JITTER, 1 + JITTER)
    if retry_after is not None:
        wait = max(wait, retry_after)
    return now + wait
