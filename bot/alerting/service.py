"""The alerting: what front ends call, and the task that works beside the answering."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.alerting.comparing import Comparer
from bot.alerting.previewing import preview
from bot.alerting.telling import Teller
from bot.alerts.chat_settings import timetable_of
from bot.alerts.thresholds import default_threshold
from bot.alerts.timetable import due
from bot.alerts.wanting import label
from bot.errors import BotError
from bot.store.subscriptions import MOST_PER_CHAT, NewSubscription
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.alerting.ports import Desk, Renderer
    from bot.alerting.previewing import Previewed
    from bot.alerts.types import Pace, Subscription, Vectors, Wanted
    from bot.store.engine import Store
    from bot.store.told import Fresh

logger = logging.getLogger(__name__)

LONGEST_SLEEP = 60.0
"""Seconds; what another process let be due is noticed after them."""
SHORTEST_SLEEP = 1.0
MOST_WAITING = 400
"""New articles that may wait for a generation without being looked at again and again."""
PRUNED_EVERY = timedelta(days=1)
STALE_SLEEP = 5.0
"""Seconds until an alert that was being sent is looked at again, to be edited."""


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """What there is of alerts: subscriptions and matches by state, and messages."""

    subscriptions: dict[str, int]
    matches: dict[str, int]
    chats: int
    alerts: int
    edits: int


class Alerting:
    """Compares new articles with the subscriptions and has chats told. For one event loop.

    `run` is the task; `wake` has it look at once, as after a sync. Several processes may work on
    the same store.
    """

    def __init__(
        self, store: Store, desk: Desk, renderer: Renderer, *, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock
        self._comparer = Comparer(store, desk, clock)
        self._teller = Teller(store, desk, renderer, clock)
        self._bell = asyncio.Event()
        self._turn = asyncio.Lock()
        self._pruned: datetime | None = None
        self._seen: tuple[int, list[Fresh]] | None = None

    async def embed(self, topic: str) -> Vectors:
        """Return a topic's unit vector, float32 (dimension,). Raises EmbeddingError."""
        return await self._desk.embed(topic)

    async def preview(
        self,
        wanted: Wanted,
        vector: Vectors | None,
        threshold: float,
        limit: int = 3,
        since: datetime | None = None,
    ) -> list[Previewed]:
        """Return the newest articles that such a subscription would bring. Raises RetrievalError.

        See bot.alerting.previewing.
        """
        work = partial(
            preview,
            self._desk.library.generation,
            wanted,
            vector,
            threshold,
            limit=limit,
            since=since,
        )
        return await asyncio.to_thread(work)

    async def subscribe(
        self,
        chat_id: int,
        thread_id: int | None,
        wanted: Wanted,
        *,
        pace: Pace = "now",
        threshold: float | None = None,
        created_by: int | None = None,
        name: str = "",
        limit: int = MOST_PER_CHAT,
    ) -> Subscription:
        """Make a subscription, its topic embedded, under a name (its own words by default).

        The threshold is the kind's unless one is given; a chat may have `limit`. Raises
        UnknownChatError, DuplicateSubscriptionError, TooManySubscriptionsError, EmbeddingError.
        """
        new = NewSubscription(
            chat_id,
            thread_id,
            wanted,
            name or label(wanted),
            default_threshold(wanted.kind) if threshold is None else threshold,
            pace,
            created_by,
            await self.embed(wanted.topic) if wanted.topic else None,
            str(self._desk.embedder.spec) if wanted.topic else "",
        )
        return await self._store.subscriptions.add(new, limit=limit)

    async def reschedule(self, chat_id: int) -> None:
        """Let what waits for a chat be due as its timetable and paces are now."""
        timetable = timetable_of(await self._store.chats.settings(chat_id))
        waiting = await self._store.matches.waiting_of(chat_id)
        now = self._clock()
        moments = {one.id: due(one.subscription.pace, timetable, now) for one in waiting}
        await self._store.matches.postpone(moments)
        self.wake()

    async def counts(self) -> AlertCounts:
        """Return figures for statistics."""
        subscriptions = await self._store.subscriptions.counts()
        matches = await self._store.matches.counts()
        alerts = await self._store.alerts.counts()
        chats = subscriptions.pop("chats")
        return AlertCounts(subscriptions, matches, chats, alerts["alerts"], alerts["edits"])

    def wake(self) -> None:
        """Have the task look at once. To be called whenever articles may have come."""
        self._bell.set()

    async def work(self) -> None:
        """Compare what is new, enqueue what is due, edit what became stale.

        Raises StoreError, RetrievalError; what was done stays, the rest is done the next time.
        """
        async with self._turn:
            await self._comparer.embed_topics()
            await self._compare()
            await self._teller.tell()
            await self._teller.refresh()

    async def run(self) -> None:
        """Work for ever: when woken, and when something is due. A failure waits for a while."""
        while True:
            self._bell.clear()
            pause = LONGEST_SLEEP
            try:
                await self.work()
                pause = await self._pause()
                if pause >= LONGEST_SLEEP:
                    await self._prune()
            except (BotError, RetrievalError) as error:
                logger.warning("Alerts could not be worked on: %s", type(error).__name__)
            except Exception:
                logger.exception("The work on alerts broke off")
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._bell.wait()

    async def _compare(self) -> None:
        """Compare what is new, unless all of it waits for the next generation, as it did before."""
        fresh = await self._store.matches.fresh(MOST_WAITING)
        seen = self._desk.library.generation.number, fresh
        if fresh and (len(fresh) == MOST_WAITING or seen != self._seen):
            await self._comparer.compare()
            self._seen = seen

    async def _prune(self) -> None:
        """Forget some of what was told long ago, at most once a day unless there is more."""
        now = self._clock()
        if (
            self._pruned is None or now - self._pruned >= PRUNED_EVERY
        ) and not await self._store.matches.prune():
            self._pruned = now

    async def _pause(self) -> float:
        """Return the seconds until there may be something to do."""
        if await self._store.alerts.stale():
            return STALE_SLEEP
        moment = await self._store.matches.next_due()
        if moment is None:
            return LONGEST_SLEEP
        seconds = (moment - self._clock()).total_seconds()
        return min(max(seconds, SHORTEST_SLEEP), LONGEST_SLEEP)
