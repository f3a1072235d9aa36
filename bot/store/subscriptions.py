"""The subscriptions: what chats want to hear of.

Whether a chat hears at all is the chat's: one that is gone, or whose settings say "quiet", has no
active subscriptions until it is back; nothing has to be done to its subscriptions for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import delete, func, insert, or_, select, update

from bot.alerts.types import Subscription, Wanted, Words
from bot.alerts.wanting import key
from bot.store.chats import need_chat
from bot.store.columns import hash_of
from bot.store.errors import DuplicateSubscriptionError, TooManySubscriptionsError
from bot.store.schema import CHATS, SUBSCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.alerts.types import Pace
    from bot.store.database import Database

MOST_PER_CHAT = 50
"""Subscriptions of one chat, all its topics together."""

_S = SUBSCRIPTIONS.c
_NO_TOPIC, _NOT_YET = "", "-"
_CHANGEABLE = frozenset({"label", "threshold", "pace", "state", "muted_until"})


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A subscription to be made. `vector` and the `embedder` that made it only with a topic."""

    chat_id: int
    thread_id: int | None
    wanted: Wanted
    label: str
    threshold: float
    pace: Pace = "now"
    created_by: int | None = None
    vector: NDArray[np.float32] | None = None
    embedder: str = ""


class SubscriptionStore:
    """The subscriptions. A method that names a chat touches no other chat's."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def add(self, new: NewSubscription, *, limit: int = MOST_PER_CHAT) -> Subscription:
        """Make a subscription.

        Raises UnknownChatError, DuplicateSubscriptionError for what the same chat and topic wants
        already, TooManySubscriptionsError if the chat has `limit` of them.
        """
        row = _row(new, self._clock())

        async def work(connection: AsyncConnection) -> Subscription:
            await need_chat(connection, new.chat_id)
            same = [_S[name] == row[name] for name in ("chat_id", "thread_id", "key_hash")]
            found = await connection.execute(select(SUBSCRIPTIONS).where(*same))
            if (double := found.mappings().first()) is not None:
                raise DuplicateSubscriptionError(subscription_of(double))
            own = select(func.count()).where(_S.chat_id == new.chat_id)
            if (await connection.scalar(own) or 0) >= limit:
                raise TooManySubscriptionsError(limit)
            made = await connection.execute(insert(SUBSCRIPTIONS).values(row).returning(_S.id))
            return subscription_of({**row, "id": made.scalar_one()})

        return await self._database.write(work)

    async def get(self, chat_id: int, subscription_id: int) -> Subscription | None:
        """Return a chat's subscription, or None."""
        own = (_S.chat_id == chat_id, _S.id == subscription_id)
        return next(iter(await self._read(select(SUBSCRIPTIONS).where(*own))), None)

    async def change(
        self, chat_id: int, subscription_id: int, **fields: object
    ) -> Subscription | None:
        """Change a subscription's label, threshold, pace, state or muted_until; None if gone.

        Raises TypeError for other fields.
        """
        if unknown := fields.keys() - _CHANGEABLE:
            raise TypeError(f"a subscription's {', '.join(sorted(unknown))} can't be changed")
        values: dict[str, Any] = dict(fields)
        if "threshold" in values:
            values["threshold"] = thousandths(values["threshold"])
        own = (_S.chat_id == chat_id, _S.id == subscription_id)
        if values:
            change = update(SUBSCRIPTIONS).where(*own).values(values)
            await self._database.write(lambda connection: connection.execute(change))
        return await self.get(chat_id, subscription_id)

    async def delete(self, chat_id: int, subscription_id: int) -> bool:
        """Delete a subscription with all that waits for it; tells whether it was there."""
        gone = delete(SUBSCRIPTIONS).where(_S.chat_id == chat_id, _S.id == subscription_id)

        async def work(connection: AsyncConnection) -> bool:
            return bool((await connection.execute(gone)).rowcount)

        return await self._database.write(work)

    async def active(self, now: datetime) -> list[Subscription]:
        """Return the subscriptions that get matches now: neither paused, ended nor muted.

        None of a chat that is gone, or whose settings have "quiet".
        """
        query = select(SUBSCRIPTIONS, CHATS.c.settings).join(CHATS, CHATS.c.id == _S.chat_id)
        unmuted = or_(_S.muted_until.is_(None), _S.muted_until <= now)
        query = query.where(_S.state == "active", unmuted, CHATS.c.gone.is_(None)).order_by(_S.id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [subscription_of(row) for row in rows if not row["settings"].get("quiet")]

    async def unread(self, embedder: str) -> list[Subscription]:
        """Return those with a topic that have no vector of this embedder."""
        query = select(SUBSCRIPTIONS).where(_S.embedder != _NO_TOPIC, _S.embedder != embedder)
        return await self._read(query.order_by(_S.id))

    async def set_vectors(self, vectors: Mapping[int, NDArray[np.float32]], embedder: str) -> None:
        """Keep the vectors of subscriptions (by id), made by this embedder."""

        async def work(connection: AsyncConnection) -> None:
            for number, vector in vectors.items():
                values = {"vector": _bytes(vector), "embedder": embedder}
                change = update(SUBSCRIPTIONS).where(_S.id == number).values(values)
                await connection.execute(change)

        await self._database.write(work)

    async def counts(self) -> dict[str, int]:
        """Return how many subscriptions are in which state, and under "chats" of how many chats."""
        by_state = select(_S.state, func.count()).group_by(_S.state)
        chats = select(func.count(func.distinct(_S.chat_id)))
        async with self._database.reading() as connection:
            rows = await connection.execute(by_state)
            found: dict[str, int] = {state: count for state, count in rows}  # noqa: C416
            return {**found, "chats": int(await connection.scalar(chats) or 0)}

    async def _read(self, query: Select[Any]) -> list[Subscription]:
        async with self._database.reading() as connection:
            rows: Iterable[Any] = (await connection.execute(query)).mappings().all()
        return [subscription_of(row) for row in rows]

    async def list(self, chat_id: int, thread_id: int | None = None) -> list[Subscription]:
        """Return a chat's subscriptions, or those of one of its topics, oldest first."""
        query = select(SUBSCRIPTIONS).where(_S.chat_id == chat_id).order_by(_S.id)
        return await self._read(query if thread_id is None else query.where(_in_thread(thread_id)))


def thousandths(cosine: object) -> int:
    """Return a cosine as it is kept: whole numbers are the same on every database."""
    return round(float(cosine) * 1000)  # type: ignore[arg-type]


def subscription_of(row: Mapping[Any, Any]) -> Subscription:
    """Return the subscription in a row."""
    wanted = row["wanted"]
    vector = row["vector"]
    return Subscription(
        id=row["id"],
        chat_id=row["chat_id"],
        thread_id=row["thread_id"] or None,
        wanted=Wanted(
            wanted["kind"],
            wanted["topic"],
            Words(tuple(wanted["required"]), tuple(wanted["excluded"])),
            wanted["source"],
        ),
        label=row["label"],
        threshold=row["threshold"] / 1000,
        pace=row["pace"],
        state=row["state"],
        muted_until=row["muted_until"],
        created=row["created"],
        created_by=row["created_by"],
        vector=None if vector is None else np.frombuffer(vector, dtype="<f4"),
    )


def _row(new: NewSubscription, now: datetime) -> dict[str, Any]:
    words = new.wanted.words
    return {
        "chat_id": new.chat_id,
        "thread_id": new.thread_id or 0,
        "kind": new.wanted.kind,
        "label": new.label,
        "wanted": {
            "kind": new.wanted.kind,
            "topic": new.wanted.topic,
            "required": list(words.required),
            "excluded": list(words.excluded),
            "source": new.wanted.source,
        },
        "key_hash": hash_of(key(new.wanted)),
        "vector": None if new.vector is None else _bytes(new.vector),
        "embedder": _embedder_of(new),
        "threshold": thousandths(new.threshold),
        "pace": new.pace,
        "state": "active",
        "muted_until": None,
        "created": now,
        "created_by": new.created_by,
    }


def _embedder_of(new: NewSubscription) -> str:
    if not new.wanted.topic:
        return _NO_TOPIC
    return _NOT_YET if new.vector is None else new.embedder


def _bytes(vector: NDArray[np.float32]) -> bytes:
    return np.asarray(vector, dtype="<f4").tobytes()


def _in_thread(thread_id: int) -> Any:
    return _S.thread_id == thread_id
