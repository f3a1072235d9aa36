"""When a source is due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.durations import parse_interval, show_interval
from bot.sources.retrying import LONGEST, retry_after
from bot.sources.schedule import next_due

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
intervals = st.timedeltas(timedelta(minutes=1), timedelta(days=30))


@given(intervals, st.integers(0, 10_000), st.randoms())
def test_the_pause_is_the_interval_doubled_per_failure_up_to_a_day(every, failures, random):
    wait = next_due(NOW, every=every, failures=failures, random=random) - NOW
    bare = every
    for _ in range(min(failures, 40)):
        bare = min(2 * bare, max(every, timedelta(days=1)))
    assert 0.899 * bare <= wait <= 1.101 * bare


@given(intervals, st.integers(0, 20), st.randoms(), st.timedeltas(timedelta(0), timedelta(days=7)))
def test_never_sooner_than_the_server_asks(every, failures, random, asked):
    due = next_due(NOW, every=every, failures=failures, random=random, retry_after=asked)
    assert due >= NOW + asked


def test_sources_added_together_come_due_apart():
    random = Random(7)  # noqa: S311
    due = {next_due(NOW, every=timedelta(hours=1), failures=0, random=random) for _ in range(50)}
    assert len(due) == 50


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta(0)),
        ("99999999999999999999", LONGEST),
        ("Sat, 01 Jun 2024 12:05:00 GMT", timedelta(minutes=5)),
        ("Sat, 01 Jun 2024 11:00:00 GMT", timedelta(0)),
        ("Fri, 01 Jan 2100 00:00:00 GMT", LONGEST),
        ("-5", None),
        ("soon", None),
        ("1" * 100, None),
        ("²", None),
        (None, None),
    ],
)
def test_retry_after(header, wait):
    assert retry_after(header, NOW) == wait


@pytest.mark.parametrize(
    ("written", "seconds"), [("60", 60), ("90s", 90), ("15m", 900), ("2 H", 7200), ("1d", 86400)]
)
def test_intervals(written, seconds):
    assert parse_interval(written) == seconds


@pytest.mark.parametrize("written", ["", "m", "15 minutes", "-5m", "1.5h", "59s", "31d", "٣m"])
def test_wrong_intervals_say_what_is_wrong(written):
    with pytest.raises(ValueError, match=r"interval|between"):
        parse_interval(written)


@given(st.integers(60, 30 * 86400))
def test_an_interval_shown_is_read_as_itself(seconds):
    assert parse_interval(show_interval(seconds)) == seconds
