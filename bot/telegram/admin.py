"""What only admins may do: reload the collection and return to the index before."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from telegram.error import TelegramError
from telegram.ext import CommandHandler, filters

from bot.chat import reloading
from bot.chat.rendering import render_error
from bot.collection.events import Failed, Finished
from bot.errors import BotError
from bot.telegram.messenger import edit_text, send_live, send_reply
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from telegram import Message, Update
    from telegram.ext import ContextTypes

    from bot.collection.reloading import Reload, Reloader
    from bot.telegram.ports import App

logger = logging.getLogger(__name__)

EDIT_SECONDS = 2.0  # between two edits of one progress message; a chat takes one message a second


class AdminHandlers:
    """Commands that check who asks by id; a menu that hides them is no authorisation."""

    def __init__(self, reloader: Reloader, admins: frozenset[int]) -> None:
        self._reloader = reloader
        self._admins = admins

    def register(self, application: App) -> None:
        """Add the commands. They must not hold up their chat's other messages."""
        new = filters.UpdateType.MESSAGE
        application.add_handlers(
            [
                CommandHandler("reload", self._guarded(self.reload), filters=new, block=False),
                CommandHandler("rollback", self._guarded(self.rollback), filters=new, block=False),
            ]
        )

    async def reload(self, message: Message, words: list[str]) -> None:
        """Reload the collection, or join the reload that is under way, and show how it goes."""
        if words and words != ["dry"]:
            await send_reply(message, [reloading.USAGE])
            return
        reload, new = self._reloader.start("chat", dry=bool(words))
        await _follow(message, reload, reloading.STARTING if new else reloading.JOINED)

    async def rollback(self, message: Message, _: list[str]) -> None:
        """Answer from the last good generation again."""
        try:
            number = await self._reloader.rollback()
        except (BotError, RetrievalError) as error:
            await send_reply(message, [render_error(error)])
            return
        await send_reply(message, [reloading.ROLLED_BACK.format(number=number)])

    def _guarded(
        self, handle: Callable[[Message, list[str]], Awaitable[None]]
    ) -> Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]:
        async def check(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
            message, user = update.message, update.effective_user
            if message is None:
                return
            if user is None or user.id not in self._admins:
                await send_reply(message, [reloading.FOR_ADMINS])
                return
            await handle(message, (message.text or "").lower().split()[1:])

        return check


async def _follow(question: Message, reload: Reload, first: str) -> None:
    """Show a reload's progress in one message, edited now and then, until it has ended."""
    live = await send_live(question, first)
    shown, when = first, time.monotonic()
    async for event in reload.watch():
        text = reloading.render_event(event)
        ended = isinstance(event, Finished | Failed)
        if text == shown or (not ended and time.monotonic() - when < EDIT_SECONDS):
            continue
        try:
            await edit_text(live, text)
        except TelegramError as error:  # deleted, or too many edits: the reload goes on
            logger.info("Progress could not be shown: %s", type(error).__name__)
            if ended:
                await send_reply(question, [text])
        shown, when = text, time.monotonic()
