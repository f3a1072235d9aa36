"""What becomes of a delivery after an attempt. Pure: the time and the dice are given."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery.outcomes import ChatGone, Moved, NotSent, Refused, Uncertain, Wait
from bot.store.deliveries import GONE, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from random import Random

    from bot.delivery.outcomes import Failure
    from bot.store.deliveries import Delivery

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 600.0
MOST_ATTEMPTS = 16
"""The last attempt is then about an hour after the first."""


def pause_after(attempts: int, random: Random) -> float:
    """Return the seconds to wait after so many attempts: exponential with a cap, and jitter.

    Between half of 2, 4, 8, … 600 s and the whole ("equal jitter": M. Brooker, Exponential Backoff
    and Jitter, AWS Architecture Blog, 2015).
    """
    whole = min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 30), LONGEST_PAUSE)
    return whole / 2 + random.random() * whole / 2


def decide(
    delivery: Delivery, sent: Sequence[int], failure: Failure, now: datetime, random: Random
) -> Mark:
    """Return what to note of a delivery after a failure; `sent` are its messages so far."""
    ids = tuple(sent)
    match failure:
        case Moved():
            return Mark(delivery.id, "pending", ids, "moved", due=now)
        case Wait(seconds, reason):
            due = now + timedelta(seconds=seconds)
            return Mark(delivery.id, "pending", ids, reason, due=due)
        case NotSent(reason) if delivery.attempts + 1 < MOST_ATTEMPTS:
            due = now + timedelta(seconds=pause_after(delivery.attempts + 1, random))
            return Mark(delivery.id, "pending", ids, reason, due=due, counted=True)
        case Uncertain(reason):
            return Mark(delivery.id, "unknown", ids, reason, counted=True)
        case ChatGone():
            return Mark(delivery.id, "failed", ids, GONE, counted=True)
        case Refused(reason) | NotSent(reason):
            return Mark(delivery.id, "failed", ids, reason, counted=True)
