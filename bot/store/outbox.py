"""The outbox: messages that are to go out, kept from before they are sent until long after.

A delivery is pending, claimed by a holder, sending (the request may have gone out), and then sent,
failed, dropped or unknown. Whoever holds one does so for a lease. A claimed one whose lease ran
out is pending again; a sending one becomes unknown, for Telegram may have it, and is never sent
again unless somebody decides so.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, bindparam, case, delete, exists, func, or_, select, update

from bot.store.chunks import chunked, insert_or
from bot.store.columns import hash_of
from bot.store.deliveries import GONE, Counts, Delivery, Load, Unknown
from bot.store.schema import CHATS, DELIVERIES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database
    from bot.store.deliveries import Mark, NewDelivery

KEPT = timedelta(days=90)
"""How long a settled delivery stays, and with it the key that keeps it from being sent twice."""

_D = DELIVERIES.c
_HELD = ("claimed", "sending")
_AT_ONCE = 500
_FREED: dict[str, Any] = {"holder": None, "leased_until": None}


class OutboxStore:
    """The deliveries. `bell` is set when there may be something new to claim."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self.bell = asyncio.Event()

    async def enqueue(self, deliveries: Iterable[NewDelivery]) -> set[str]:
        """Put deliveries in; returns the keys that were there already, which stay as they are.

        Those to chats that aren't known are left out. All are put in or none.
        """
        rows = list(deliveries)
        now = self._clock()
        known = await self._database.write(lambda c: insert_deliveries(c, rows, now))
        self.bell.set()
        return known

    async def claim(
        self, limit: int, holder: str, now: datetime, lease: timedelta
    ) -> list[Delivery]:
        """Take up to `limit` due deliveries until `now + lease`, oldest first.

        At most one of a chat, and none of a chat that another one is under way to or waits to be
        tried again for, so that a chat gets its messages in order.
        """
        query = _claimable(now).order_by(_D.due, _D.id).limit(limit)

        async def work(connection: AsyncConnection) -> list[Delivery]:
            locked = query.with_for_update(of=DELIVERIES, skip_locked=True)
            found = (await connection.execute(locked)).mappings().all()
            heads = {row["chat_id"]: row for row in reversed(found)}
            ids = [row["id"] for row in heads.values()]
            taken = {"state": "claimed", "holder": holder, "leased_until": now + lease}
            if ids:
                change = update(DELIVERIES).where(_D.id.in_(ids)).values(taken)
                await connection.execute(change)
            return [_delivery(row) for row in found if row["id"] in set(ids)]

        return await self._database.write(work)

    async def record(
        self, holder: str, begun: Collection[int] = (), marks: Sequence[Mark] = ()
    ) -> set[int]:
        """Note that requests are about to go out, and what became of others; one transaction.

        Returns those of `begun` that may really go: the holder still has them. A mark of what the
        holder lost counts only if it became unknown meanwhile.
        """
        now = self._clock()

        async def work(connection: AsyncConnection) -> set[int]:
            for statement, rows in _changes(marks, holder, now):
                await connection.execute(statement, rows)
            if not begun:
                return set()
            ours = and_(_D.id.in_(begun), _D.holder == holder, _D.state == "claimed")
            start = update(DELIVERIES).where(ours, _D.leased_until > now)
            found = await connection.execute(start.values(state="sending").returning(_D.id))
            return set(found.scalars())

        return await self._database.write(work)

    async def renew(self, holder: str, ids: Collection[int], until: datetime) -> None:
        """Let a holder keep those of `ids` that it has until then."""
        ours = and_(_D.id.in_(ids), _D.holder == holder)
        held = update(DELIVERIES).where(ours, _D.state.in_(_HELD))
        await self._execute(held.values(leased_until=until))

    async def release(self, holder: str) -> None:
        """Put back what a holder claimed and has not begun to send."""
        ours = update(DELIVERIES).where(_D.holder == holder, _D.state == "claimed")
        await self._execute(ours.values(state="pending", **_FREED))

    async def expire(self, now: datetime) -> None:
        """Take what was held for longer than its lease from its holder.

        The holder stays noted at an unknown one, so that it can still say what became of it.
        """
        over = and_(_D.state.in_(_HELD), _D.leased_until <= now)
        claimed = update(DELIVERIES).where(over, _D.state == "claimed")
        sending = update(DELIVERIES).where(over, _D.state == "sending")
        lost = {"state": "unknown", "settled": now, "problem": "interrupted"}

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(claimed.values(state="pending", **_FREED))
            await connection.execute(sending.values(lost))

        if await self._any(over):
            await self._database.write(work)

    async def next_due(self) -> datetime | None:
        """Return when the first pending delivery is due, or None."""
        query = select(func.min(_D.due)).where(_D.state == "pending")

        async def work(connection: AsyncConnection) -> datetime | None:
            due: datetime | None = await connection.scalar(query)
            return due

        return await self._database.read(work)

    async def counts(self, batch: str | None = None) -> Counts:
        """Return how many deliveries, all or those of a batch, are in which state."""
        gone = func.sum(case((_gone(), 1), else_=0))
        query = select(_D.state, func.count(), gone).group_by(_D.state)
        if batch is not None:
            query = query.where(_D.batch == batch)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return Counts({state: count for state, count, _ in rows}, sum(row[2] for row in rows))

    async def load(self, now: datetime) -> Load:
        """Return how much there is to do, and how late it is."""
        counts, due = await self.counts(), await self.next_due()
        return Load(counts, counts.rest, max(now - due, timedelta(0)) if due else timedelta(0))

    async def unknown(self, limit: int, batch: str | None = None) -> list[Unknown]:
        """Return deliveries that may or may not have arrived, oldest first."""
        query = select(_D.id, _D.batch, _D.chat_id, _D.problem, _D.settled)
        query = query.where(*_unknown(batch)).order_by(_D.id).limit(limit)
        async with self._database.reading() as connection:
            return [Unknown(**row) for row in (await connection.execute(query)).mappings()]

    async def resend(self, *, batch: str | None = None, ids: Sequence[int] | None = None) -> int:
        """Send unknown ones again, from the part that nobody knows of; returns how many."""
        again = {"state": "pending", "settled": None, "due": self._clock(), "problem": None}
        count = await self._resolve(batch, ids, again | _FREED)
        self.bell.set()
        return count

    async def dismiss(self, *, batch: str | None = None, ids: Sequence[int] | None = None) -> int:
        """Leave unknown ones be; returns how many."""
        values = {"state": "dropped", "problem": "dismissed", "payload": {}, **_FREED}
        return await self._resolve(batch, ids, values)

    async def drop(self, *, batch: str | None = None, chat_id: int | None = None) -> int:
        """Drop what of a batch, or for a chat, has not begun to be sent; returns how many."""
        place = _D.batch == batch if chat_id is None else _D.chat_id == chat_id
        return await self._end(place, "dropped", "stopped")

    async def give_up(self, chat_id: int) -> int:
        """Note as failed what is still to be sent to a chat that is gone; returns how many."""
        return await self._end(_D.chat_id == chat_id, "failed", GONE)

    async def prune(self, now: datetime, kept: timedelta = KEPT) -> int:
        """Delete what was settled longer ago than `kept`, keys and all; returns how many."""
        return await self._execute(delete(DELIVERIES).where(_D.settled < now - kept))

    async def _end(self, place: ColumnElement[bool], state: str, problem: str) -> int:
        waiting = and_(place, _D.state.in_(("pending", "claimed")))
        values = {"state": state, "problem": problem, "settled": self._clock(), "payload": {}}
        return await self._execute(update(DELIVERIES).where(waiting).values(values | _FREED))

    async def _resolve(
        self, batch: str | None, ids: Sequence[int] | None, values: dict[str, Any]
    ) -> int:
        wanted = _unknown(batch)
        if ids is not None:
            wanted.append(_D.id.in_(ids))
        return await self._execute(update(DELIVERIES).where(*wanted).values(values))

    async def _any(self, condition: ColumnElement[bool]) -> bool:
        query = select(exists().where(condition))
        return bool(await self._database.read(lambda connection: connection.scalar(query)))

    async def _execute(self, statement: Any) -> int:
        async def work(connection: AsyncConnection) -> int:
            return int((await connection.execute(statement)).rowcount)

        run: Callable[[AsyncConnection], Awaitable[int]] = work
        return await self._database.write(run)


