"""Notes of beginnings and ends, as many in one transaction as come together (group commit)."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.errors import BotError

if TYPE_CHECKING:
    from bot.delivery.ports import Outbox
    from bot.store.deliveries import Mark

logger = logging.getLogger(__name__)

GATHER_SECONDS = 0.05
"""How long ends alone wait for a beginning to be written with them."""


class LostError(BotError):
    """A delivery's lease ran out: somebody else has it."""


class Ledger:
    """Writes what flights report, in their order. `run` has to be running."""

    def __init__(self, outbox: Outbox, holder: str) -> None:
        self._outbox = outbox
        self._holder = holder
        self._begun: dict[int, asyncio.Future[bool]] = {}
        self._marks: list[tuple[Mark, asyncio.Future[bool]]] = []
        self._stirred = asyncio.Event()
        self._urgent = asyncio.Event()

    async def begin(self, delivery_id: int) -> None:
        """Return once it is written that a request is about to go out. Raises LostError."""
        noted = asyncio.get_running_loop().create_future()
        self._begun[delivery_id] = noted
        self._urgent.set()
        self._stirred.set()
        if not await noted:
            raise LostError("somebody else sends this", "nothing needs to be done")

    async def mark(self, mark: Mark, *, urgent: bool = False) -> None:
        """Return once it is written what became of a delivery."""
        noted = asyncio.get_running_loop().create_future()
        self._marks.append((mark, noted))
        if urgent:
            self._urgent.set()
        self._stirred.set()
        await noted

    async def run(self) -> None:
        """Write for ever. What can't be written is raised to whoever waits for it."""
        while True:
            await self._stirred.wait()
            if not self._urgent.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(GATHER_SECONDS):
                        await self._urgent.wait()
            await self._write()

    async def _write(self) -> None:
        begun, self._begun = self._begun, {}
        marks, self._marks = self._marks, []
        self._stirred.clear()
        self._urgent.clear()
        waiting = [*begun.values(), *(noted for _, noted in marks)]
        try:
            ours = await self._outbox.record(self._holder, tuple(begun), [one for one, _ in marks])
        except Exception as error:  # noqa: BLE001 - the next ones may be written
            logger.warning("The outbox can't be written: %s", type(error).__name__)
            for noted in waiting:
                if not noted.done():
                    noted.set_exception(LostError("the outbox can't be written"))
                    noted.exception()  # the one who waited may have gone
            return
        for delivery_id, noted in begun.items():
            if not noted.done():
                noted.set_result(delivery_id in ours)
        for _, noted in marks:
            if not noted.done():
                noted.set_result(True)
