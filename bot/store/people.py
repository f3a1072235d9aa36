"""People: who wrote to the bot, and what an owner or admin decided about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import delete, func, select, update

from bot.store.as_json import row_as_json
from bot.store.chunks import insert_or
from bot.store.schema import ASKS, FEEDBACK, SUBSCRIPTIONS, USERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

Role: TypeAlias = Literal["owner", "admin", "member"]
Standing: TypeAlias = Literal["", "allowed", "banned"]


@dataclass(frozen=True, slots=True)
class User:
    """A person; `role` and `standing` as the database has them, which knows no settings.

    A negative `id` is a group that was allowed or banned as a whole.
    """

    id: int
    name: str
    username: str
    role: Role
    standing: Standing
    created: datetime
    seen: datetime


class PeopleStore:
    """The people. Whoever isn't kept is a member of no particular standing."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def touch(self, user_id: int, name: str, username: str) -> None:
        """Note a person who wrote, or the new name; role and standing stay."""
        await self._put(user_id, {"name": name, "username": username, "seen": self._clock()})

    async def get(self, user_id: int) -> User | None:
        """Return a person, or None."""
        return await self._database.read(lambda connection: user_of(connection, user_id))

    async def among(self, ids: Collection[int]) -> dict[int, User]:
        """Return those of `ids` that are known, by id."""
        query = select(USERS).where(USERS.c.id.in_(ids))

        async def work(connection: AsyncConnection) -> dict[int, User]:
            rows = (await connection.execute(query)).mappings()
            return {row["id"]: User(**row) for row in rows}

        return await self._database.read(work)

    async def staff(self) -> frozenset[int]:
        """Return the ids of the admins and owners that the database knows."""
        query = select(USERS.c.id).where(USERS.c.role != "member")
        async with self._database.reading() as connection:
            return frozenset(await connection.scalars(query))

    async def find(self, username: str) -> User | None:
        """Return who was last seen under a username (without @, in any case), or None."""
        named = select(USERS).where(func.lower(USERS.c.username) == username.lower())
        query = named.order_by(USERS.c.seen.desc()).limit(1)

        async def work(connection: AsyncConnection) -> User | None:
            row = (await connection.execute(query)).mappings().first()
            return None if row is None else User(**row)

        return await self._database.read(work)

    async def set_role(self, user_id: int, role: Role) -> None:
        """Give a person a role, known or not."""
        await self._put(user_id, {"role": role})

    async def set_standing(self, user_id: int, standing: Standing) -> None:
        """Allow or ban a person or a group, or ("") neither, known or not."""
        await self._put(user_id, {"standing": standing})

    async def list(self, limit: int, offset: int = 0) -> list[User]:
        """Return people: those with a role or a standing first, then by when last seen."""
        special = (USERS.c.role != "member") | (USERS.c.standing != "")
        query = select(USERS).order_by(special.desc(), USERS.c.seen.desc(), USERS.c.id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.limit(limit).offset(offset))).mappings()
            return [User(**row) for row in rows]

    async def count(self) -> int:
        """Return how many there are."""
        async with self._database.reading() as connection:
            return await connection.scalar(select(func.count()).select_from(USERS)) or 0

    async def export(self, user_id: int) -> dict[str, Any]:
        """Return everything that is kept of a person beside their chat, as JSON can hold it.

        The keys are "person" (None for an unknown one), "asks" and "verdicts": those on answers
        in other chats than the person's own. Oldest first.
        """
        elsewhere = (FEEDBACK.c.user_id == user_id) & (FEEDBACK.c.chat_id != user_id)
        queries = {
            "person": select(USERS).where(USERS.c.id == user_id),
            "asks": select(ASKS).where(ASKS.c.user_id == user_id).order_by(ASKS.c.id),
            "verdicts": select(FEEDBACK).where(elsewhere).order_by(FEEDBACK.c.id),
        }
        found: dict[str, list[dict[str, Any]]] = {}
        async with self._database.reading() as connection:
            for name, query in queries.items():
                rows = (await connection.execute(query)).mappings()
                found[name] = [row_as_json(dict(row)) for row in rows]
        return {**found, "person": found["person"][0] if found["person"] else None}

    async def forget(self, user_id: int) -> None:
        """Forget a person: all, or (where an admin decided something) the name at least.

        Questions, verdicts and groups' subscriptions of theirs stay as somebody's.
        """
        this = USERS.c.id == user_id
        plain = (USERS.c.role == "member") & (USERS.c.standing == "")

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(USERS).where(this, plain))
            await connection.execute(update(USERS).where(this).values(name="", username=""))
            for table in (ASKS, FEEDBACK):
                unlink = update(table).where(table.c.user_id == user_id).values(user_id=None)
                await connection.execute(unlink)
            made = update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.created_by == user_id)
            await connection.execute(made.values(created_by=None))

        await self._database.write(work)

    async def _put(self, user_id: int, values: dict[str, Any]) -> None:
        now = self._clock()
        new = {"id": user_id, "name": "", "username": "", "role": "member", "standing": ""}
        row = new | {"created": now, "seen": now} | values

        async def work(connection: AsyncConnection) -> None:
            statement = insert_or(connection, USERS).values(row)
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["id"], set_=values)
            )

        await self._database.write(work)


async def user_of(connection: AsyncConnection, user_id: int) -> User | None:
    """Return a person, or None."""
    row = (await connection.execute(select(USERS).where(USERS.c.id == user_id))).mappings().first()
    return None if row is None else User(**row)
