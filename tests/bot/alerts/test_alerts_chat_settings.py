"""Timetables in a chat's settings, and the steps of thresholds."""

import json
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.chat_settings import timetable_of, with_timetable
from bot.alerts.thresholds import LADDER, TOPIC, default_threshold, looser, stricter
from bot.alerts.types import Timetable

minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
timetables = st.builds(
    Timetable,
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Argentina/Buenos_Aires"]),
    st.none() | st.tuples(minutes, minutes),
    minutes,
    st.integers(0, 6),
)


@given(timetables)
def test_a_timetable_comes_back_from_json_as_it_was(timetable):
    kept = json.loads(json.dumps(with_timetable({"length": 3}, timetable)))
    assert timetable_of(kept) == timetable
    assert kept["length"] == 3


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"alerts": None},
        {"alerts": "daily"},
        {"alerts": {"zone": "Mars/Olympus", "quiet": ["22:00"], "digest_at": "8 o'clock"}},
        {"alerts": {"zone": 7, "quiet": ["22:00", "x"], "digest_at": "08:00+02:00"}},
        {"alerts": {"weekday": 7, "quiet": [22, 7], "digest_at": 8}},
        {"alerts": {"weekday": "0"}},
    ],
)
def test_what_can_not_be_read_is_as_by_default(kept):
    assert timetable_of(kept) == Timetable()


def test_steps_lead_up_and_down_the_ladder_and_end_there():
    assert [stricter(step) for step in LADDER] == [*LADDER[1:], LADDER[-1]]
    assert [looser(step) for step in LADDER] == [LADDER[0], *LADDER[:-1]]
    low, high = LADDER[0], LADDER[-1]
    assert (looser(low - 0.1), stricter(high + 0.1)) == (low, high)
    between = (LADDER[2] + LADDER[3]) / 2
    assert (looser(between), stricter(between)) == (LADDER[2], LADDER[3])
    assert default_threshold("topic") == TOPIC
    assert default_threshold("question") < default_threshold("topic")
    assert {default_threshold(kind) for kind in ("topic", "question", "story")} <= set(LADDER)
