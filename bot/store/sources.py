"""The sources and what was remembered of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import delete, func, insert, or_, select, update

from bot.store.columns import hash_of
from bot.store.errors import SourceExistsError, UnknownSourceError
from bot.store.records import Source, SourceState, Watched
from bot.store.removing import drop_routes
from bot.store.schema import ARTICLES, ROUTES, SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import RowMapping, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database
    from bot.store.records import Change, SourceKind

_Found: TypeAlias = "list[Watched]"  # `list` is a method of the store
_Changes: TypeAlias = "list[Change]"

_SOURCE = "id kind location name every mirror enabled created".split()
_STATE = "etag modified fingerprint checked due failures problem".split()


def source_of(row: RowMapping) -> Source:
    """Return the source of a row of the table."""
    return Source(**{name: row[name] for name in _SOURCE})


class SourceStore:
    """The sources. Each location once."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def add(
        self,
        kind: SourceKind,
        location: str,
        *,
        every: int,
        name: str = "",
        mirror: bool = False,
    ) -> Source:
        """Add a source, enabled, to be visited at once. Raises SourceExistsError."""
        values = {
            "kind": kind,
            "location": location,
            "location_hash": hash_of(location),
            "name": name or location,
            "every": every,
            "mirror": mirror,
            "enabled": True,
            "created": self._clock(),
            "failures": 0,
        }
        same = select(SOURCES.c.name, SOURCES.c.id).where(
            SOURCES.c.location_hash == values["location_hash"]
        )

        async def work(connection: AsyncConnection) -> Source:
            if there := (await connection.execute(same)).first():
                raise SourceExistsError(there.name, there.id)
            made = await connection.execute(insert(SOURCES).values(values).returning(SOURCES))
            return source_of(made.mappings().one())

        return await self._database.write(work, collection=True)

    async def list(self) -> _Found:
        """Return all sources, by number."""
        return await self._watched(_query())

    async def get(self, wanted: int | str) -> Watched:
        """Return the source with this number, location or name.

        Raises UnknownSourceError if there is none, or if several have the name.
        """
        found = await self._watched(_query().where(_named(wanted)))
        exact = [w for w in found if wanted in (w.source.id, w.source.location)] or [
            w for w in found if str(w.source.id) == wanted
        ]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise UnknownSourceError(f"there is no source {wanted}", "name one that is listed")
        numbers = ", ".join(str(watched.source.id) for watched in found)
        raise UnknownSourceError(
            f"{len(found)} sources are called {wanted}", f"name one by its number: {numbers}"
        )

    async def due(self, now: datetime) -> _Found:
        """Return the enabled sources whose time has come, the longest overdue first."""
        come = or_(SOURCES.c.due.is_(None), SOURCES.c.due <= now)
        found = await self._watched(_query().where(SOURCES.c.enabled, come))
        return sorted(found, key=lambda w: (w.state.due is not None, w.state.due or now))

    async def remove(self, source_id: int, *, keep_articles: bool = True) -> _Changes:
        """Remove a source; with `keep_articles=False` also the articles it alone brought.

        Raises UnknownSourceError.
        """
        now = self._clock()

        async def work(connection: AsyncConnection) -> _Changes:
            changes: _Changes = []
            if keep_articles:
                own = select(ROUTES.c.article_id).where(ROUTES.c.source_id == source_id)
                stay = update(ARTICLES).where(ARTICLES.c.id.in_(own)).values(kept=True)
                await connection.execute(stay)
            else:
                changes = await drop_routes(connection, source_id, (), now)
            gone = await connection.execute(delete(SOURCES).where(SOURCES.c.id == source_id))
            _need(gone.rowcount, source_id)
            return changes

        return await self._database.write(work, collection=True)

    async def enable(self, source_id: int) -> None:
        """Visit the source again. Raises UnknownSourceError."""
        await self._set(source_id, {"enabled": True})

    async def disable(self, source_id: int) -> None:
        """Visit the source no more; its articles stay. Raises UnknownSourceError."""
        await self._set(source_id, {"enabled": False})

    async def save_state(self, source_id: int, state: SourceState) -> None:
        """Remember what a visit left. Raises UnknownSourceError."""
        await self._set(source_id, asdict(state))

    async def _set(self, source_id: int, values: dict[str, Any]) -> None:
        change = update(SOURCES).where(SOURCES.c.id == source_id).values(values)

        async def work(connection: AsyncConnection) -> None:
            _need((await connection.execute(change)).rowcount, source_id)

        await self._database.write(work)

    async def _watched(self, query: Select[Any]) -> _Found:
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(SOURCES.c.id))
            return [
                Watched(
                    source_of(row),
                    SourceState(**{name: row[name] for name in _STATE}),
                    row["articles"],
                )
                for row in rows.mappings()
            ]


def _query() -> Select[Any]:
    brought = (
        select(func.count(ROUTES.c.article_id.distinct()))
        .where(ROUTES.c.source_id == SOURCES.c.id)
        .scalar_subquery()
    )
    return select(SOURCES, brought.label("articles"))


def _named(wanted: int | str) -> Any:
    if isinstance(wanted, int):
        return SOURCES.c.id == wanted
    named = or_(SOURCES.c.location_hash == hash_of(wanted), SOURCES.c.name == wanted)
    is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) < 10
    return or_(named, SOURCES.c.id == int(wanted)) if is_number else named


def _need(count: int, source_id: int) -> None:
    if not count:
        raise UnknownSourceError(f"there is no source {source_id}", "name one that is listed")
