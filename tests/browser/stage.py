"""The page over a stand-in without a bot: the test itself is the bot, call by call."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from bot.playground.bell import Bell
from bot.playground.dispatch import perform
from bot.playground.page.cast import make_cast
from bot.playground.page.controls import BotStatus
from bot.playground.page.server import PageServer
from bot.playground.state import BotApiState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
_SECONDS = 20


class StillControls:
    """A bot that runs, whose restarts are counted, and a clock that may be moved."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.status = BotStatus("running")
        self.moved = timedelta()
        self.restarts = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + self.moved

    def forward(self, by: timedelta) -> None:
        self.moved += by
        self.bell.ring()

    async def restart(self) -> None:
        self.restarts += 1
        self.bell.ring()


class Stage:
    """The stand-in in a thread of its own; `act` and `call` reach it."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.controls = StillControls()
        self.state = BotApiState(username="newsdesk", clock=self.controls.now)
        self.cast = make_cast(self.state)
        self.url = ""

    def act(self, doing: Callable[[BotApiState], T]) -> T:
        """Return what `doing` returns of the state, done in its thread."""

        async def done() -> T:
            return doing(self.state)

        return asyncio.run_coroutine_threadsafe(done(), self.loop).result(_SECONDS)

    def call(self, method: str, **parameters: Any) -> Any:
        """Make a call as the bot and return its result; a refusal fails."""
        answer = asyncio.run_coroutine_threadsafe(
            perform(self.state, method, parameters), self.loop
        ).result(_SECONDS)
        assert answer.status == 200, answer.body
        assert answer.body is not None
        return answer.body["result"]

    def show(self, status: BotStatus) -> None:
        """Let the bot be so."""

        def change(_state: BotApiState) -> None:
            self.controls.status = status
            self.controls.bell.ring()

        self.act(change)


@contextmanager
def stage() -> Iterator[Stage]:
    """Serve the page until the end of the block."""
    made = Stage()
    begun, ended = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with PageServer(made.state, made.cast, made.controls, port=0) as server:
            made.url = server.url
            begun.set()
            await ended.wait()

    def work() -> None:
        asyncio.set_event_loop(made.loop)
        made.loop.run_until_complete(serve())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert begun.wait(_SECONDS), "the page is not served"
    try:
        yield made
    finally:
        made.loop.call_soon_threadsafe(ended.set)
        thread.join(_SECONDS)
        made.loop.close()
