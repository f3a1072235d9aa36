"""A chat under another id, as when a group becomes a supergroup: in everything that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select, update

from bot.store.schema import (
    ALERTS,
    ANSWERS,
    CHATS,
    DELIVERIES,
    FEEDBACK,
    SUBSCRIPTIONS,
    TURNS,
    USERS,
)

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

_WAITING = ("pending", "claimed")


async def move_chat(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Let a chat go on under `new_id`, or join the chat that has it already."""
    if old_id == new_id:
        return
    await _move_standing(connection, old_id, new_id)
    rows = await connection.execute(select(CHATS).where(CHATS.c.id.in_([old_id, new_id])))
    found = {row.id: row.settings for row in rows}
    if old_id not in found:
        return
    if new_id not in found:
        # What belongs to it follows by its foreign key.
        await connection.execute(update(CHATS).where(CHATS.c.id == old_id).values(id=new_id))
        return
    settings = {**found[old_id], **found[new_id]}
    both = update(CHATS).where(CHATS.c.id == new_id).values(settings=settings)
    await connection.execute(both)
    await _drop_doubles(connection, old_id, new_id)
    for table, name in ((SUBSCRIPTIONS, "key_hash"), (ALERTS, "story")):
        await _drop_same(connection, table, name, old_id, new_id)
    for table in (TURNS, FEEDBACK, ANSWERS, DELIVERIES, SUBSCRIPTIONS, ALERTS):
        move = update(table).where(table.c.chat_id == old_id).values(chat_id=new_id)
        await connection.execute(move)
    await connection.execute(delete(CHATS).where(CHATS.c.id == old_id))


async def _move_standing(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Let a group that was allowed or banned be so under its new id."""
    ids = await connection.scalars(select(USERS.c.id).where(USERS.c.id.in_([old_id, new_id])))
    if set(ids) == {old_id}:
        await connection.execute(update(USERS).where(USERS.c.id == old_id).values(id=new_id))


async def _drop_doubles(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Drop what is to be sent of a broadcast that the other of the two chats gets as well."""
    batches = select(DELIVERIES.c.batch).where(
        DELIVERIES.c.chat_id == new_id, DELIVERIES.c.batch.startswith("broadcast:")
    )
    double = (
        DELIVERIES.c.chat_id == old_id,
        DELIVERIES.c.state.in_(_WAITING),
        DELIVERIES.c.batch.in_(batches),
    )
    values = {"state": "dropped", "problem": "merged", "settled": DELIVERIES.c.created}
    await connection.execute(update(DELIVERIES).where(*double).values(values))


async def _drop_same(
    connection: AsyncConnection, table: Table, name: str, old_id: int, new_id: int
) -> None:
    """Delete what the new chat has in the same topic already."""
    other = table.alias()
    same = exists().where(
        other.c.chat_id == new_id,
        other.c.thread_id == table.c.thread_id,
        other.c[name] == table.c[name],
    )
    await connection.execute(delete(table).where(table.c.chat_id == old_id, same))
