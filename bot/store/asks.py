"""That questions were asked: by whom, how, with which outcome, how long it took. No words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import delete, insert, select

from bot.store.schema import ASKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

Way: TypeAlias = Literal["private", "group", "inline"]
Outcome: TypeAlias = Literal["answer", "abstention", "failed"]

KEPT = timedelta(days=400)
_PRUNE_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. `user_id` is None for someone unknown or forgotten."""

    at: datetime
    user_id: int | None
    way: Way
    outcome: Outcome
    took_ms: int


_COLUMNS = [ASKS.c[name] for name in Ask.__dataclass_fields__]


class AskStore:
    """The questions of the last `KEPT`."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._pruned: datetime | None = None

    async def add(self, user_id: int | None, way: Way, outcome: Outcome, took_ms: int) -> None:
        """Note a question that was just asked; once a day, drop those that are too old."""
        now = self._clock()
        row = {"at": now, "user_id": user_id, "way": way, "outcome": outcome, "took_ms": took_ms}
        prune = self._pruned is None or now - self._pruned >= _PRUNE_EVERY

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(insert(ASKS).values(row))
            if prune:
                await connection.execute(delete(ASKS).where(ASKS.c.at < now - KEPT))

        await self._database.write(work)
        self._pruned = now if prune else self._pruned

    async def of(self, user_id: int, since: datetime) -> list[Ask]:
        """Return what a person asked after `since`, newest first."""
        query = select(*_COLUMNS).where(ASKS.c.user_id == user_id, ASKS.c.at > since)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(ASKS.c.at.desc(), ASKS.c.id.desc()))
            return [Ask(*row) for row in rows]

    async def since(self, moment: datetime) -> list[Ask]:
        """Return what everyone asked after a moment, oldest first."""
        query = select(*_COLUMNS).where(ASKS.c.at > moment).order_by(ASKS.c.at, ASKS.c.id)
        async with self._database.reading() as connection:
            return [Ask(*row) for row in await connection.execute(query)]
