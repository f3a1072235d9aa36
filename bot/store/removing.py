"""Takes articles out, and sees to the stories that they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from bot.store.chunks import chunked
from bot.store.columns import clean_text
from bot.store.grouping import members_of, regroup
from bot.store.records import Change
from bot.store.schema import ARTICLES, ROUTES

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


async def remove_articles(
    connection: AsyncConnection, ids: Collection[str], now: datetime
) -> list[Change]:
    """Delete those of the articles that are there; returns what was removed, by id."""
    columns = (ARTICLES.c.id, ARTICLES.c.title, ARTICLES.c.url, ARTICLES.c.renewed)
    left = await members_of(connection, ids)
    changes: list[Change] = []
    for chunk in chunked(sorted(ids)):
        chosen = ARTICLES.c.id.in_(chunk)
        rows = await connection.execute(select(*columns).where(chosen).order_by(ARTICLES.c.id))
        changes += [Change("removed", i, title, url, now - at) for i, title, url, at in rows]
        await connection.execute(delete(ARTICLES).where(chosen))
    await regroup(connection, left)
    return changes


async def drop_routes(
    connection: AsyncConnection, source_id: int, keys: Collection[str], now: datetime
) -> list[Change]:
    """Forget a source's routes but the current ones under `keys`; remove whom no route leads to."""
    stay = {clean_text(key) for key in keys}
    query = select(ROUTES.c.key_hash, ROUTES.c.article_id, ROUTES.c.key, ROUTES.c.current)
    rows = (await connection.execute(query.where(ROUTES.c.source_id == source_id))).all()
    dead = [row for row in rows if not row.current or row.key not in stay]
    if not dead:
        return []
    one = delete(ROUTES).where(
        ROUTES.c.source_id == source_id,
        ROUTES.c.key_hash == bindparam("hash"),
        ROUTES.c.article_id == bindparam("article"),
    )
    await connection.execute(
        one, [{"hash": row.key_hash, "article": row.article_id} for row in dead]
    )
    lost: list[str] = []
    for chunk in chunked(sorted({row.article_id for row in dead})):
        led_to = select(ROUTES.c.article_id).where(ROUTES.c.article_id == ARTICLES.c.id).exists()
        orphans = select(ARTICLES.c.id).where(ARTICLES.c.id.in_(chunk), ~ARTICLES.c.kept, ~led_to)
        lost += (await connection.scalars(orphans)).all()
    return await remove_articles(connection, lost, now)
