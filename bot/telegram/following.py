"""Shows how broadcasts go: one message each, edited now and then until the report stands in it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.chat.broadcasts import render_progress, render_report
from bot.chat.translations import translator
from bot.errors import BotError
from bot.telegram.messenger import edit_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot

    from bot.chat.paging import Page
    from bot.chat.translations import Translator
    from bot.store.broadcasts import Broadcast
    from bot.store.deliveries import Counts
    from bot.store.engine import Store

logger = logging.getLogger(__name__)

EDIT_SECONDS = 3.0


class Follower:
    """Looks at the broadcasts under way every few seconds while it is started."""

    def __init__(self, store: Store, clock: Callable[[], float], every: float = EDIT_SECONDS):
        self._store = store
        self._clock = clock
        self._every = every
        self._news = asyncio.Event()
        self._begun: dict[int, tuple[float, int]] = {}
        self._shown: dict[int, Page] = {}
        self._task: asyncio.Task[None] | None = None

    def look(self) -> None:
        """Look at once."""
        self._news.set()

    def start(self, bot: Bot) -> None:
        """Go on with what is under way, from before a restart too."""
        self._news.set()
        self._task = asyncio.create_task(self._run(bot))

    async def stop(self) -> None:
        """Leave the messages as they are; the next start goes on with them."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, bot: Bot) -> None:
        busy = False
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every if busy else None):
                    await self._news.wait()
            self._news.clear()
            try:
                busy = await self._look(bot)
            except (BotError, TelegramError) as error:
                busy = True
                logger.warning("A broadcast's progress was not shown: %s", type(error).__name__)

    async def _look(self, bot: Bot) -> bool:
        """Show how each broadcast goes; returns whether one is still under way."""
        going = await self._store.broadcasts.sending()
        for one in going:
            await self._show(bot, one, await self._store.outbox.counts(one.batch))
        return bool(going)

    async def _show(self, bot: Bot, one: Broadcast, counts: Counts) -> None:
        tr = await self._translator(one)
        over = counts.rest == 0
        if over:
            page = render_report(tr, one.id, counts, stopped=one.stopped)
        else:
            page = render_progress(tr, one.id, counts, self._rate(one.id, counts))
        if one.shown_in is not None and self._shown.get(one.id) != page:
            try:
                await edit_message(bot, *one.shown_in, page.html, page.rows)
            except (BadRequest, Forbidden) as refusal:  # deleted: the broadcast goes on
                logger.info("A progress message is gone: %s", type(refusal).__name__)
        self._shown[one.id] = page
        if over:  # only now, so that a restart shows the report
            await self._store.broadcasts.end(one.id, "stopped" if one.stopped else "done")
            self._begun.pop(one.id, None)
            self._shown.pop(one.id, None)

    def _rate(self, number: int, counts: Counts) -> float | None:
        """Return how many are settled in a second since this process first looked."""
        now, settled = self._clock(), counts.total - counts.rest
        since, before = self._begun.setdefault(number, (now, settled))
        return (settled - before) / (now - since) if now - since >= 1 else None

    async def _translator(self, one: Broadcast) -> Translator:
        chat = await self._store.chats.get(one.shown_in[0]) if one.shown_in else None
        if chat is None:
            return translator(None)
        chosen = chat.settings.get("language")
        return translator(chosen if isinstance(chosen, str) else chat.language)
