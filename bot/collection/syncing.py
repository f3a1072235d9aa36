"""Brings the collection up to date: visit sources → store → plan → index → a new generation."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.building import embedder_spec, index_home, load_embedder, passage_rule
from bot.collection.adopting import adopt
from bot.collection.events import Indexing, SyncReport
from bot.collection.visiting import Visits, visit_all
from bot.errors import BotError
from retrieval.errors import NothingIndexedError, RetrievalError
from retrieval.index.manifest import read_manifest
from retrieval.index.plan import Delta, compare
from retrieval.index.sync import SyncOptions, sync_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.collection.events import SyncEvent
    from bot.collection.naming import Named
    from bot.settings import Settings
    from bot.sources.fetching import Fetcher
    from bot.store.engine import Store
    from bot.store.records import Watched
    from retrieval.embedding import Embedder
    from retrieval.index.sync import Progress, SyncResult


class Collection:
    """The articles of one data folder: sources, store and index. For one event loop."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        fetcher: Fetcher,
        *,
        clock: Callable[[], datetime],
        embedder: Callable[[], Embedder] | None = None,
        warn: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.fetcher = fetcher
        self.home = index_home(settings)
        self.clock = clock
        self.embedder = embedder or (lambda: load_embedder(settings))
        self.warn = warn

    async def sync(
        self,
        *,
        trigger: str,
        sources: Sequence[Watched] | None = None,
        dry: bool = False,
        rebuild: bool = False,
        tell: Callable[[SyncEvent], None] = lambda _event: None,
        named: Named | None = None,
    ) -> SyncReport:
        """Visit all enabled sources (or just `sources`) and index what they changed.

        `dry` writes nothing and reports what would change; `rebuild` makes the index anew from
        the store; what is `named` comes in though it was taken out. One sync at a time, over all
        processes. Whatever fails, the index in use stays in use. Raises IndexBusyError that names
        who is at it, StoreError, RetrievalError.
        """
        started, clock = self.clock(), time.perf_counter()
        with self.home.lock(now=started):
            await adopt(self.store, self.home, self.settings, now=started, warn=self.warn)
            visited = await self._enabled() if sources is None else sources
            run = 0 if dry else await self._begin(trigger, started)
            visits = Visits()
            try:
                visits = await visit_all(
                    self.store,
                    visited,
                    fetcher=self.fetcher,
                    now=started,
                    dry=dry,
                    tell=tell,
                    named=named,
                )
                result = None if dry else await self._index(started, rebuild=rebuild, tell=tell)
            except BaseException as error:
                if not dry:
                    await asyncio.shield(self._failed(run, visits, error))
                raise
            if not dry:
                await self.store.runs.finish(
                    run,
                    self.clock(),
                    generation=result.generation if result else None,
                    changes=visits.changes,
                    embedded=result.embedded if result else 0,
                )
        report = SyncReport(
            trigger=trigger,
            started=started,
            seconds=time.perf_counter() - clock,
            dry=dry,
            changes=tuple(visits.changes),
            problems=tuple(visits.problems),
            kept_out=tuple(visits.kept_out.values()),
            sources=len(visited),
            failed_sources=visits.failed,
            read=visits.read,
        )
        return _with_index(report, result) if result else self._with_current(report)

    async def rollback(self) -> int:
        """Return to the last good generation before the current one; returns its number.

        The store keeps its articles, so the next sync brings the newer state back.
        Raises NoRollbackError when there is none, IndexBusyError while a sync runs.
        """
        now = self.clock()
        return (await asyncio.to_thread(self.home.rollback, now=now)).number

    async def _enabled(self) -> list[Watched]:
        return [w for w in await self.store.sources.list() if w.source.enabled]

    async def _begin(self, trigger: str, now: datetime) -> int:
        """Begin in the journal; what has no end there by now was killed, for the lock is ours."""
        await self.store.runs.interrupt(now)
        return await self.store.runs.begin(trigger, now)

    async def _failed(self, run: int, visits: Visits, error: BaseException) -> None:
        """Note in the journal why a sync ended, with what the store had taken in by then."""
        known = isinstance(error, BotError | RetrievalError)
        problem = str(error) if known else f"stopped ({type(error).__name__})"
        await self.store.runs.finish(run, self.clock(), changes=visits.changes, problem=problem)

    async def _index(
        self, now: datetime, *, rebuild: bool, tell: Callable[[SyncEvent], None]
    ) -> SyncResult | None:
        """Write a generation that holds what the store holds; None if there is nothing to hold."""
        loop = asyncio.get_running_loop()
        wanted = await self.store.articles.digests()
        if not wanted and not self.home.numbers():
            return None

        def choose(indexed: Mapping[str, str]) -> Delta:
            changed, dropped = compare(indexed, wanted)
            articles = asyncio.run_coroutine_threadsafe(self.store.articles.load(changed), loop)
            return Delta(articles.result(), dropped)

        def on_progress(progress: Progress) -> None:
            event = Indexing(progress.stage, progress.done, progress.total)
            loop.call_soon_threadsafe(tell, event)

        options = SyncOptions(
            spec=embedder_spec(self.settings),
            rule=passage_rule(self.settings),
            inputs=(),
            now=now,
            rebuild=rebuild,
        )
        return await asyncio.to_thread(
            sync_changes,
            self.home,
            choose,
            options,
            load_embedder=self.embedder,
            locked=True,
            on_progress=on_progress,
            warn=self.warn,
        )

    def _with_current(self, report: SyncReport) -> SyncReport:
        """Return the report with what is in use, where nothing was written."""
        try:
            number = self.home.current()
            if number is None:
                return report
            manifest = read_manifest(self.home.folder(number))
        except (RetrievalError, NothingIndexedError):
            return report
        return replace(
            report,
            generation=number,
            articles=manifest.articles,
            passages=manifest.passages,
        )


def _with_index(report: SyncReport, result: SyncResult) -> SyncReport:
    return replace(
        report,
        generation=result.generation,
        written=result.written,
        articles=result.articles,
        passages=result.passages,
        embedded=result.embedded,
        reused=result.reused,
    )
