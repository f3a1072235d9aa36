"""What sends of itself: the courier and what shows how broadcasts go, started with the bot."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from bot.delivery.courier import Courier
from bot.telegram.following import Follower
from bot.telegram.posting import TelegramPort

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from bot.store.engine import Store


class Mailroom:
    """The courier over a store's outbox, and the follower of its broadcasts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.follower = Follower(store, time.monotonic)
        self._courier: Courier | None = None

    def start(self, bot: ExtBot[None]) -> None:
        """Begin to send what is due, from before a restart too."""
        store = self._store
        port = TelegramPort(bot)
        self._courier = Courier(store.outbox, store.chats, port, store.outbox.bell, store.clock)
        self._courier.start()
        self.follower.start(bot)

    async def stop(self, within: float) -> None:
        """Finish what is being sent, within so many seconds; the rest waits for the next start."""
        if self._courier is not None:
            await asyncio.gather(self._courier.stop(within), self.follower.stop())
