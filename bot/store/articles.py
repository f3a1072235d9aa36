"""The articles: put, found, removed. What decides is in `planning` and `stories`."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from bot.store.chunks import chunked
from bot.store.columns import clean_text, hash_of
from bot.store.putting import known_of, put_batch, sign
from bot.store.records import Extent
from bot.store.removing import drop_routes, remove_articles
from bot.store.schema import ARTICLES, ROUTES, SOURCES
from bot.store.sources import source_of
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.barring import Barred
    from bot.store.database import Database
    from bot.store.planning import Plan
    from bot.store.records import Arrival, Change, Source

BATCH = 500

_ARTICLE = [
    ARTICLES.c[name]
    for name in "id url title text source authors published fetched language digest".split()
]


class ArticleStore:
    """The live articles. One article per id, address and digest, however many ways it came."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self,
        arrivals: Iterable[Arrival],
        *,
        source_id: int | None,
        seen_at: datetime,
        batch: int = BATCH,
        dry: bool = False,
        lift: bool = False,
        tell_barred: Callable[[Barred], None] = lambda _: None,
    ) -> list[Change]:
        """Take articles in; returns what changed, in the order of the arrivals.

        `dry` keeps nothing, and knows nothing of one batch while it looks at the next. What is
        barred is passed over and told to `tell_barred`, or, with `lift`, let in again.

        Whole batches are kept or lost, one transaction each. `planning.plan_put` says what an
        arrival means. Without a source the articles stay whatever sources later say. Raises
        UnknownSourceError if the source is gone, and the other StoreErrors.
        """
        changes: list[Change] = []
        for chunk in chunked(map(_cleaned, arrivals), batch):
            rest = chunk
            while rest:
                plan = await self._put(rest, source_id, seen_at, dry=dry, lift=lift)
                changes += plan.changes
                for bar in plan.barred:
                    tell_barred(bar)
                rest = rest[plan.taken :]
        return changes

    async def _put(
        self,
        arrivals: Sequence[Arrival],
        source_id: int | None,
        seen_at: datetime,
        *,
        dry: bool,
        lift: bool,
    ) -> Plan:
        articles = [arrival.article for arrival in arrivals]
        async with self._database.reading() as connection:
            here = {one.digest for one in await known_of(connection, articles)}
        # The long work is done before the transaction, so that other writers need not wait.
        new = [article for article in articles if article.digest not in here]
        signatures = await asyncio.to_thread(sign, new, {})

        async def work(connection: AsyncConnection) -> Plan:
            return await put_batch(
                connection,
                arrivals,
                source_id=source_id,
                seen_at=seen_at,
                signatures=dict(signatures),
                lift=lift,
            )

        return await self._database.write(work, collection=True, undo=dry)

    async def drop_missing(
        self, source_id: int, keys: Collection[str], now: datetime, *, dry: bool = False
    ) -> list[Change]:
        """Remove the articles that came from this source alone under keys it no longer has.

        `dry` removes nothing and only says which.
        """
        return await self._database.write(
            lambda connection: drop_routes(connection, source_id, keys, now),
            collection=True,
            undo=dry,
        )

    async def remove(self, article_id: str, now: datetime) -> Change | None:
        """Remove an article; None if it wasn't there. A source that still has it brings it back."""
        changes = await self._database.write(
            lambda connection: remove_articles(connection, [article_id], now), collection=True
        )
        return changes[0] if changes else None

    async def digests(self) -> dict[str, str]:
        """Return id → digest of all live articles: what the index is to hold."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(ARTICLES.c.id, ARTICLES.c.digest))
            return {row[0]: row[1] for row in rows}

    async def load(self, ids: Iterable[str]) -> list[Article]:
        """Return the articles with these ids, in their order; unknown ones are left out."""
        wanted = list(ids)
        found: dict[str, Article] = {}
        async with self._database.reading() as connection:
            for chunk in chunked(dict.fromkeys(wanted), 1000):
                rows = await connection.execute(select(*_ARTICLE).where(ARTICLES.c.id.in_(chunk)))
                found |= {row["id"]: _article(row) for row in rows.mappings()}
        return [found[i] for i in wanted if i in found]

    async def get(self, article_id: str) -> Article | None:
        """Return an article, or None."""
        return next(iter(await self.load([article_id])), None)

    async def latest(self, limit: int, offset: int = 0, source: int | None = None) -> list[Article]:
        """Return articles, newest first, of one source or all. An undated one counts by arrival."""
        when = func.coalesce(ARTICLES.c.published, ARTICLES.c.arrived)
        query = _from(select(*_ARTICLE), source).order_by(when.desc(), ARTICLES.c.id)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.limit(limit).offset(offset))
            return [_article(row) for row in rows.mappings()]

    async def count(self, source: int | None = None) -> int:
        """Return how many live articles there are, of one source or all."""
        query = _from(select(func.count()).select_from(ARTICLES), source)
        async with self._database.reading() as connection:
            return int(await connection.scalar(query) or 0)

    async def extent(self) -> Extent:
        """Return how many live articles there are, and the first and last moment of publication."""
        published = ARTICLES.c.published
        query = select(func.count(), func.min(published), func.max(published)).select_from(ARTICLES)
        async with self._database.reading() as connection:
            count, first, last = (await connection.execute(query)).one()
        return Extent(count, first, last)

    async def sources_of(self, article_id: str) -> list[Source]:
        """Return the sources that brought an article, by number."""
        led = select(ROUTES.c.source_id).where(ROUTES.c.article_id == article_id)
        query = select(SOURCES).where(SOURCES.c.id.in_(led)).order_by(SOURCES.c.id)
        async with self._database.reading() as connection:
            return [source_of(row) for row in (await connection.execute(query)).mappings()]

    async def keys(self, source_id: int) -> dict[str, str]:
        """Return key → fingerprint of what a source brought last."""
        query = select(ROUTES.c.key, ROUTES.c.fingerprint).where(
            ROUTES.c.source_id == source_id, ROUTES.c.current
        )
        async with self._database.reading() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    async def of_file(self, source_id: int, key: str) -> list[str]:
        """Return the ids of the articles that a source has from one file, lines of it too."""
        lines = ROUTES.c.key.startswith(f"{key}:", autoescape=True)
        query = select(ROUTES.c.article_id).where(
            ROUTES.c.source_id == source_id,
            or_(ROUTES.c.key_hash == hash_of(key), lines),
            ROUTES.c.current,
        )
        async with self._database.reading() as connection:
            return list(await connection.scalars(query.order_by(ROUTES.c.article_id).distinct()))

    async def story(self, article_id: str) -> list[str]:
        """Return the ids of the articles that tell the same story, this one among them, sorted."""
        own = select(ARTICLES.c.story).where(ARTICLES.c.id == article_id).scalar_subquery()
        query = select(ARTICLES.c.id).where(ARTICLES.c.story == own).order_by(ARTICLES.c.id)
        async with self._database.reading() as connection:
            return list(await connection.scalars(query))


def _from(query: Select[Any], source: int | None) -> Select[Any]:
    if source is None:
        return query
    brought = select(ROUTES.c.article_id).where(ROUTES.c.source_id == source)
    return query.where(ARTICLES.c.id.in_(brought))


def _article(row: RowMapping) -> Article:
    return Article(**{**row, "authors": tuple(row["authors"])})


def _cleaned(arrival: Arrival) -> Arrival:
    """Addresses are compared before they are stored, so they are cleaned at once."""
    url = arrival.article.url
    if url is None or clean_text(url) == url:
        return arrival
    return replace(arrival, article=replace(arrival.article, url=clean_text(url)))
