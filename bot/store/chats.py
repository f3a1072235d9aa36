"""Chats: their settings, their last turns, what people said of replies."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from bot.store.as_json import row_as_json
from bot.store.chunks import insert_or
from bot.store.errors import UnknownChatError
from bot.store.moving import move_chat
from bot.store.records import Chat, Feedback, StoredTurn
from bot.store.schema import ANSWERS, CHATS, FEEDBACK, MATCHES, SUBSCRIPTIONS, TURNS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

TURNS_KEPT = 20

# A vector says nothing to a person.
_SUBSCRIPTION = [column for column in SUBSCRIPTIONS.c if column.name != "vector"]
_TURN = [TURNS.c[name] for name in StoredTurn.__dataclass_fields__]


class ChatStore:
    """What is kept of chats, which their people can take along (`export`) or have forgotten."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._moved: set[int] = set()

    async def touch(self, chat: Chat) -> None:
        """Note a chat that wrote, or its new title, kind or language; it isn't gone then.

        Settings and `created` stay. An id that a chat has left behind is not noted again.
        """
        await self._database.write(lambda connection: self.note(connection, chat))

    async def note(self, connection: AsyncConnection, chat: Chat) -> None:
        """Do what `touch` does, in a transaction."""
        if chat.id in self._moved:
            return
        row = asdict(chat) | {"created": chat.created or self._clock()}
        statement = insert_or(connection, CHATS).values(row)
        renewed = {name: row[name] for name in ("kind", "title", "language", "gone")}
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_=renewed)
        )

    async def get(self, chat_id: int) -> Chat | None:
        """Return a chat, or None."""
        return await self._database.read(lambda connection: chat_of(connection, chat_id))

    async def settings(self, chat_id: int) -> dict[str, Any]:
        """Return a chat's settings; empty for an unknown chat."""
        chat = await self.get(chat_id)
        return {} if chat is None else chat.settings

    async def set_settings(self, chat_id: int, settings: dict[str, Any]) -> None:
        """Replace a chat's settings. Raises UnknownChatError."""
        change = update(CHATS).where(CHATS.c.id == chat_id).values(settings=settings)

        async def work(connection: AsyncConnection) -> None:
            if not (await connection.execute(change)).rowcount:
                raise UnknownChatError(chat_id)

        await self._database.write(work)

    async def turns(self, chat_id: int, thread_id: int | None, limit: int) -> list[StoredTurn]:
        """Return the last turns of a chat's topic, oldest first."""
        return await self._database.read(
            lambda connection: last_turns(connection, chat_id, thread_id, limit)
        )

    async def add_turn(self, turn: StoredTurn, *, keep: int = TURNS_KEPT) -> None:
        """Add a turn; a topic keeps its last `keep`. Raises UnknownChatError."""
        await self._database.write(lambda connection: insert_turn(connection, turn, keep=keep))

    async def drop_turn(self, chat_id: int, message_id: int) -> None:
        """Forget the turn whose reply is in that message, if there is one."""
        await self._database.write(lambda connection: delete_turn(connection, chat_id, message_id))

    async def forget_turns(self, chat_id: int, thread_id: int | None) -> None:
        """Forget the turns of a chat's topic."""
        gone = delete(TURNS).where(*_in_thread(chat_id, thread_id))
        await self._database.write(lambda connection: connection.execute(gone))

    async def add_feedback(self, feedback: Feedback) -> int:
        """Keep a verdict; returns its number. Raises UnknownChatError.

        A person's earlier verdict on the same answer becomes the new one.
        """
        row = {name: value for name, value in asdict(feedback).items() if name != "id"}

        async def work(connection: AsyncConnection) -> int:
            await need_chat(connection, feedback.chat_id)
            statement = insert_or(connection, FEEDBACK).values(row)
            either = statement.on_conflict_do_update(
                index_elements=["answer_id", "user_id"], set_=row
            )
            made = await connection.execute(either.returning(FEEDBACK.c.id))
            return int(made.scalar_one())

        return await self._database.write(work)

    async def feedback(self, chat_id: int | None = None) -> list[Feedback]:
        """Return the verdicts of all chats or of one, oldest first."""
        query = select(FEEDBACK).order_by(FEEDBACK.c.id)
        if chat_id is not None:
            query = query.where(FEEDBACK.c.chat_id == chat_id)
        async with self._database.reading() as connection:
            return [Feedback(**row) for row in (await connection.execute(query)).mappings()]

    async def export(self, chat_id: int) -> dict[str, Any]:
        """Return everything that is kept of a chat, as JSON can hold it.

        The keys are "chat" (None for an unknown chat), "turns", "feedback", "answers",
        "subscriptions" and "matches", oldest first.
        """
        own = SUBSCRIPTIONS.c.chat_id == chat_id
        queries = {
            "chat": select(CHATS).where(CHATS.c.id == chat_id),
            "turns": select(TURNS).where(TURNS.c.chat_id == chat_id).order_by(TURNS.c.id),
            "feedback": select(FEEDBACK)
            .where(FEEDBACK.c.chat_id == chat_id)
            .order_by(FEEDBACK.c.id),
            "answers": select(ANSWERS).where(ANSWERS.c.chat_id == chat_id).order_by(ANSWERS.c.id),
            "subscriptions": select(*_SUBSCRIPTION).where(own).order_by(SUBSCRIPTIONS.c.id),
            "matches": select(MATCHES).join(SUBSCRIPTIONS).where(own).order_by(MATCHES.c.id),
        }
        found: dict[str, list[dict[str, Any]]] = {}
        async with self._database.reading() as connection:
            for name, query in queries.items():
                rows = await connection.execute(query)
                found[name] = [row_as_json(dict(row)) for row in rows.mappings()]
        return {**found, "chat": found["chat"][0] if found["chat"] else None}

    async def forget(self, chat_id: int) -> None:
        """Forget a chat with everything that is kept of it."""
        gone = delete(CHATS).where(CHATS.c.id == chat_id)
        await self._database.write(lambda connection: connection.execute(gone))

    async def migrate(self, old_id: int, new_id: int) -> None:
        """Let a chat go on under another id, as when a group becomes a supergroup.

        If the new id is known already, all that is kept of the old chat joins it, and the old
        chat's settings are taken where the new one has none; a broadcast reaches it once. That a
        group is allowed or banned goes along.
        """
        await self._database.write(lambda connection: move_chat(connection, old_id, new_id))
        if old_id != new_id:
            self._moved.add(old_id)

    async def set_gone(self, chat_id: int, gone: datetime | None) -> None:
        """Note since when nothing can be sent to a chat, or (None) that it can be again.

        A chat that is gone already stays so from then on.
        """
        chat = update(CHATS).where(CHATS.c.id == chat_id)
        if gone is not None:
            chat = chat.where(CHATS.c.gone.is_(None))
        await self._database.write(lambda connection: connection.execute(chat.values(gone=gone)))


