"""Sources → store: goes through several at a time, so that a dead one never holds the others."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.collection.events import Visiting
from bot.sources.collecting import collect
from bot.sources.events import Complete, Expected, Unchanged
from bot.sources.problems import Problem
from bot.store.errors import UnknownSourceError
from bot.store.records import Arrival
from retrieval.readers import read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.sources.fetching import Fetcher
    from bot.store.engine import Store
    from bot.store.records import Change, Watched

_AT_ONCE = 8  # sources
_BATCH = 200  # arrivals put into the store together


@dataclass(slots=True)
class Visits:
    """What came of visiting sources, added up."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read: int = 0
    failed: int = 0


async def visit_all(
    store: Store,
    sources: Sequence[Watched],
    *,
    fetcher: Fetcher,
    now: datetime,
    dry: bool,
    tell: Callable[[Visiting], None],
) -> Visits:
    """Visit the sources and keep what they deliver; `dry` keeps nothing and only says.

    Raises StoreError; what is wrong with a source is a problem in the result.
    """
    visits = Visits()
    done = 0
    turn = asyncio.Semaphore(_AT_ONCE)

    def progress() -> None:
        tell(Visiting(done, len(sources), visits.read))

    async def one(watched: Watched) -> None:
        nonlocal done
        async with turn:
            visit = _Visit(store, watched, visits, fetcher=fetcher, now=now, dry=dry)
            await visit.run(progress)
        done += 1
        progress()

    progress()
    try:
        async with asyncio.TaskGroup() as group:
            for watched in sources:
                group.create_task(one(watched))
    except ExceptionGroup as several:  # the first broke off the others
        raise several.exceptions[0] from several
    return visits


class _Visit:
    """One source's visit, its arrivals put into the store in batches."""

    def __init__(
        self,
        store: Store,
        watched: Watched,
        visits: Visits,
        *,
        fetcher: Fetcher,
        now: datetime,
        dry: bool,
    ) -> None:
        self.store = store
        self.watched = watched
        self.visits = visits
        self.fetcher = fetcher
        self.now = now
        self.dry = dry
        self.waiting: list[Arrival] = []

    async def run(self, progress: Callable[[], None]) -> None:
        try:
            await self._collect(progress)
        except UnknownSourceError:  # removed while it was being visited
            return

    async def _collect(self, progress: Callable[[], None]) -> None:
        source = self.watched.source
        known = await self.store.articles.keys(source.id)
        steps = collect(
            self.watched,
            fetcher=self.fetcher,
            known=known,
            now=self.now,
            read_page=read_page,
        )
        async with aclosing(steps):
            async for step in steps:
                match step:
                    case Arrival():
                        self.waiting.append(step)
                        self.visits.read += 1
                        if len(self.waiting) >= _BATCH:
                            await self._put()
                            progress()
                    case Unchanged(count=count):
                        self.visits.read += count
                    case Problem():
                        self.visits.problems.append(step)
                    case Expected():
                        progress()
                    case Complete():
                        await self._complete(step)

    async def _put(self) -> None:
        batch, self.waiting = self.waiting, []
        self.visits.changes += await self.store.articles.put(
            batch, source_id=self.watched.source.id or None, seen_at=self.now, dry=self.dry
        )

    async def _complete(self, complete: Complete) -> None:
        """Keep the rest, then the state: whoever is killed between reads the rest again."""
        await self._put()
        source = self.watched.source
        if source.mirror and complete.keys is not None:
            self.visits.changes += await self.store.articles.drop_missing(
                source.id, complete.keys, self.now, dry=self.dry
            )
        self.visits.failed += complete.state.problem is not None
        if self.dry:
            return
        await self.store.sources.save_state(source.id, complete.state)
        if complete.gone:
            await self.store.sources.disable(source.id)
