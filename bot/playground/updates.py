"""The queue of updates and getUpdates' long poll over it."""

from __future__ import annotations

import asyncio
from collections import deque
from secrets import randbelow
from typing import TYPE_CHECKING

from bot.playground.bell import Bell
from bot.playground.errors import conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.playground.errors import ApiError
    from bot.playground.json_types import JsonObject

LOWEST_UPDATE_ID = 100_000_001
_STARTS = 900_000_000
MAX_BATCH = 100
MAX_TIMEOUT = 50

_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """Updates wait here until a later offset confirms them. For one event loop.

    `on_wait` is called each time a poll begins to wait; `bell` rings for each new update. Ids rise
    from `first`, which is anywhere by default: a bot that remembers which updates it was done with
    must not take those of another stand-in for them.
    """

    def __init__(
        self, on_wait: Callable[[], None] = lambda: None, *, first: int | None = None
    ) -> None:
        self._on_wait = on_wait
        self.bell = Bell()
        self._waiting: deque[JsonObject] = deque()
        self._next_id = LOWEST_UPDATE_ID + randbelow(_STARTS) if first is None else first
        self._allowed: frozenset[str] = frozenset()
        self._poll: asyncio.Future[None] | None = None

    @property
    def pending(self) -> int:
        """How many updates wait."""
        return len(self._waiting)

    @property
    def is_polled(self) -> bool:
        """Whether a poll waits for updates now."""
        return self._poll is not None and not self._poll.done()

    @property
    def allowed(self) -> tuple[str, ...]:
        """The kinds asked for last; empty means Telegram's choice."""
        return tuple(sorted(self._allowed))

    def push(self, kind: str, payload: JsonObject) -> int | None:
        """Queue an update and return its id, or None if its kind was not asked for."""
        if kind not in self._allowed if self._allowed else kind in _ON_REQUEST:
            return None
        update_id = self._next_id
        self._next_id += 1
        self._waiting.append({"update_id": update_id, kind: payload})
        self.release()
        self.bell.ring()
        return update_id

    def allow(self, kinds: Iterable[str]) -> None:
        """Set which kinds are queued from now on; none at all means Telegram's choice."""
        self._allowed = frozenset(kinds)

    def drop(self) -> None:
        """Forget what waits."""
        self._waiting.clear()

    def waiting(self) -> list[JsonObject]:
        """Return what waits, oldest first."""
        return list(self._waiting)

    def confirm(self, update_id: int) -> None:
        """Forget one update, which has reached the bot."""
        self._waiting = deque(u for u in self._waiting if u["update_id"] != update_id)

    def interrupt(self, error: ApiError) -> None:
        """End a poll that waits, with an error."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(error)

    def release(self) -> None:
        """End a poll that waits, with what there is."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    async def poll(self, *, offset: int, limit: int, seconds: float) -> list[JsonObject]:
        """Return updates from `offset` on, waiting up to `seconds` for the first.

        Updates before `offset` are confirmed and forgotten; a negative offset keeps only the last
        ones. `limit` and `seconds` are brought into Telegram's range. A poll that waits when
        another one comes raises ApiError(409).
        """
        self.interrupt(conflict())
        self._confirm(offset)
        if not self._waiting and seconds > 0:
            await self._first(min(seconds, MAX_TIMEOUT))
        return list(self._waiting)[: min(max(limit, 1), MAX_BATCH)]

    def _confirm(self, offset: int) -> None:
        while self._waiting and (
            len(self._waiting) > -offset if offset < 0 else self._waiting[0]["update_id"] < offset
        ):
            self._waiting.popleft()

    async def _first(self, seconds: float) -> None:
        poll: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poll = poll
        self._on_wait()
        try:
            async with asyncio.timeout(seconds):
                await poll
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None
