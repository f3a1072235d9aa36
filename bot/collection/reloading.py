"""Reloads the collection while questions are answered: one at a time, watched by whoever asks."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.collection.events import Failed, Finished
from bot.errors import BotError
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from bot.collection.events import SyncEvent
    from bot.collection.naming import Named
    from bot.collection.syncing import Collection
    from bot.store.records import Watched

logger = logging.getLogger(__name__)

_UNEXPECTED = "something unexpected broke off the reload; the log says more"


class Reload:
    """One reload under way, or ended. Any number of watchers follow it."""

    def __init__(self, *, dry: bool) -> None:
        self.dry = dry
        self._last: SyncEvent | None = None
        self._news = asyncio.Condition()
        self._count = 0

    @property
    def ended(self) -> bool:
        """Whether the last event was told."""
        return isinstance(self._last, Finished | Failed)

    def tell(self, event: SyncEvent) -> None:
        """Take the next event. From the event loop only; watchers see the newest."""
        self._last = event
        self._count += 1
        self._wake = asyncio.ensure_future(self._notify())

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def watch(self) -> AsyncIterator[SyncEvent]:
        """Yield events until the last one; who is slow sees only the newest of several."""
        seen = 0
        while True:
            async with self._news:
                while self._count == seen:
                    await self._news.wait()
            seen, event = self._count, self._last
            if event is not None:
                yield event
            if isinstance(event, Finished | Failed):
                return


class Reloader:
    """Runs syncs beside the answering. For one event loop.

    `swap` is called when a reload has ended with another generation than before; it makes the
    desk answer from it.
    """

    def __init__(self, collection: Collection, swap: Callable[[], Awaitable[None]]) -> None:
        self.collection = collection
        self._swap = swap
        self._running: Reload | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> Reload | None:
        """The reload that is under way, if one is."""
        return self._running

    def start(
        self,
        trigger: str,
        *,
        dry: bool = False,
        sources: Sequence[Watched] | None = None,
        named: Named | None = None,
    ) -> tuple[Reload, bool]:
        """Start a reload; with one under way already, join that. Says whether it is a new one.

        The arguments are those of `Collection.sync`.
        """
        if self._running is not None:
            return self._running, False
        reload = self._running = Reload(dry=dry)
        self._task = asyncio.create_task(self._run(reload, trigger, sources, named), name="reload")
        return reload, True

    async def rollback(self) -> int:
        """Return to the last good generation and answer from it; returns its number.

        Raises NoRollbackError when there is none, IndexBusyError while a reload runs.
        """
        number = await self.collection.rollback()
        await self._swap()
        return number

    async def close(self) -> None:
        """Break off what runs; the index in use stays as it is."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(
        self,
        reload: Reload,
        trigger: str,
        sources: Sequence[Watched] | None,
        named: Named | None,
    ) -> None:
        last: SyncEvent = Failed("stopped")
        try:
            report = await self.collection.sync(
                trigger=trigger,
                dry=reload.dry,
                sources=sources,
                tell=reload.tell,
                named=named,
            )
            if report.written:
                await self._swap()
            last = Finished(report)
        except (BotError, RetrievalError) as error:
            logger.warning("A reload failed: %s", type(error).__name__)
            last = Failed(str(error))
        except Exception:
            logger.exception("A reload broke off")
            last = Failed(_UNEXPECTED)
        finally:
            self._running = None
            reload.tell(last)
