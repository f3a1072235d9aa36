"""Buttons that are for admins: whoever presses one is checked, in groups and after a demotion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.paging import shorten
from bot.errors import BotError
from bot.telegram.pages import answer_press, reader_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    from telegram import CallbackQuery, Update
    from telegram.ext import ContextTypes

    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.access import Access, Callback

    Context: TypeAlias = ContextTypes.DEFAULT_TYPE
    Act: TypeAlias = Callable[[Translator, Update, CallbackQuery, Context], Awaitable[str]]

NOTICE_UNITS = 190  # Telegram takes 200 characters


def for_admins(access: Access, store: Store, act: Act) -> Callback:
    """Return a callback that does what an admin's press asks for, and answers every press.

    `act` returns a notice for whoever pressed, "" if what was asked for is on show.
    """

    async def check(update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        tr = await reader_of(store, update)
        notice = tr("That did not work. Please try again in a little while.")
        try:
            if await access.may(query.from_user.id):
                notice = await act(tr, update, query, context)
            else:
                notice = tr("That is for the admins of this bot.")
        except BotError as error:
            notice = str(error)
        finally:
            await answer_press(query, shorten(notice, NOTICE_UNITS))

    return check
