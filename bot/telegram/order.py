"""Which updates are worked on at the same time: one of each chat, in order of arrival.

Texts that one person sent in a row and that wait for their chat's turn have it together, as a
batch (`bot.telegram.batches`). A batch takes what waits already; only for the rest of a message
that plainly isn't finished it waits a moment itself. It needs one of the slots for what is worked
on at once, however many its messages: were each to take one, two batches could wait for each
other's. The coroutine of every update ends after its answer, and those of one chat in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.telegram.batches import Batch, begins_anew, key_of
from bot.telegram.inbox import Inbox

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from telegram import Message

    from bot.telegram.batches import Seat

UPDATES_AT_ONCE = 32
# Only what is beyond this waits regardless of its chat; a chat with much to say holds up none.
UPDATES_HELD = 100_000
# So long a message that plainly isn't finished waits for its next part.
PART_SECONDS = 1.5


class ChatOrder(BaseUpdateProcessor):
    """Works on chats side by side and within a chat on one update or batch after the other."""

    def __init__(
        self,
        at_once: int = UPDATES_AT_ONCE,
        part_seconds: float = PART_SECONDS,
        inbox: Inbox | None = None,
    ) -> None:
        super().__init__(UPDATES_HELD)
        self._inbox = inbox or Inbox()
        self._working = asyncio.Semaphore(at_once)
        self._part_seconds = part_seconds
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._latest: dict[int, Batch] = {}  # of each chat, while its turn hasn't come
        self._texts: dict[tuple[int, int], Seat] = {}  # by chat and message
        self._seats: dict[int, Seat] = {}  # by update

    async def initialize(self) -> None:
        """Prepare nothing."""

    async def shutdown(self) -> None:
        """Cancel what is still being worked on and wait until it has ended."""
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await `coroutine` when all earlier updates of its chat are done.

        The coroutine of a text that a batch has no room for is dropped: the batch tells of it.
        """
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
        try:
            await self._inbox.attend(update, self._in_turn(update, coroutine))
        finally:
            if task:
                self._tasks.discard(task)
            if isinstance(coroutine, Coroutine):
                coroutine.close()

    def seat_of(self, update: Update) -> Seat | None:
        """Return the place in a batch of an update that is being worked on; None if it has none."""
        return self._seats.get(update.update_id)

    async def _in_turn(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update) or update.effective_chat is None:
            async with self._working:
                await self._inbox.work(update, coroutine)
            return
        self._take_edit(update.edited_message)
        seat = self._seat(update.effective_chat.id, update)
        if seat is None:
            return
        text = update.message
        if seat.batch.key is not None and text is not None:
            self._texts[text.chat_id, text.message_id] = self._seats[update.update_id] = seat
        try:
            await seat.batch.began.wait()
            await self._inbox.work(update, coroutine)
        finally:
            if seat.batch.key is not None and text is not None:
                self._texts.pop((text.chat_id, text.message_id), None)
                self._seats.pop(update.update_id, None)
            seat.leave()

    def _seat(self, chat_id: int, update: Update) -> Seat | None:
        """Return a place in the batch that waits last, or in a new one behind it."""
        key, message = key_of(update), update.message
        text = (message.text if message else None) or ""
        latest = self._latest.get(chat_id)
        if latest is not None:
            if latest.admits(key) and message is not None and not begins_anew(message):
                return latest.seat(text)
            latest.close()
        batch = self._latest[chat_id] = Batch(key)
        task = asyncio.create_task(self._conduct(chat_id, batch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return batch.seat(text)

    async def _conduct(self, chat_id: int, batch: Batch) -> None:
        """Give a batch its chat's turn and wait until it is over.

        This is a task of its own, so that texts that came at once have all joined when it starts.
        """
        # A lock lasts as long as somebody holds or awaits it.
        lock = self._locks.setdefault(chat_id, asyncio.Lock())
        try:
            async with lock:
                await batch.wait_for_rest(self._part_seconds)
                async with self._working:
                    self._begin(chat_id, batch)
                    await batch.over.wait()
        finally:
            self._begin(chat_id, batch)

    def _begin(self, chat_id: int, batch: Batch) -> None:
        if self._latest.get(chat_id) is batch:
            del self._latest[chat_id]
        batch.close()
        batch.began.set()

    def _take_edit(self, edited: Message | None) -> None:
        """Let a text that waits be answered as it was edited; commands are left to their order."""
        if edited is None or not edited.text or edited.text.startswith("/"):
            return
        seat = self._texts.get((edited.chat_id, edited.message_id))
        if seat is not None and not seat.batch.is_settled():
            seat.text = edited.text
