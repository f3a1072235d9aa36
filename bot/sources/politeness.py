"""How hard a host may be pressed: requests at once, the pause between them, and all in all."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

LONGEST_PAUSE = 10.0
_MANY_HOSTS = 1000


@dataclass(frozen=True, slots=True)
class Manners:
    """Requests at once to a host and in all; seconds between the starts of two to a host."""

    per_host: int = 2
    overall: int = 8
    pause: float = 0.5


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    pause: float
    free_at: float = 0.0
    waiting: int = 0


@dataclass(slots=True)
class Politeness:
    """Hands out turns to send a request. `clock` and `sleep` count seconds, as asyncio does."""

    manners: Manners = field(default_factory=Manners)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _overall: asyncio.Semaphore = field(init=False)
    _hosts: dict[str, _Host] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Make the slots that all hosts share."""
        self._overall = asyncio.Semaphore(self.manners.overall)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at `host` and hold it.

        Who waits for a host holds none of the slots that all share, so that a slow host never
        keeps the others waiting.
        """
        state = self._host(host)
        state.waiting += 1
        try:
            async with state.slots:
                now = self.clock()
                start = max(now, state.free_at)
                state.free_at = start + state.pause
                if start > now:
                    await self.sleep(start - now)
                async with self._overall:
                    yield
        finally:
            state.waiting -= 1

    def slow_down(self, host: str, seconds: float) -> None:
        """Keep `seconds` between requests to a host (robots.txt's Crawl-delay), 10 at most."""
        self._host(host).pause = max(self.manners.pause, min(seconds, LONGEST_PAUSE))

    def _host(self, host: str) -> _Host:
        if host not in self._hosts:
            if len(self._hosts) >= _MANY_HOSTS:
                self._forget_idle()
            slots = asyncio.Semaphore(self.manners.per_host)
            self._hosts[host] = _Host(slots, self.manners.pause)
        return self._hosts[host]

    def _forget_idle(self) -> None:
        now = self.clock()
        idle = [name for name, h in self._hosts.items() if not h.waiting and h.free_at <= now]
        for name in idle:
            del self._hosts[name]
