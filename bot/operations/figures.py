"""Figures that are read when somebody asks for them: from the database, the index, the loop."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.store.figures import count_syncs, count_verdicts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.store.deliveries import Load
    from bot.store.engine import Store
    from bot.store.figures import Syncs

T = TypeVar("T")

FRESH_SECONDS = 5.0
WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database holds; counts by verdict or state."""

    verdicts: dict[str, int]
    load: Load
    subscriptions: dict[str, int]
    matches_waiting: int
    alerts: int
    syncs: Syncs
    articles: int


async def read_figures(store: Store) -> Figures:
    """Return the figures of now. Raises StoreError."""
    subscriptions = await store.subscriptions.counts()
    matches = await store.matches.counts()
    return Figures(
        verdicts=await count_verdicts(store.database),
        load=await store.outbox.load(store.clock()),
        subscriptions={state: n for state, n in subscriptions.items() if state != "chats"},
        matches_waiting=matches.get("waiting", 0),
        alerts=(await store.alerts.counts())["alerts"],
        syncs=await count_syncs(store.database),
        articles=await store.articles.count(),
    )


class Shared(Generic[T]):
    """Something that is read once for all who want it at a time, and kept for `fresh` seconds.

    `read` is never cancelled but by `close`: who has waited for `patience` seconds gets a
    TimeoutError, and the next one waits for the same reading. Failures aren't kept.
    """

    def __init__(
        self,
        read: Callable[[], Awaitable[T]],
        *,
        fresh: float = FRESH_SECONDS,
        patience: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._fresh = fresh
        self._patience = patience
        self._clock = clock
        self._reading: asyncio.Task[T] | None = None
        self._ended = 0.0

    async def get(self) -> T:
        """Return what was read. Raises what reading it raised, or TimeoutError."""
        reading = self._reading
        if reading is None or (reading.done() and self._is_old(reading)):
            reading = self._reading = asyncio.create_task(self._take())
        await asyncio.wait([reading], timeout=self._patience)
        if not reading.done():
            raise TimeoutError
        return reading.result()

    async def close(self) -> None:
        """End a reading that is under way."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _take(self) -> T:
        try:
            return await self._read()
        finally:
            self._ended = self._clock()

    def _is_old(self, reading: asyncio.Task[T]) -> bool:
        failed = reading.cancelled() or reading.exception() is not None
        return failed or self._clock() - self._ended >= self._fresh
