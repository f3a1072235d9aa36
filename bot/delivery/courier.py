"""The courier: claims what is due, sends it, and notes what became of it."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from secrets import token_hex
from typing import TYPE_CHECKING

from bot.delivery.deciding import decide
from bot.delivery.ledger import Ledger, LostError
from bot.delivery.outcomes import ChatGone, Moved, Refused, Sent, Uncertain
from bot.delivery.ports import parts_of
from bot.errors import BotError
from bot.store.deliveries import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.delivery.outcomes import Failure
    from bot.delivery.ports import Chats, Outbox, Port
    from bot.store.deliveries import Delivery

logger = logging.getLogger(__name__)

AT_ONCE = 32
"""Deliveries under way; most of them wait for their turn in the rate limiter."""
LEASE = timedelta(seconds=20)
PRUNED_EVERY = timedelta(hours=6)
_MARK_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)


@dataclass
class _Flight:
    """A delivery under way; `begun` while its request may have gone out."""

    delivery: Delivery
    begun: bool = False
    task: asyncio.Task[None] = field(init=False)


class Courier:
    """Works on an outbox until it is stopped. Several may work on the same one.

    A chat gets its messages one after the other, and in order. `bell` is set whenever there may
    be something to do at once; `clock` gives aware UTC. If the process dies, its claimed
    deliveries go on, and those it was sending become unknown, when their lease has run out.
    """

    def __init__(
        self,
        outbox: Outbox,
        chats: Chats,
        port: Port,
        bell: asyncio.Event,
        clock: Callable[[], datetime],
        *,
        random: Random | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self.holder = f"{os.getpid()}-{token_hex(8)}"
        self._outbox, self._chats, self._port = outbox, chats, port
        self._bell = bell
        self._clock = clock
        self._random = random or Random()  # noqa: S311 - spreads attempts, guards nothing
        self._lease = lease
        self._ledger = Ledger(outbox, self.holder)
        self._flights: dict[int, _Flight] = {}
        self._tended: datetime | None = None
        self._pruned: datetime | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to work."""
        self._tasks = [asyncio.create_task(self._ledger.run()), asyncio.create_task(self._run())]

    async def stop(self, within: float) -> None:
        """Claim no more; let what is being sent finish for `within` seconds; put the rest back."""
        if not self._tasks:
            return
        ledger, running = self._tasks
        self._tasks = []
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        flights = list(self._flights.values())
        for flight in flights:
            if not flight.begun:
                flight.task.cancel()
        tasks = [flight.task for flight in flights]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within)
            if late:
                logger.warning("%d messages may or may not have been sent", len(late))
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        ledger.cancel()
        await asyncio.gather(ledger, return_exceptions=True)
        try:
            await self._outbox.release(self.holder)
        except BotError as error:  # their lease will run out
            logger.warning("Claimed messages were not put back: %s", type(error).__name__)

    async def _run(self) -> None:
        while True:
            wait = self._lease / 4
            try:
                await self._tend(self._clock())
                wait = await self._claim() or wait
            except BotError as error:
                logger.warning("The outbox can't be worked on: %s", type(error).__name__)
                await asyncio.sleep(1.0)
            # Not wait_for, which may swallow a cancellation (until Python 3.12).
            with suppress(TimeoutError):
                async with asyncio.timeout(wait.total_seconds()):
                    await self._bell.wait()

    async def _tend(self, now: datetime) -> None:
        """Keep the leases, and take over those that others lost."""
        if self._tended is not None and now - self._tended < self._lease / 4:
            return
        if self._flights:
            await self._outbox.renew(self.holder, list(self._flights), now + self._lease)
        await self._outbox.expire(now)
        self._tended = now
        if self._pruned is None or now - self._pruned >= PRUNED_EVERY:
            await self._outbox.prune(now)
            self._pruned = now

    async def _claim(self) -> timedelta | None:
        """Send out what there is room for; returns how long nothing else is due, if known."""
        self._bell.clear()
        room = AT_ONCE - len(self._flights)
        if room < AT_ONCE // 4:  # claimed in batches, not one by one
            return None
        now = self._clock()
        for delivery in await self._outbox.claim(room, self.holder, now, self._lease):
            flight = self._flights[delivery.id] = _Flight(delivery)
            flight.task = asyncio.create_task(self._fly(flight))
        due = await self._outbox.next_due()
        # What is due already waits for another delivery to its chat.
        return min(due - now, self._lease / 4) if due is not None and due > now else None

    async def _fly(self, flight: _Flight) -> None:
        """See a delivery through; whatever happens, its place is free afterwards."""
        try:
            await self._deliver(flight)
        except LostError:  # dropped, or somebody else's
            logger.debug("A delivery was not begun, or could not be noted")
        except BotError as error:
            logger.warning("A delivery was interrupted: %s", type(error).__name__)
        finally:
            del self._flights[flight.delivery.id]
            self._bell.set()

    async def _deliver(self, flight: _Flight) -> None:
        delivery = flight.delivery
        sent = list(delivery.message_ids)
        parts = parts_of(delivery.payload)
        if not parts:
            await self._note(Mark(delivery.id, "failed", problem="empty"))
            return
        while len(sent) < parts:
            begin = partial(self._begin, flight)
            try:
                outcome = await self._port.send(delivery, len(sent), begin)
            except BotError:
                raise
            except Exception as error:  # noqa: BLE001 - one bad payload must not come round for ever
                reason = type(error).__name__
                logger.error("A message can't be sent: %s", reason)  # noqa: TRY400
                outcome = Uncertain(reason) if flight.begun else Refused(reason)
            if not isinstance(outcome, Sent):
                await self._fail(delivery, sent, outcome)
                return
            sent.append(outcome.message_id)
            if len(sent) < parts:
                await self._note(Mark(delivery.id, "claimed", tuple(sent)))
                flight.begun = False
        await self._note(Mark(delivery.id, "sent", tuple(sent), counted=True))

    async def _begin(self, flight: _Flight) -> None:
        flight.begun = True
        await self._ledger.begin(flight.delivery.id)

    async def _fail(self, delivery: Delivery, sent: list[int], failure: Failure) -> None:
        now = self._clock()
        await self._note(decide(delivery, sent, failure, now, self._random))
        match failure:
            case ChatGone():
                await self._chats.set_gone(delivery.chat_id, now)
                await self._outbox.give_up(delivery.chat_id)
            case Moved(chat_id):
                await self._chats.migrate(delivery.chat_id, chat_id)

    async def _note(self, mark: Mark) -> None:
        """Write what became of a delivery; try again while the lease lasts. Raises LostError."""
        for number, pause in enumerate(_MARK_PAUSES, start=1):
            await asyncio.sleep(pause)
            try:
                await self._ledger.mark(mark, urgent=mark.state == "claimed")
            except LostError:
                if number == len(_MARK_PAUSES):
                    raise
            else:
                return
