"""Keeps a bot running for the playground: started, stopped and started again on request."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.errors import BotError
from bot.playground.bell import Bell
from bot.playground.page.controls import BotStatus
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime, timedelta

    from bot.playground.clock import MovableClock

    Run = Callable[[asyncio.Event, Callable[[Callable[[], None]], None]], Awaitable[None]]
    """Runs the bot until the event is set; calls the other with its `wake` once it listens."""


class Keeper:
    """The page's `Controls` over a bot and the clock that it goes by. For one event loop."""

    def __init__(self, run: Run, clock: MovableClock) -> None:
        self._run = run
        self._clock = clock
        self._stop = asyncio.Event()
        self._again = asyncio.Event()
        self._wake: Callable[[], None] | None = None
        self._status = BotStatus("starting")
        self.bell = Bell()

    @property
    def status(self) -> BotStatus:
        """How the bot is now."""
        return self._status

    @property
    def moved(self) -> timedelta:
        """How far the clock is ahead of the real one."""
        return self._clock.moved

    def now(self) -> datetime:
        """Return the clock's time."""
        return self._clock()

    def forward(self, by: timedelta) -> None:
        """Move the clock on and have the bot look at what is due. Raises ValueError."""
        self._clock.forward(by)
        if self._wake is not None:
            self._wake()
        self.bell.ring()

    async def restart(self) -> None:
        """Ask the bot to stop and to start again; one that has failed is started."""
        self._again.set()
        if self._status.state == "running":
            self._tell("stopping", "finishing what it has begun")
        self._stop.set()

    async def keep(self) -> None:
        """Run the bot, again after each wish to restart it, until it ends by itself.

        The first start's errors are raised; a later one leaves the bot stopped, its line shown,
        until the next wish.
        """
        started = False
        while True:
            self._stop.clear()
            self._again.clear()
            self._tell("starting")
            try:
                await self._run(self._stop, self._listens)
            except (BotError, RetrievalError) as error:
                self._wake = None
                if not started:
                    raise
                self._tell("failed", str(error))
                await self._again.wait()
                continue
            started = True
            self._wake = None
            self._tell("stopped")
            if not self._again.is_set():
                return

    def _listens(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        # A wish that came while it started is kept; the event that stops it is set already.
        self._tell("stopping" if self._again.is_set() else "running")

    def _tell(self, state: str, detail: str = "") -> None:
        self._status = BotStatus(state, detail)  # type: ignore[arg-type]
        self.bell.ring()
