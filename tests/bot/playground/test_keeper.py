"""The playground's clock and the bot that it keeps."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError
from bot.playground.clock import MovableClock
from bot.playground.keeper import Keeper

START = datetime(2024, 3, 1, 12, tzinfo=UTC)


def clock() -> MovableClock:
    return MovableClock(lambda: START)


class Bot:
    """Runs until it is stopped; fails at the starts in `failing`."""

    def __init__(self, failing=()):
        self.failing, self.starts, self.woken = failing, 0, 0
        self.ended = asyncio.Event()

    async def run(self, stop, listens):
        self.starts += 1
        if self.starts in self.failing:
            raise BotError("the index is damaged", "mend it")
        listens(self.wake)
        waits = [asyncio.ensure_future(event.wait()) for event in (stop, self.ended)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    def wake(self):
        self.woken += 1


async def reached(keeper, state):
    async with asyncio.timeout(5):
        while keeper.status.state != state:
            await keeper.bell.heard()


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=3650)), max_size=5))
def test_the_clock_is_ahead_by_the_sum_of_its_moves(moves):
    moved = clock()
    for by in moves:
        moved.forward(by)
    assert moved() - START == sum(moves, timedelta(0))


@pytest.mark.parametrize("by", [timedelta(seconds=-1), timedelta.max])
def test_the_clock_goes_neither_back_nor_out_of_the_calendar(by):
    moved = clock()
    with pytest.raises(ValueError, match=r"forward|ahead"):
        moved.forward(by)
    assert moved() == START


async def test_a_bot_is_started_again_on_request_and_ends_by_itself():
    bot = Bot()
    keeper = Keeper(bot.run, clock())
    assert keeper.status.state == "starting"
    keeping = asyncio.create_task(keeper.keep())
    await reached(keeper, "running")
    await keeper.restart()
    assert keeper.status.state == "stopping"
    await reached(keeper, "running")
    assert bot.starts == 2
    bot.ended.set()
    await asyncio.wait_for(keeping, 5)
    assert keeper.status.state == "stopped"


async def test_what_is_due_is_looked_at_when_the_clock_moves():
    bot = Bot()
    keeper = Keeper(bot.run, clock())
    keeper.forward(timedelta(hours=1))  # before the bot runs: nobody to wake
    keeping = asyncio.create_task(keeper.keep())
    await reached(keeper, "running")
    keeper.forward(timedelta(days=1))
    assert (bot.woken, keeper.moved) == (1, timedelta(days=1, hours=1))
    assert keeper.now() == START + keeper.moved
    bot.ended.set()
    await keeping


async def test_a_first_start_that_fails_ends_the_playground():
    keeper = Keeper(Bot(failing={1}).run, clock())
    with pytest.raises(BotError, match="damaged"):
        await keeper.keep()


async def test_a_later_start_that_fails_waits_for_the_next_wish():
    bot = Bot(failing={2})
    keeper = Keeper(bot.run, clock())
    keeping = asyncio.create_task(keeper.keep())
    await reached(keeper, "running")
    await keeper.restart()
    await reached(keeper, "failed")
    assert keeper.status.detail == "the index is damaged; mend it"
    await keeper.restart()
    await reached(keeper, "running")
    bot.ended.set()
    await asyncio.wait_for(keeping, 5)
