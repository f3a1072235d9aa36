"""The inbox: Telegram's updates from when they are taken until they are done with.

What a row's columns say, and what becomes of it at the next start:

body, not done   waiting, or being worked on   worked on again
body, done       its answer has set out        nothing: it may have arrived
no body, done    done with                     nothing: it is there so as not to be taken twice
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, null, select, update

from bot.store.chunks import chunked, insert_or
from bot.store.schema import UPDATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

ATTEMPTS = 2
DONE_KEPT = timedelta(days=2)  # Telegram brings nothing that is older than a day
DONE_ROWS_KEPT = 100_000

_WAITING = UPDATES.c.done.is_(None)
_SET_OUT = UPDATES.c.done.is_not(None) & UPDATES.c.body.is_not(None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that isn't done with, and at how many earlier starts it was begun."""

    id: int
    body: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a start finds: updates to work on, in the order of their numbers, and two remainders.

    `given_up` were begun at too many starts, and `set_out` are those whose answers had set out when
    the program ended. Neither is to be worked on; their bodies are gone.
    """

    waiting: tuple[Waiting, ...]
    given_up: tuple[int, ...]
    set_out: tuple[int, ...]


class InboxStore:
    """The updates. Each method is one transaction, so that an update is in one state or the next.

    A change to an update that isn't there changes nothing.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def take(self, updates: Sequence[dict[str, Any]]) -> set[int]:
        """Keep updates as Telegram's JSON has them; returns the ids of those that are new."""
        now = self._clock()
        rows = [
            {"id": body["update_id"], "body": body, "taken": now, "attempts": 0, "done": None}
            for body in updates
        ]

        async def work(connection: AsyncConnection) -> set[int]:
            new: set[int] = set()
            for some in chunked(rows):
                statement = insert_or(connection, UPDATES).values(some)
                made = statement.on_conflict_do_nothing().returning(UPDATES.c.id)
                new.update((await connection.execute(made)).scalars())
            return new

        return await self._database.write(work) if rows else set()

    async def begin(self, update_id: int) -> None:
        """Count an attempt at an update that an earlier run of the program left behind."""
        counted = UPDATES.c.attempts + 1
        change = update(UPDATES).where(UPDATES.c.id == update_id).values(attempts=counted)
        await self._database.write(lambda connection: connection.execute(change))

    async def set_out(self, update_ids: Iterable[int]) -> None:
        """Note that the answers to updates may be on their way from now on."""
        await self._change(update_ids, done=func.coalesce(UPDATES.c.done, self._clock()))

    async def call_back(self, update_ids: Iterable[int]) -> None:
        """Note that answers which had set out are known not to have arrived."""
        await self._change(update_ids, done=None, only_with_body=True)

    async def done(self, update_ids: Iterable[int]) -> None:
        """Note that updates are done with, and forget what was in them."""
        await self._database.write(lambda connection: self.end(connection, update_ids))

    async def end(self, connection: AsyncConnection, update_ids: Iterable[int]) -> None:
        """Do what `done` does, in a transaction."""
        moment = func.coalesce(UPDATES.c.done, self._clock())
        change = update(UPDATES).values(done=moment, body=null())
        for some in chunked(update_ids):
            await connection.execute(change.where(UPDATES.c.id.in_(some)))

    async def pending(self) -> Backlog:
        """Return what the last run of the program left behind; to be called once at a start."""
        now = self._clock()
        hopeless = _WAITING & (UPDATES.c.attempts >= ATTEMPTS)

        async def work(connection: AsyncConnection) -> Backlog:
            left = [
                tuple(sorted((await connection.execute(gone)).scalars()))
                for gone in (
                    update(UPDATES).where(_SET_OUT).values(body=null()).returning(UPDATES.c.id),
                    update(UPDATES)
                    .where(hopeless)
                    .values(body=null(), done=now)
                    .returning(UPDATES.c.id),
                )
            ]
            query = select(UPDATES.c.id, UPDATES.c.body, UPDATES.c.attempts).where(_WAITING)
            rows = (await connection.execute(query.order_by(UPDATES.c.id))).all()
            waiting = tuple(Waiting(row.id, row.body, row.attempts) for row in rows)
            return Backlog(waiting, given_up=left[1], set_out=left[0])

        return await self._database.write(work)

    async def prune(self, *, keep: int = DONE_ROWS_KEPT) -> int:
        """Forget updates done with two days ago, and all but the last `keep`; returns how many."""
        finished = UPDATES.c.done.is_not(None) & UPDATES.c.body.is_(None)
        latest = (UPDATES.c.done.desc(), UPDATES.c.id.desc())
        kept = select(UPDATES.c.id).where(finished).order_by(*latest).limit(keep)
        old = (UPDATES.c.done < self._clock() - DONE_KEPT) | UPDATES.c.id.not_in(kept)
        gone = delete(UPDATES).where(finished, old)

        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(gone)).rowcount

        return await self._database.write(work)

    async def _change(
        self, update_ids: Iterable[int], *, only_with_body: bool = False, **values: Any
    ) -> None:
        change = update(UPDATES).values(**values)
        if only_with_body:
            change = change.where(UPDATES.c.body.is_not(None))

        async def work(connection: AsyncConnection) -> None:
            for some in chunked(update_ids):
                await connection.execute(change.where(UPDATES.c.id.in_(some)))

        await self._database.write(work)
