"""/deliveries: how alerts go out, and what becomes of those that nobody knows the fate of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.chat.deliveries import AGAIN, LEAVE, PREFIX, render_deliveries
from bot.store.alerts import BATCH
from bot.telegram.pages import answer_press, reader_of, send_page, turn_page

if TYPE_CHECKING:
    from telegram import Message, Update
    from telegram.ext import ContextTypes

    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.access import Access
    from bot.telegram.ports import App


class Deliveries:
    """The command and its buttons, for admins."""

    def __init__(self, store: Store, access: Access) -> None:
        self._store = store
        self._access = access

    def register(self, application: App) -> None:
        """Add the handlers."""
        command = self._access.guarded(self.show)
        application.add_handler(
            CommandHandler("deliveries", command, filters=filters.UpdateType.MESSAGE)
        )
        application.add_handler(CallbackQueryHandler(self.pressed, pattern=f"^{PREFIX}"))

    async def show(self, tr: Translator, message: Message) -> None:
        """Show how many messages are in which state."""
        counts = await self._store.outbox.counts(BATCH)
        await send_page(message, render_deliveries(tr, counts))

    async def pressed(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what a button asks for, if an admin pressed it."""
        query = update.callback_query
        if query is None:
            return
        notice = ""
        try:
            tr = await reader_of(self._store, update)
            if not await self._access.may(query.from_user.id):
                notice = tr("That is for the admins of this bot.")
                return
            await self._resolve(query.data or "", query.from_user.id)
            page = render_deliveries(tr, await self._store.outbox.counts(BATCH))
            shown = await turn_page(query, page)
            notice = "" if shown else tr("This message can't be changed any more.")
        finally:
            await answer_press(query, notice)

    async def _resolve(self, data: str, user_id: int) -> None:
        """Send those of unknown fate again, or leave them be."""
        if data == AGAIN:
            count = await self._store.outbox.resend(batch=BATCH)
            await self._access.note(user_id, "alerts-again", messages=count)
        elif data == LEAVE:
            count = await self._store.outbox.dismiss(batch=BATCH)
            await self._access.note(user_id, "alerts-leave", messages=count)
