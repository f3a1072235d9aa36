"""Keeps the stories of the stored articles right while articles come, change and go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, String, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from bot.store.chunks import chunked
from bot.store.schema import ARTICLES, BANDS
from bot.store.stories import bands, link

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.stories import Stories


async def members_of(
    connection: AsyncConnection, leaving: Iterable[str]
) -> dict[str, bytes | None]:
    """Return the articles (id → signature) that share a story with those that leave it.

    Without the leaving ones themselves. To be asked before they are deleted or changed.
    """
    gone = frozenset(leaving)
    left: dict[str, bytes | None] = {}
    for chunk in chunked(gone):
        own = select(ARTICLES.c.story).where(ARTICLES.c.id.in_(chunk))
        query = select(ARTICLES.c.id, ARTICLES.c.signature).where(ARTICLES.c.story.in_(own))
        left |= {row.id: row.signature for row in await connection.execute(query)}
    return {i: signature for i, signature in left.items() if i not in gone}


async def place(connection: AsyncConnection, fresh: Mapping[str, bytes | None]) -> dict[str, str]:
    """Find the stories of `fresh` articles (id → signature), whatever stories they had.

    The stories that they bring together are renamed in the database; those of the fresh articles
    are returned (id → story), for the caller to write.
    """
    signed = {i: signature for i, signature in fresh.items() if signature is not None}
    if not signed:
        return {i: i for i in fresh}
    wanted = await asyncio.to_thread(_all_bands, signed.values())
    buckets: list[tuple[int, str]] = []
    for chunk in chunked(wanted):
        query = select(BANDS.c.band, BANDS.c.article_id).where(BANDS.c.band.in_(chunk))
        rows = await connection.execute(query)
        buckets += [(band, i) for band, i in rows if i not in fresh]
    settled = await _settled(connection, {i for _, i in buckets})
    stories = await asyncio.to_thread(link, signed, settled, buckets)
    await _rename(connection, stories, {story for story, _ in settled.values()})
    return {i: stories.of(i) for i in fresh}


async def regroup(connection: AsyncConnection, left: Mapping[str, bytes | None]) -> None:
    """Find the stories of articles anew after others have left them."""
    if left:
        stories = await place(connection, left)
        await write_stories(connection, stories)


async def write_stories(connection: AsyncConnection, stories: Mapping[str, str]) -> None:
    """Set the stories of articles (id → story)."""
    change = update(ARTICLES).where(ARTICLES.c.id == bindparam("of"))
    rows = [{"of": i, "to": story} for i, story in stories.items()]
    if rows:
        await connection.execute(change.values(story=bindparam("to")), rows)


async def insert_bands(connection: AsyncConnection, signatures: Mapping[str, bytes | None]) -> None:
    """Note the bands of articles' signatures (by id)."""
    rows = await asyncio.to_thread(_band_rows, signatures)
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        await connection.execute(
            insert(BANDS), [{"band": band, "article_id": i} for band, i in rows]
        )
        return
    # Row by row PostgreSQL takes a second for what it does as two arrays in a tenth.
    arrays = select(
        func.unnest(bindparam("bands", type_=ARRAY(BigInteger))),
        func.unnest(bindparam("ids", type_=ARRAY(String))),
    )
    statement = insert(BANDS).from_select(["band", "article_id"], arrays)
    columns = {"bands": [band for band, _ in rows], "ids": [i for _, i in rows]}
    await connection.execute(statement, columns)


def _band_rows(signatures: Mapping[str, bytes | None]) -> list[tuple[int, str]]:
    return [
        (band, i)
        for i, signature in signatures.items()
        if signature is not None
        for band in bands(signature)
    ]


def _all_bands(signatures: Iterable[bytes]) -> set[int]:
    return {band for signature in signatures for band in bands(signature)}


async def _settled(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, tuple[str, bytes]]:
    found: dict[str, tuple[str, bytes]] = {}
    columns = (ARTICLES.c.id, ARTICLES.c.story, ARTICLES.c.signature)
    for chunk in chunked(ids):
        rows = await connection.execute(select(*columns).where(ARTICLES.c.id.in_(chunk)))
        found |= {i: (story, signature) for i, story, signature in rows}
    return found


async def _rename(connection: AsyncConnection, stories: Stories, names: Iterable[str]) -> None:
    rows = [{"old": name, "new": stories.of(name)} for name in names if stories.of(name) != name]
    if rows:
        change = update(ARTICLES).where(ARTICLES.c.story == bindparam("old"))
        await connection.execute(change.values(story=bindparam("new")), rows)
