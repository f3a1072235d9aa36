"""Messages from the operator to many chats: drafted, sent through the outbox, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import insert, select, update

from bot.store.deliveries import NewDelivery
from bot.store.outbox import insert_deliveries
from bot.store.schema import BROADCASTS, CHATS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database
    from bot.store.outbox import OutboxStore

Audience: TypeAlias = Literal["private", "groups", "all"]
AUDIENCES: tuple[Audience, ...] = ("private", "groups", "all")
KINDS: dict[str, Audience] = {"private": "private", "group": "groups", "supergroup": "groups"}
QUIET = "quiet"
"""The chat setting that turns off all that the bot sends of itself."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A broadcast. `payload` is what is sent; `shown_in` is the message that shows how it goes.

    `shown_in` is (chat id, message id) or None before it is sent; `audience` is "" until then.
    `stopped` says that an admin stopped it, though some of it may still be under way.
    """

    id: int
    author_id: int
    payload: dict[str, Any]
    audience: str
    state: str
    shown_in: tuple[int, int] | None
    created: datetime
    stopped: bool = False

    @property
    def batch(self) -> str:
        """The name of its batch in the outbox."""
        return batch_of(self.id)


class BroadcastStore:
    """The broadcasts, and the chats that they may go to."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], outbox: OutboxStore
    ) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox

    async def draft(self, author_id: int, payload: dict[str, Any]) -> int:
        """Keep a broadcast that isn't sent yet; returns its number."""
        row = {"author_id": author_id, "content": {"payload": payload}, "audience": ""}
        row |= {"state": "draft", "created": self._clock()}

        async def work(connection: AsyncConnection) -> int:
            made = insert(BROADCASTS).values(row).returning(BROADCASTS.c.id)
            return int((await connection.execute(made)).scalar_one())

        return await self._database.write(work)

    async def get(self, number: int) -> Broadcast | None:
        """Return a broadcast, or None."""
        query = select(BROADCASTS).where(BROADCASTS.c.id == number)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else _broadcast(row)

    async def sending(self) -> list[Broadcast]:
        """Return those under way, oldest first."""
        query = select(BROADCASTS).where(BROADCASTS.c.state == "sending")
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.order_by(BROADCASTS.c.id))).mappings()
            return [_broadcast(row) for row in rows]

    async def audience(self) -> dict[Audience, int]:
        """Return to how many chats each audience comes to now."""
        async with self._database.reading() as connection:
            chats = await _reachable(connection)
        kinds = Counter(kind for _, kind in chats)
        return {one: kinds[one] if one != "all" else len(chats) for one in AUDIENCES}

    async def send(self, number: int, audience: Audience, shown_in: tuple[int, int]) -> int | None:
        """Put a draft into the outbox for each chat of the audience, all or nothing.

        Returns to how many chats it goes; None if it is no draft (any more).
        """
        now = self._clock()

        async def work(connection: AsyncConnection) -> int | None:
            query = select(BROADCASTS).where(BROADCASTS.c.id == number).with_for_update()
            row = (await connection.execute(query)).mappings().first()
            if row is None or row["state"] != "draft":
                return None
            payload, batch = row["content"]["payload"], batch_of(number)
            chats = [
                chat for chat, kind in await _reachable(connection) if audience in (kind, "all")
            ]
            new = [NewDelivery(f"{batch}:{chat}", batch, chat, payload, now) for chat in chats]
            await insert_deliveries(connection, new, now)
            content = {**row["content"], "shown_in": list(shown_in)}
            values = {"content": content, "audience": audience, "state": "sending"}
            await connection.execute(_change(number).values(values))
            return len(new)

        count = await self._database.write(work)
        self._outbox.bell.set()
        return count

    async def end(self, number: int, state: Literal["done", "stopped"]) -> None:
        """Note that a broadcast is over."""
        change = _change(number).values(state=state, ended=self._clock())
        await self._database.write(lambda connection: connection.execute(change))

    async def resume(self, number: int, shown_in: tuple[int, int]) -> None:
        """Let a broadcast go on, since some of it is to be sent again."""
        change = {"shown_in": list(shown_in), "stopped": False}
        await self._alter(number, change, state="sending", ended=None)

    async def halt(self, number: int) -> None:
        """Note that an admin stopped a broadcast under way."""
        await self._alter(number, {"stopped": True})

    async def _alter(self, number: int, change: dict[str, Any], **values: Any) -> None:
        async def work(connection: AsyncConnection) -> None:
            query = select(BROADCASTS.c.content).where(BROADCASTS.c.id == number).with_for_update()
            content = {**(await connection.execute(query)).scalar_one(), **change}
            await connection.execute(_change(number).values(content=content, **values))

        await self._database.write(work)


def batch_of(number: int) -> str:
    """Return the name of a broadcast's batch in the outbox."""
    return f"broadcast:{number}"


async def _reachable(connection: AsyncConnection) -> list[tuple[int, Audience]]:
    """Return the chats that can be written to and have not turned it off."""
    query = select(CHATS.c.id, CHATS.c.kind, CHATS.c.settings).where(CHATS.c.gone.is_(None))
    rows = await connection.execute(query.order_by(CHATS.c.created, CHATS.c.id))
    return [
        (row.id, KINDS[row.kind])
        for row in rows
        if row.kind in KINDS and not row.settings.get(QUIET)
    ]


def _change(number: int) -> Any:
    return update(BROADCASTS).where(BROADCASTS.c.id == number)


def _broadcast(row: RowMapping) -> Broadcast:
    content = row["content"]
    place = content.get("shown_in")
    return Broadcast(
        row["id"],
        row["author_id"],
        content.get("payload", {}),
        row["audience"],
        row["state"],
        (place[0], place[1]) if place else None,
        row["created"],
        bool(content.get("stopped")),
    )
