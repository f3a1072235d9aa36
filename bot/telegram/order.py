"""Which updates are worked on at the same time: one of each chat, in order of arrival."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

if TYPE_CHECKING:
    from collections.abc import Awaitable

UPDATES_AT_ONCE = 32
# Only what is beyond this waits regardless of its chat; a chat with much to say holds up none.
UPDATES_HELD = 100_000


class ChatOrder(BaseUpdateProcessor):
    """Works on chats side by side and within a chat on one update after the other."""

    def __init__(self, at_once: int = UPDATES_AT_ONCE) -> None:
        super().__init__(UPDATES_HELD)
        self._working = asyncio.Semaphore(at_once)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def initialize(self) -> None:
        """Prepare nothing."""

    async def shutdown(self) -> None:
        """Cancel what is still being worked on and wait until it has ended."""
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await `coroutine` when all earlier updates of its chat are done."""
        chat = update.effective_chat if isinstance(update, Update) else None
        # A lock lasts as long as somebody holds or awaits it.
        lock = self._locks.setdefault(chat.id, asyncio.Lock()) if chat else asyncio.Lock()
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
        try:
            async with lock, self._working:
                await coroutine
        finally:
            if task:
                self._tasks.discard(task)
            if isinstance(coroutine, Coroutine):
                coroutine.close()
