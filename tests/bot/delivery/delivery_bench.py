"""A courier on a real outbox, and a port of which the tests say what happens."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from bot.delivery.courier import LEASE, Courier
from bot.delivery.outcomes import Outcome, Sent
from bot.errors import BotError
from bot.store.engine import Store, open_store
from bot.store.outbox import _claimable
from bot.store.schema import DELIVERIES
from bot.store.urls import sqlite_url
from tests.support.articles import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime
    from pathlib import Path

    from bot.store.deliveries import Delivery


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move_on(self, **step: float) -> None:
        self.now += timedelta(**step)


class DeadError(BotError):
    """The process has been killed: nothing of it reaches the database any more."""


class Mortal:
    """Something of the store's, until its process is killed."""

    def __init__(self, inner: Any, world: World) -> None:
        self._inner = inner
        self._world = world

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            if self._world.dead.is_set():
                raise DeadError("killed")
            # What the database has begun, it ends, whatever becomes of the process.
            work = asyncio.create_task(method(*args, **kwargs))
            self._world.working.append(work)
            return await asyncio.shield(work)

        return call


@dataclass
class World:
    """Telegram as it is: who has got what. `script` holds what the next sends meet.

    A script's entry is an outcome to return before or after the message is there, or the point at
    which the process is killed: "before", "begun" or "accepted".
    """

    store: Store
    clock: Clock
    script: list[tuple[str, Outcome | None]] = field(default_factory=list)
    got: list[tuple[int, str]] = field(default_factory=list)
    busy: set[int] = field(default_factory=set)
    dead: asyncio.Event = field(default_factory=asyncio.Event)
    held: asyncio.Event | None = None
    working: list[asyncio.Task[Any]] = field(default_factory=list)
    sending: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(
        self, delivery: Delivery, part: int, begin: Callable[[], Awaitable[None]]
    ) -> Outcome:
        assert delivery.chat_id not in self.busy, "one at a time per chat"
        self.busy.add(delivery.chat_id)
        try:
            return await self._send(delivery, part, begin)
        finally:
            self.busy.discard(delivery.chat_id)

    async def _send(
        self, delivery: Delivery, part: int, begin: Callable[[], Awaitable[None]]
    ) -> Outcome:
        point, outcome = self.script.pop(0) if self.script else ("", None)
        if point == "before":
            await self._die()
        await begin()
        if point == "begun":
            await self._die()
        self.sending.set()
        if self.held is not None:
            await self.held.wait()
        if outcome is not None and point != "after":
            return outcome
        self.got.append((delivery.chat_id, delivery.payload["html"][part]))
        if point == "accepted":
            await self._die()
        return outcome or Sent(len(self.got))

    async def _die(self) -> None:
        self.dead.set()
        await asyncio.Event().wait()

    def courier(self) -> Courier:
        outbox, chats = Mortal(self.store.outbox, self), Mortal(self.store.chats, self)
        bell = self.store.outbox.bell
        return Courier(outbox, chats, self, bell, self.clock, random=Random(1))  # noqa: S311

    async def run(self) -> bool:
        """Let a courier work until nothing can be claimed; returns False if it was killed."""
        self.dead.clear()
        self.busy.clear()
        courier = self.courier()
        courier.start()
        while not self.dead.is_set() and await self._is_busy():  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        killed = self.dead.is_set()
        await courier.stop(within=0.0 if killed else 20)
        await asyncio.gather(*self.working, return_exceptions=True)
        self.working.clear()
        if killed:  # a new process finds the leases run out
            self.clock.move_on(seconds=LEASE.total_seconds() + 1)
        return not killed

    async def _is_busy(self) -> bool:
        """Tell whether something is under way or could be claimed, as of one moment."""
        held = DELIVERIES.select().where(DELIVERIES.c.state.in_(["claimed", "sending"]))
        async with self.store.database.reading() as connection:
            found = [
                (await connection.execute(query.limit(1))).first()
                for query in (held, _claimable(self.clock.now))
            ]
        return any(found)


@asynccontextmanager
async def world_at(folder: Path) -> AsyncIterator[World]:
    clock = Clock()
    async with await open_store(sqlite_url(folder / "n.db"), clock=clock) as store:
        yield World(store, clock)
