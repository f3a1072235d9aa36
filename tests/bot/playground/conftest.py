from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.playground.server import BotApiServer
from bot.playground.state import BotApiState
from tests.bot.playground.calls import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(autouse=True)
def _pauses_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    # python-telegram-bot warns of RetryAfter's coming type unless told that it is known.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def state(clock: HandClock) -> BotApiState:
    return BotApiState(clock=clock)


@pytest.fixture
async def server(state: BotApiState) -> AsyncIterator[BotApiServer]:
    async with BotApiServer(state) as server:
        yield server


@pytest.fixture
async def bot(state: BotApiState, server: BotApiServer) -> AsyncIterator[Bot]:
    """python-telegram-bot's own client, pointed at the stand-in."""
    root = server.root_url
    async with Bot(
        state.token,
        f"{root}/bot",
        f"{root}/file/bot",
        request=HTTPXRequest(read_timeout=20.0, connect_timeout=20.0),
        get_updates_request=HTTPXRequest(1, read_timeout=20.0, connect_timeout=20.0),
    ) as bot:
        yield bot
