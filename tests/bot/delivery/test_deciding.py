"""What becomes of a delivery after a failure, by a table worked out by hand."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.deciding import LONGEST_PAUSE, MOST_ATTEMPTS, decide, pause_after
from bot.delivery.outcomes import ChatGone, Moved, NotSent, Refused, Uncertain, Wait
from bot.store.deliveries import GONE, Delivery, Mark
from tests.support.articles import NOW


class Middle(Random):
    def random(self):
        return 0.5


def at(attempts):
    return Delivery(3, "k", "b", 1, None, {"html": ["a", "b"]}, attempts)


CASES = [
    (Uncertain("ReadError"), Mark(3, "unknown", (9,), "ReadError", counted=True)),
    (ChatGone("Forbidden"), Mark(3, "failed", (9,), GONE, counted=True)),
    (Refused("too long"), Mark(3, "failed", (9,), "too long", counted=True)),
    (Moved(-5), Mark(3, "pending", (9,), "moved", NOW)),
    (Wait(35, "RetryAfter"), Mark(3, "pending", (9,), "RetryAfter", NOW + timedelta(seconds=35))),
    (
        NotSent("502"),
        Mark(3, "pending", (9,), "502", NOW + timedelta(seconds=1.5), counted=True),
    ),
]


@pytest.mark.parametrize(("failure", "mark"), CASES)
def test_each_failure(failure, mark):
    assert decide(at(0), [9], failure, NOW, Middle()) == mark


def test_the_last_attempt():
    last = at(MOST_ATTEMPTS - 1)
    assert decide(last, (), NotSent("502"), NOW, Middle()).state == "failed"
    assert decide(last, (), Wait(9, "flood"), NOW, Middle()).state == "pending", "no attempt"
    assert decide(at(MOST_ATTEMPTS - 2), (), NotSent("502"), NOW, Middle()).state == "pending"
    total = sum(pause_after(n, Middle()) for n in range(1, MOST_ATTEMPTS))
    assert 40 * 60 < total < 80 * 60, "about an hour"


@given(st.integers(1, 10_000), st.randoms(use_true_random=False))
def test_pauses_grow_to_a_cap(attempts, random):
    whole = min(2.0**attempts if attempts < 20 else LONGEST_PAUSE, LONGEST_PAUSE)
    assert whole / 2 <= pause_after(attempts, random) <= whole
