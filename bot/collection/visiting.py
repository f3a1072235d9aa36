"""Sources → store: goes through several at a time, so that a dead one never holds the others."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.collection.events import Visiting
from bot.collection.naming import afresh
from bot.sources.collecting import collect
from bot.sources.events import Complete, Expected, KeptOut, Unchanged
from bot.sources.problems import Problem
from bot.store.columns import hash_of
from bot.store.errors import UnknownSourceError
from bot.store.records import Arrival
from retrieval.readers import canonical_url, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.collection.naming import Named
    from bot.sources.fetching import Fetcher
    from bot.store.barring import Barred
    from bot.store.engine import Store
    from bot.store.records import Change, Watched

_AT_ONCE = 8  # sources
_BATCH = 200  # arrivals put into the store together


@dataclass(slots=True)
class Visits:
    """What came of visiting sources, added up; `kept_out` maps barred articles' ids to titles."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read: int = 0
    failed: int = 0
    kept_out: dict[str, str] = field(default_factory=dict)


async def visit_all(
    store: Store,
    sources: Sequence[Watched],
    *,
    fetcher: Fetcher,
    now: datetime,
    dry: bool,
    tell: Callable[[Visiting], None],
    named: Named | None = None,
) -> Visits:
    """Visit the sources and keep what they deliver; `dry` keeps nothing and only says.

    What was taken out stays out unless it is `named`. Raises StoreError, for a problem none.
    """
    visits, done = Visits(), 0
    bars = {bar.url_hash or "": bar for bar in await store.barred.list()}
    turn = asyncio.Semaphore(_AT_ONCE)

    def progress() -> None:
        tell(Visiting(done, len(sources), visits.read))

    async def one(watched: Watched) -> None:
        nonlocal done
        async with turn:
            seen = _as_named(watched, named) if bars else watched
            visit = _Visit(
                store, seen, visits, fetcher=fetcher, now=now, dry=dry, bars=bars, named=named
            )
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


def _as_named(watched: Watched, named: Named | None) -> Watched:
    """Forget what a source was like if it is itself the article that a person named."""
    return afresh(watched) if named is not None and named(watched.source, "") else watched


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
        bars: Mapping[str, Barred],
        named: Named | None,
    ) -> None:
        self.store = store
        self.watched = watched
        self.visits = visits
        self.fetcher = fetcher
        self.now = now
        self.dry = dry
        self.bars = bars
        self.named = named
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
            barred=lambda url: self._bar_at(url) is not None,
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
                    case KeptOut(url=url):
                        self.visits.read += 1
                        if bar := self._bar_at(url):
                            self._keep_out(bar)
                    case Expected():
                        progress()
                    case Complete():
                        await self._complete(step)

    async def _put(self) -> None:
        batch, self.waiting = self.waiting, []
        source, named = self.watched.source, self.named
        wanted = [named is not None and named(source, arrival.key) for arrival in batch]
        for lift in sorted(set(wanted)):
            self.visits.changes += await self.store.articles.put(
                [arrival for arrival, meant in zip(batch, wanted, strict=True) if meant == lift],
                source_id=source.id or None,
                seen_at=self.now,
                dry=self.dry,
                lift=lift,
                tell_barred=self._keep_out,
            )

    def _bar_at(self, url: str) -> Barred | None:
        return self.bars.get(hash_of(canonical_url(url) or url))

    def _keep_out(self, bar: Barred) -> None:
        self.visits.kept_out[bar.article_id] = bar.title

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
