"""How late the event loop wakes who sleeps: something blocked it meanwhile."""

from __future__ import annotations

import asyncio
from collections import deque

WINDOW_SECONDS = 60.0
_NAP_SECONDS = 0.5


class LoopLag:
    """The worst delay within the last minute. `run` measures."""

    def __init__(self) -> None:
        self._worst: deque[tuple[float, float]] = deque()

    def note(self, now: float, late: float) -> None:
        """Note that at `now` (monotonic seconds) a sleeper woke `late` seconds too late."""
        while self._worst and self._worst[-1][1] <= late:
            self._worst.pop()
        self._worst.append((now, late))

    def worst(self, now: float) -> float:
        """Return the longest delay in seconds since a minute before `now`; 0 without any."""
        while self._worst and self._worst[0][0] < now - WINDOW_SECONDS:
            self._worst.popleft()
        return self._worst[0][1] if self._worst else 0.0

    async def run(self) -> None:
        """Measure for ever."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _NAP_SECONDS
            await asyncio.sleep(_NAP_SECONDS)
            now = loop.time()
            self.note(now, max(0.0, now - due))
