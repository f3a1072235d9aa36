"""The articles as their readers look for them: by the source that they name, by address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.store.columns import clean_text, hash_of
from bot.store.schema import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.database import Database


class Shelf:
    """Questions about live articles that their names answer. `source` is `Article.source`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sources(self) -> dict[str, int]:
        """Return source → how many articles name it, the most frequent first."""
        count = func.count()
        query = select(ARTICLES.c.source, count).group_by(ARTICLES.c.source)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(count.desc(), ARTICLES.c.source))
            return {row[0]: row[1] for row in rows if row[0]}

    async def latest(self, source: str, limit: int, offset: int = 0) -> list[str]:
        """Return the ids of articles of a source, in the order of `ArticleStore.latest`."""
        when = func.coalesce(ARTICLES.c.published, ARTICLES.c.arrived)
        query = select(ARTICLES.c.id).where(ARTICLES.c.source == clean_text(source))
        query = query.order_by(when.desc(), ARTICLES.c.id).limit(limit).offset(offset)
        async with self._database.reading() as connection:
            return list(await connection.scalars(query))

    async def titles(self, limit: int) -> list[tuple[str, str]]:
        """Return (id, title) of the newest articles, in the order of `ArticleStore.latest`."""
        when = func.coalesce(ARTICLES.c.published, ARTICLES.c.arrived)
        query = select(ARTICLES.c.id, ARTICLES.c.title).order_by(when.desc(), ARTICLES.c.id)
        async with self._database.reading() as connection:
            return [(row[0], row[1]) for row in await connection.execute(query.limit(limit))]

    async def at(self, urls: Iterable[str]) -> str | None:
        """Return the id of the article at the first of these addresses that has one."""
        hashes = [hash_of(url) for url in urls]
        query = select(ARTICLES.c.url_hash, ARTICLES.c.id).where(ARTICLES.c.url_hash.in_(hashes))
        async with self._database.reading() as connection:
            found = {row[0]: row[1] for row in await connection.execute(query)}
        return next((found[one] for one in hashes if one in found), None)
