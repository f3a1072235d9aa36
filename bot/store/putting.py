"""Writes a batch of arrivals, in few statements however many there are."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, literal, or_, select, update

from bot.store.barring import bars_for
from bot.store.chunks import chunked, insert_or
from bot.store.columns import hash_of
from bot.store.errors import UnknownSourceError
from bot.store.grouping import insert_bands, members_of, place, write_stories
from bot.store.planning import Known, plan_put
from bot.store.schema import ARTICLES, BANDS, ROUTES, SOURCES
from bot.store.stories import signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.barring import Barred
    from bot.store.planning import Plan, Route
    from bot.store.records import Arrival
    from retrieval.types import Article

_NAMES = ("id", "digest", "url", "title", "revision", "arrived", "renewed")


async def put_batch(
    connection: AsyncConnection,
    arrivals: Sequence[Arrival],
    *,
    source_id: int | None,
    seen_at: datetime,
    signatures: dict[str, bytes | None],
    lift: bool = False,
) -> Plan:
    """Put as many of the arrivals as the plan takes. `signatures` (by digest) is added to.

    What is barred is passed over, or, with `lift`, let in.
    """
    await _need_source(connection, source_id)
    bars = await bars_for(connection, arrivals, lift=lift)
    let_in = [arrival for arrival, bar in zip(arrivals, bars, strict=True) if bar is None]
    plan = await _put(connection, let_in, source_id, seen_at, signatures)
    taken = _reach(bars, plan.taken)
    return replace(plan, taken=taken, barred=[bar for bar in bars[:taken] if bar is not None])


def _reach(bars: Sequence[Barred | None], taken: int) -> int:
    """Return how many arrivals are done with once `taken` of those that were let in are."""
    admitted = [position for position, bar in enumerate(bars) if bar is None]
    return admitted[taken] if taken < len(admitted) else len(bars)


async def _put(
    connection: AsyncConnection,
    arrivals: Sequence[Arrival],
    source_id: int | None,
    seen_at: datetime,
    signatures: dict[str, bytes | None],
) -> Plan:
    articles = [arrival.article for arrival in arrivals]
    plan = plan_put(arrivals, await known_of(connection, articles), seen_at)
    missing = [one.article for one in (*plan.added, *plan.updated) if one.article]
    signatures |= await asyncio.to_thread(sign, missing, signatures)
    changed = [*plan.merged, *(one.id for one in plan.updated)]
    left = await members_of(connection, changed)
    await _let_go(connection, changed)
    await _write(connection, plan, left, signatures, kept=source_id is None)
    await _merge(connection, plan.merged)
    if source_id is None:
        await _keep(connection, {route.article_id for route in plan.routes})
    else:
        await _link(connection, source_id, plan.routes, seen_at)
    return plan


async def known_of(connection: AsyncConnection, articles: Sequence[Article]) -> list[Known]:
    """Return the live articles that share an id, an address or a digest with any of these."""
    ids = [article.id for article in articles]
    digests = [article.digest for article in articles]
    urls = [hash_of(article.url) for article in articles if article.url is not None]
    found: dict[str, Known] = {}
    columns = [ARTICLES.c[name] for name in _NAMES]
    for chosen in (
        ARTICLES.c.id.in_(ids),
        ARTICLES.c.digest.in_(digests),
        ARTICLES.c.url_hash.in_(urls),
    ):
        for row in await connection.execute(select(*columns).where(chosen)):
            found[row.id] = Known(*row)
    return list(found.values())


def sign(articles: Iterable[Article], done: dict[str, bytes | None]) -> dict[str, bytes | None]:
    """Return the signatures (by digest) that are not among `done`; about a millisecond each."""
    return {a.digest: signature(a.text) for a in articles if a.digest not in done}


async def _need_source(connection: AsyncConnection, source_id: int | None) -> None:
    if source_id is not None:
        query = select(SOURCES.c.id).where(SOURCES.c.id == source_id)
        if await connection.scalar(query) is None:
            raise UnknownSourceError(f"source {source_id} is gone", "add it again")


async def _let_go(connection: AsyncConnection, ids: list[str]) -> None:
    """Free what articles hold that others may take over in the same batch."""
    if ids:
        await connection.execute(delete(BANDS).where(BANDS.c.article_id.in_(ids)))
        free = update(ARTICLES).where(ARTICLES.c.id.in_(ids))
        await connection.execute(free.values(digest=literal("-") + ARTICLES.c.id, url_hash=None))


async def _merge(connection: AsyncConnection, merged: dict[str, str]) -> None:
    """Delete articles that became equal to others; their routes go to those."""
    if not merged:
        return
    led = await connection.execute(select(ROUTES).where(ROUTES.c.article_id.in_(list(merged))))
    moved = [{**row, "article_id": merged[row["article_id"]]} for row in led.mappings()]
    await _upsert_routes(connection, moved)
    kept = select(ARTICLES.c.id).where(ARTICLES.c.id.in_(list(merged)), ARTICLES.c.kept)
    await _keep(connection, {merged[i] for i in await connection.scalars(kept)})
    await connection.execute(delete(ARTICLES).where(ARTICLES.c.id.in_(list(merged))))


async def _write(
    connection: AsyncConnection,
    plan: Plan,
    left: dict[str, bytes | None],
    signatures: dict[str, bytes | None],
    *,
    kept: bool,
) -> None:
    new = [(one, one.article) for one in (*plan.added, *plan.updated) if one.article]
    signed = {one.id: signatures[article.digest] for one, article in new}
    stories = await place(connection, {**left, **signed})
    rows = {one.id: _row(one, article, signed[one.id], stories) for one, article in new}
    added = [{**rows[one.id], "arrived": one.arrived, "kept": kept} for one in plan.added]
    if added:
        await connection.execute(insert(ARTICLES), added)
    if plan.updated:
        replaced = [{**rows[one.id], "known": one.id, "matched": None} for one in plan.updated]
        names = [name for name in replaced[0] if name not in ("id", "known")]
        change = update(ARTICLES).where(ARTICLES.c.id == bindparam("known"))
        for row in replaced:
            del row["id"]
        await connection.execute(change.values({n: bindparam(n) for n in names}), replaced)
    await insert_bands(connection, signed)
    await write_stories(connection, {i: stories[i] for i in left})


def _row(
    one: Known, article: Article, signed: bytes | None, stories: dict[str, str]
) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "url_hash": None if one.url is None else hash_of(one.url),
        "title": article.title,
        "text": article.text,
        "source": article.source,
        "authors": list(article.authors),
        "published": article.published,
        "fetched": article.fetched,
        "language": article.language,
        "digest": article.digest,
        "revision": one.revision,
        "renewed": one.renewed,
        "story": stories[one.id],
        "signature": signed,
    }


async def _keep(connection: AsyncConnection, ids: Iterable[str]) -> None:
    for chunk in chunked(ids):
        await connection.execute(update(ARTICLES).where(ARTICLES.c.id.in_(chunk)).values(kept=True))


async def _link(
    connection: AsyncConnection, source_id: int, routes: Sequence[Route], seen: datetime
) -> None:
    """Renew the routes; what a key named before is no longer current."""
    hashes = {route.key: hash_of(route.key) for route in routes}
    for chunk in chunked(hashes.values()):
        own = (ROUTES.c.source_id == source_id, ROUTES.c.key_hash.in_(chunk), ROUTES.c.current)
        await connection.execute(update(ROUTES).where(*own).values(current=False))
    rows = [
        {
            "source_id": source_id,
            "key_hash": hashes[route.key],
            "article_id": route.article_id,
            "key": route.key,
            "fingerprint": route.fingerprint,
            "seen": seen,
            "current": route.current,
        }
        for route in routes
    ]
    await _upsert_routes(connection, rows)


async def _upsert_routes(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = insert_or(connection, ROUTES)
    new = statement.excluded
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["source_id", "key_hash", "article_id"],
            set_={
                "fingerprint": new.fingerprint,
                "seen": new.seen,
                "current": or_(ROUTES.c.current, new.current),
            },
        ),
        rows,
    )
