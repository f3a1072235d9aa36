"""Which articles a message in a chat told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.store.alerts import BATCH
from bot.store.schema import ALERTS, DELIVERIES

if TYPE_CHECKING:
    from bot.store.database import Database

MOST_LOOKED_AT = 2000
"""Alerts of a chat, the last ones; who replies to an older one asks without it."""


async def articles_told_in(database: Database, chat_id: int, message_id: int) -> tuple[str, ...]:
    """Return the ids of the articles that an alert in that message told of, the best one first."""
    sent = (
        select(DELIVERIES.c.key, DELIVERIES.c.message_ids)
        .where(DELIVERIES.c.chat_id == chat_id, DELIVERIES.c.batch == BATCH)
        .order_by(DELIVERIES.c.id.desc())
        .limit(MOST_LOOKED_AT)
    )
    async with database.reading() as connection:
        rows = await connection.execute(sent)
        # Edits of an alert are deliveries of their own.
        keys = [key for key, ids in rows if message_id in ids]
        told = ALERTS.c.chat_id == chat_id, ALERTS.c.key.in_(keys)
        articles = await connection.scalar(select(ALERTS.c.articles).where(*told))
    return tuple(articles or ())