async def insert_deliveries(
    connection: AsyncConnection, deliveries: Sequence[NewDelivery], now: datetime
) -> set[str]:
    """Insert deliveries to known chats; returns the keys that were there already."""
    found: set[str] = set()
    for part in chunked(deliveries, _AT_ONCE):
        rows = {hash_of(one.key): one for one in part}
        there = await connection.scalars(select(_D.key_hash).where(_D.key_hash.in_(rows)))
        found |= {rows[key].key for key in there}
        chats = await connection.scalars(
            select(CHATS.c.id).where(CHATS.c.id.in_({one.chat_id for one in part}))
        )
        known = set(chats)
        fresh = [_row(key, one, now) for key, one in rows.items() if one.chat_id in known]
        if fresh:
            statement = insert_or(connection, DELIVERIES).on_conflict_do_nothing()
            await connection.execute(statement, fresh)
    return found


def _row(key_hash: str, one: NewDelivery, now: datetime) -> dict[str, Any]:
    return {
        "key_hash": key_hash,
        "key": one.key,
        "batch": one.batch,
        "chat_id": one.chat_id,
        "thread_id": one.thread_id,
        "payload": one.payload,
        "state": "pending",
        "attempts": 0,
        "due": one.due,
        "message_ids": [],
        "created": now,
    }


