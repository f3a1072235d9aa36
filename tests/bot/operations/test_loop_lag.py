"""The worst delay of the last minute."""

import asyncio
import time

from hypothesis import given
from hypothesis import strategies as st

from bot.operations.loop_lag import WINDOW_SECONDS, LoopLag

_seconds = st.floats(0, 100, allow_nan=False)


@given(st.lists(st.tuples(_seconds, _seconds)), _seconds)
def test_the_worst_is_that_of_the_last_minute(steps, later):
    lag, noted, now = LoopLag(), [], 0.0
    for pause, late in steps:
        now += pause
        lag.note(now, late)
        noted.append((now, late))
        assert lag.worst(now) == _worst(noted, now)
    assert lag.worst(now + later) == _worst(noted, now + later)


def _worst(noted, now):
    return max((late for at, late in noted if at >= now - WINDOW_SECONDS), default=0.0)


async def test_a_blocked_loop_is_measured():
    lag, loop = LoopLag(), asyncio.get_running_loop()
    measuring = asyncio.create_task(lag.run())
    try:
        await asyncio.sleep(0)  # the nap of half a second begins
        time.sleep(0.8)  # noqa: ASYNC251 - it blocks the loop on purpose
        await asyncio.sleep(0.01)
    finally:
        measuring.cancel()
        await asyncio.gather(measuring, return_exceptions=True)
    assert lag.worst(loop.time()) >= 0.25
