"""Articles that an admin took out: kept out by id, address and text until they are let in again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select

from bot.store.chunks import chunked
from bot.store.columns import hash_of
from bot.store.removing import remove_articles
from bot.store.schema import ARTICLES, BARRED, ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database
    from bot.store.records import Arrival

_COLUMNS = [BARRED.c[name] for name in "article_id url_hash digest title at".split()]


@dataclass(frozen=True, slots=True)
class Barred:
    """An article that is kept out, and since when."""

    article_id: str
    url_hash: str | None
    digest: str
    title: str
    at: datetime


class BarredStore:
    """The bars. An article is live or barred, never both."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def add(self, article_id: str) -> tuple[Barred, list[int]] | None:
        """Remove an article and keep it out from now on, in one step.

        Returns the bar and the numbers of the sources that had brought it; None if there is no
        such article.
        """
        now = self._clock()
        named = [ARTICLES.c[name] for name in "id url_hash digest title".split()]
        led = select(ROUTES.c.source_id).distinct().where(ROUTES.c.article_id == article_id)

        async def work(connection: AsyncConnection) -> tuple[Barred, list[int]] | None:
            chosen = select(*named).where(ARTICLES.c.id == article_id)
            row = (await connection.execute(chosen)).first()
            if row is None:
                return None
            sources = sorted(await connection.scalars(led))
            await connection.execute(delete(BARRED).where(BARRED.c.article_id == article_id))
            bar = Barred(row.id, row.url_hash, row.digest, row.title, now)
            await connection.execute(insert(BARRED).values(asdict(bar)))
            await remove_articles(connection, [article_id], now)
            return bar, sources

        return await self._database.write(work, collection=True)

    async def lift(self, article_id: str) -> Barred | None:
        """Let an article in again when a source brings it; None if it wasn't kept out."""

        async def work(connection: AsyncConnection) -> Barred | None:
            chosen = select(*_COLUMNS).where(BARRED.c.article_id == article_id)
            row = (await connection.execute(chosen)).first()
            await connection.execute(delete(BARRED).where(BARRED.c.article_id == article_id))
            return None if row is None else Barred(*row)

        return await self._database.write(work, collection=True)

    async def list(self) -> list[Barred]:
        """Return all, the latest first."""
        query = select(*_COLUMNS).order_by(BARRED.c.at.desc(), BARRED.c.article_id)
        async with self._database.reading() as connection:
            return [Barred(*row) for row in await connection.execute(query)]


async def bars_for(
    connection: AsyncConnection, arrivals: Sequence[Arrival], *, lift: bool
) -> list[Barred | None]:
    """Return, for each arrival, what keeps it out; None for one that may come in.

    With `lift` all may, and what kept them out is deleted.
    """
    found = await _matching(connection, arrivals)
    if lift and found:
        ids = [bar.article_id for bar in found]
        await connection.execute(delete(BARRED).where(BARRED.c.article_id.in_(ids)))
        found = []
    by_id = {bar.article_id: bar for bar in found}
    by_url = {bar.url_hash: bar for bar in found if bar.url_hash is not None}
    by_digest = {bar.digest: bar for bar in found}

    def bar_of(arrival: Arrival) -> Barred | None:
        article = arrival.article
        at_url = by_url.get(hash_of(article.url)) if article.url is not None else None
        return by_id.get(article.id) or at_url or by_digest.get(article.digest)

    return [bar_of(arrival) for arrival in arrivals]


async def _matching(connection: AsyncConnection, arrivals: Sequence[Arrival]) -> list[Barred]:
    if (await connection.execute(select(BARRED.c.article_id).limit(1))).first() is None:
        return []  # as it is nearly always
    found: dict[str, Barred] = {}
    for chunk in chunked(arrivals):
        articles = [arrival.article for arrival in chunk]
        same = or_(
            BARRED.c.article_id.in_([article.id for article in articles]),
            BARRED.c.digest.in_([article.digest for article in articles]),
            BARRED.c.url_hash.in_([hash_of(a.url) for a in articles if a.url is not None]),
        )
        rows = await connection.execute(select(*_COLUMNS).where(same))
        found |= {row[0]: Barred(*row) for row in rows}
    return list(found.values())
