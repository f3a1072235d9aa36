"""That questions were asked: by whom, how, with which outcome, how long it took. No words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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
        ask = Ask(self._clock(), user_id, way, outcome, took_ms)
        await self._database.write(lambda connection: self.note(connection, ask))

    async def note(self, connection: AsyncConnection, ask: Ask) -> None:
        """Do what `add` does, in a transaction."""
        await connection.execute(insert(ASKS).values(asdict(ask)))
        if self._pruned is None or ask.at - self._pruned >= _PRUNE_EVERY:
            await connection.execute(delete(ASKS).where(ASKS.c.at < ask.at - KEPT))
            self._pruned = ask.at

    async def of(self, user_id: int, since: datetime) -> list[Ask]:
        """Return what a person asked after `since`, newest first."""
        return await self._database.read(lambda connection: asks_of(connection, user_id, since))

    async def since(self, moment: datetime) -> list[Ask]:
        """Return what everyone asked after a moment, oldest first."""
        query = select(*_COLUMNS).where(ASKS.c.at > moment).order_by(ASKS.c.at, ASKS.c.id)
        async with self._database.reading() as connection:
            return [Ask(*row) for row in await connection.execute(query)]


async def asks_of(connection: AsyncConnection, user_id: int, since: datetime) -> list[Ask]:
    """Return what a person asked after `since`, newest first."""
    query = select(*_COLUMNS).where(ASKS.c.user_id == user_id, ASKS.c.at > since)
    rows = await connection.execute(query.order_by(ASKS.c.at.desc(), ASKS.c.id.desc()))
    return [Ask(*row) for row in rows]