def _claimable(now: datetime) -> Any:
    """Return the query of what may be claimed: the next of each chat."""
    other = DELIVERIES.alias()
    # What was put off waits in its chat's line; what is due only later doesn't stand in it yet.
    tried = or_(other.c.due <= now, other.c.problem.is_not(None))
    waits = and_(other.c.state == "pending", other.c.id < _D.id, tried)
    before = exists().where(
        other.c.chat_id == _D.chat_id, other.c.id != _D.id, or_(other.c.state.in_(_HELD), waits)
    )
    return select(DELIVERIES).where(_D.state == "pending", _D.due <= now, ~before)


def _changes(
    marks: Sequence[Mark], holder: str, now: datetime
) -> Iterable[tuple[Any, list[dict[str, Any]]]]:
    """Return the statements that carry out marks, each with the rows it is for."""
    rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for mark in marks:
        row = {"b_id": mark.id, "b_ids": list(mark.message_ids), "b_problem": mark.problem}
        row |= {"b_counted": int(mark.counted), "b_due": mark.due or now}
        rows[mark.state].append(row)
    for state, group in rows.items():
        # Only what is certain overrules an unknown: a put-off one may since be resolved.
        stands = ("claimed", "sending", "unknown") if state in {"sent", "failed"} else _HELD
        ours = and_(_D.id == bindparam("b_id"), _D.holder == holder)
        # Written out: many rows at once take no IN.
        ours = and_(ours, or_(*(_D.state == one for one in stands)))
        values: dict[str, Any] = {"state": state, "problem": bindparam("b_problem", type_=Text)}
        values["message_ids"] = bindparam("b_ids", type_=_D.message_ids.type)
        values["attempts"] = _D.attempts + bindparam("b_counted")
        if state == "pending":
            values |= {"due": bindparam("b_due", type_=_D.due.type), **_FREED}
        elif state not in _HELD:
            values["settled"] = now
            if state != "unknown":  # its text is of no more use
                values |= {"payload": {}, **_FREED}
        yield update(DELIVERIES).where(ours).values(values), group


def _gone() -> ColumnElement[bool]:
    return and_(_D.state == "failed", _D.problem == GONE)


def _unknown(batch: str | None) -> list[ColumnElement[bool]]:
    wanted = [_D.state == "unknown"]
    return wanted if batch is None else [*wanted, _D.batch == batch]


def _delivery(row: Any) -> Delivery:
    values = {name: row[name] for name in Delivery.__dataclass_fields__}
    return Delivery(**{**values, "message_ids": tuple(row["message_ids"])})
