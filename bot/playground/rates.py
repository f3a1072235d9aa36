"""Telegram's rates, enforced when asked for: how many messages, to whom, in how long."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.playground.errors import too_many_requests

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Messages a second in all and, on average, to one private chat; messages a minute to a group.

    `private_burst` messages may go to a private chat at once, in as many seconds.
    """

    overall_per_second: int = 30
    private_burst: int = 3
    group_per_minute: int = 20


class _Window:
    """At most `limit` events in any `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._times: deque[datetime] = deque()

    def wait(self, now: datetime) -> float:
        """Return the seconds until one more event fits, 0 if it does now."""
        while self._times and (now - self._times[0]).total_seconds() >= self._seconds:
            self._times.popleft()
        if len(self._times) < self._limit:
            return 0.0
        return self._seconds - (now - self._times[0]).total_seconds()

    def take(self, now: datetime) -> None:
        self._times.append(now)


class RateGate:
    """Counts messages against the limits."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self._overall = _Window(limits.overall_per_second, 1.0)
        self._chats: defaultdict[int, _Window] = defaultdict(self._private)
        self._groups: defaultdict[int, _Window] = defaultdict(self._group)

    def _private(self) -> _Window:
        return _Window(self._limits.private_burst, float(self._limits.private_burst))

    def _group(self) -> _Window:
        return _Window(self._limits.group_per_minute, 60.0)

    def admit(self, chat_id: int, now: datetime) -> None:
        """Count a message to a chat; negative ids are groups.

        Raises ApiError(429) with the whole seconds to wait; a refused message does not count.
        """
        windows = [self._overall, (self._groups if chat_id < 0 else self._chats)[chat_id]]
        wait = max(window.wait(now) for window in windows)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for window in windows:
            window.take(now)
