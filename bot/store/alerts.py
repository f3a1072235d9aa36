"""Alerts that were sent: brought up to date where more is known of their stories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, select, update

from bot.alerts.stories import story_of
from bot.store.columns import hash_of
from bot.store.deliveries import NewDelivery
from bot.store.match_reading import mates, waiting_where
from bot.store.outbox import insert_deliveries
from bot.store.records import Chat
from bot.store.schema import ALERTS, CHATS, DELIVERIES, MATCHES, SUBSCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.alerts.telling import Story
    from bot.store.database import Database

AT_ONCE = 50
BATCH = "alerts"
"""What the deliveries of alerts, digests and edits belong to."""

_L, _D = ALERTS.c, DELIVERIES.c


@dataclass(frozen=True, slots=True)
class _Sent:
    """What became of the delivery of an alert."""

    id: int
    state: str
    message_ids: list[int]


class AlertStore:
    """The alerts. What waits to be told is the MatchStore's."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def refresh(
        self, render: Callable[[Story, Chat], dict[str, Any]], bell: Callable[[], None]
    ) -> int:
        """Look at stale alerts; those that say less than is known are edited. Returns how many.

        One that isn't sent yet is replaced in the outbox; one that is being sent stays stale.
        `render` gives the payload of a whole alert; it is called within the transaction, so that
        nothing comes in between, and may be called again for the same one. `bell` is called if
        there is something to send.
        """

        async def work(connection: AsyncConnection) -> int:
            query = select(ALERTS).where(_L.stale.is_not(None)).order_by(_L.stale, _L.id)
            rows = (await connection.execute(query.limit(AT_ONCE))).mappings().all()
            return sum([await self._renew(connection, row, render) for row in rows])

        count = await self._database.write(work, collection=True) if await self.stale() else 0
        if count:
            bell()
        return count

    async def stale(self) -> bool:
        """Tell whether an alert is stale."""
        query = select(exists().where(_L.stale.is_not(None)))
        return bool(await self._database.read(lambda connection: connection.scalar(query)))

    async def counts(self) -> dict[str, int]:
        """Return how many alerts were made and how many edits of them: "alerts", "edits"."""
        query = select(func.count(), func.coalesce(func.sum(_L.edits), 0)).select_from(ALERTS)
        async with self._database.reading() as connection:
            alerts, edits = (await connection.execute(query)).one()
        return {"alerts": int(alerts), "edits": int(edits)}

    async def _renew(
        self,
        connection: AsyncConnection,
        alert: Any,
        render: Callable[[Story, Chat], dict[str, Any]],
    ) -> bool:
        story, chat = await _story(connection, alert), await _chat(connection, alert["chat_id"])
        values: dict[str, Any] = {"stale": None}
        edited = False
        if story is not None and chat is not None and story.content != alert["content"]:
            sent = await _sent(connection, alert["key"])
            if sent is not None and sent.state in {"claimed", "sending"}:
                # The others get their turn first.
                await _change(connection, alert["id"], {"stale": self._clock()})
                return False
            if sent is not None and sent.state in {"pending", "sent"}:
                await self._say(connection, alert, sent, render(story, chat))
                edited = True
                values |= {
                    "content": story.content,
                    "articles": [one.id for one in story.articles],
                    "edits": alert["edits"] + 1,
                }
        await _change(connection, alert["id"], values)
        return edited

    async def _say(
        self, connection: AsyncConnection, alert: Any, sent: _Sent, payload: dict[str, Any]
    ) -> None:
        """Put another text in the place of an alert's: in the outbox or in the chat."""
        if sent.state == "pending":
            change = update(DELIVERIES).where(_D.id == sent.id).values(payload=payload)
            await connection.execute(change)
            return
        now = self._clock()
        edit = NewDelivery(
            key=f"edit:{alert['id']}:{alert['edits'] + 1}",
            batch=BATCH,
            chat_id=alert["chat_id"],
            payload={**payload, "edit": {"message_id": sent.message_ids[-1]}},
            due=now,
            thread_id=alert["thread_id"] or None,
        )
        await insert_deliveries(connection, [edit], now)


async def _story(connection: AsyncConnection, alert: Any) -> Story | None:
    """Return an alert's story as it is known now; None if nothing of it is left."""
    told = await waiting_where(
        connection,
        MATCHES.c.story == alert["story"],
        MATCHES.c.state == "told",
        SUBSCRIPTIONS.c.chat_id == alert["chat_id"],
        SUBSCRIPTIONS.c.thread_id == alert["thread_id"],
    )
    return story_of(told, await mates(connection, {one.article_id for one in told}))


async def _chat(connection: AsyncConnection, chat_id: int) -> Chat | None:
    """Return a chat that can be sent to."""
    query = select(CHATS).where(CHATS.c.id == chat_id, CHATS.c.gone.is_(None))
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else Chat(**row)


async def _sent(connection: AsyncConnection, key: str) -> _Sent | None:
    query = select(_D.id, _D.state, _D.message_ids).where(_D.key_hash == hash_of(key))
    row = (await connection.execute(query.with_for_update())).first()
    return None if row is None else _Sent(*row)


async def _change(connection: AsyncConnection, alert_id: int, values: dict[str, Any]) -> None:
    await connection.execute(update(ALERTS).where(_L.id == alert_id).values(values))