def _in_thread(chat_id: int, thread_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return TURNS.c.chat_id == chat_id, TURNS.c.thread_id.is_not_distinct_from(thread_id)


async def chat_of(connection: AsyncConnection, chat_id: int) -> Chat | None:
    """Return a chat, or None."""
    found = await connection.execute(select(CHATS).where(CHATS.c.id == chat_id))
    row = found.mappings().first()
    return None if row is None else Chat(**row)


async def last_turns(
    connection: AsyncConnection, chat_id: int, thread_id: int | None, limit: int
) -> list[StoredTurn]:
    """Return the last turns of a chat's topic, oldest first."""
    query = select(*_TURN).where(*_in_thread(chat_id, thread_id)).order_by(TURNS.c.id.desc())
    rows = (await connection.execute(query.limit(limit))).mappings().all()
    return [_turn(row) for row in reversed(rows)]


async def insert_turn(
    connection: AsyncConnection, turn: StoredTurn, *, keep: int = TURNS_KEPT
) -> None:
    """Add a turn; a topic keeps its last `keep`. Raises UnknownChatError."""
    row = asdict(turn) | {"titles": list(turn.titles)}
    place = _in_thread(turn.chat_id, turn.thread_id)
    kept = select(TURNS.c.id).where(*place).order_by(TURNS.c.id.desc()).limit(keep)
    await need_chat(connection, turn.chat_id)
    await connection.execute(insert(TURNS).values(row))
    await connection.execute(delete(TURNS).where(*place, TURNS.c.id.not_in(kept)))


async def delete_turn(connection: AsyncConnection, chat_id: int, message_id: int) -> None:
    """Forget the turn whose reply is in that message, if there is one."""
    gone = delete(TURNS).where(TURNS.c.chat_id == chat_id, TURNS.c.message_id == message_id)
    await connection.execute(gone)


async def need_chat(connection: AsyncConnection, chat_id: int) -> None:
    """Raise UnknownChatError unless the chat is there, and stays until the transaction ends."""
    query = select(CHATS.c.id).where(CHATS.c.id == chat_id).with_for_update(key_share=True)
    if await connection.scalar(query) is None:
        raise UnknownChatError(chat_id)


def _turn(row: Any) -> StoredTurn:
    return StoredTurn(**{**row, "titles": tuple(row["titles"])})
