"""What only admins may do: reload the collection and return to the index before."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from telegram.ext import CommandHandler, filters

from bot.chat import reloading
from bot.chat.paging import Page
from bot.chat.rendering import render_error
from bot.errors import BotError
from bot.telegram.messenger import send_reply
from bot.telegram.progress import Live, follow
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from telegram import Message

    from bot.chat.translations import Translator
    from bot.collection.reloading import Reloader
    from bot.telegram.access import Access
    from bot.telegram.ports import App


class AdminHandlers:
    """The commands about the collection as a whole."""

    def __init__(self, reloader: Reloader, access: Access) -> None:
        self._reloader = reloader
        self._access = access

    def register(self, application: App) -> None:
        """Add the commands. They must not hold up their chat's other messages."""
        new, guarded = filters.UpdateType.MESSAGE, self._access.guarded
        application.add_handlers(
            [
                CommandHandler("reload", guarded(self.reload), filters=new, block=False),
                CommandHandler("rollback", guarded(self.rollback), filters=new, block=False),
            ]
        )

    async def reload(self, tr: Translator, message: Message) -> None:
        """Reload the collection, or join the reload that is under way, and show how it goes."""
        words = (message.text or "").lower().split()[1:]
        if words and words != ["dry"]:
            await send_reply(message, [tr(reloading.USAGE)])
            return
        reload, new = self._reloader.start("chat", dry=bool(words))
        if new:
            await self._note(message, "reload", dry=reload.dry)
        live = await Live.begin(message, tr(reloading.STARTING if new else reloading.JOINED))
        ended = await follow(tr, live, reload)
        await live.end(Page(reloading.render_event(tr, ended)))

    async def rollback(self, tr: Translator, message: Message) -> None:
        """Answer from the last good generation again."""
        try:
            number = await self._reloader.rollback()
        except (BotError, RetrievalError) as error:
            await send_reply(message, [render_error(error, tr)])
            return
        await self._note(message, "rollback", generation=number)
        line = tr(reloading.ROLLED_BACK, number=number)
        await send_reply(message, [escape(line, quote=False)])

    async def _note(self, message: Message, action: str, **detail: object) -> None:
        user = message.from_user
        await self._access.note(user.id if user else None, action, **detail)
