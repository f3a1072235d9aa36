"""/remove: an article is taken out, stays out, and may be brought back."""

from __future__ import annotations

from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING

from telegram import Message
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.chat.paging import shorten
from bot.chat.removal import (
    KEEP,
    REMOVE,
    BringBack,
    bring_back_of,
    render_brought_back,
    render_removal,
    render_removed,
    render_spared,
)
from bot.chat.source_list import public_name
from bot.collection.events import Failed
from bot.collection.naming import afresh
from bot.store.errors import UnknownSourceError
from bot.telegram.admin_presses import for_admins
from bot.telegram.lookup import after_command, article_in, article_named
from bot.telegram.messenger import send_reply
from bot.telegram.pages import send_page, turn_page
from bot.telegram.progress import Live, run_sync

if TYPE_CHECKING:
    from telegram import CallbackQuery, Update

    from bot.chat.translations import Translator
    from bot.collection.reloading import Reloader
    from bot.store.records import Watched
    from bot.telegram.access import Access
    from bot.telegram.admin_presses import Context
    from bot.telegram.ports import App

TITLE_UNITS = 150


class Removing:
    """The command and its buttons, which hold all they need."""

    def __init__(self, reloader: Reloader, access: Access) -> None:
        self._reloader = reloader
        self._store = reloader.collection.store
        self._access = access

    def register(self, application: App) -> None:
        """Add the command and its buttons."""
        new, guarded = filters.UpdateType.MESSAGE, self._access.guarded
        press = for_admins(self._access, self._store, self.pressed)
        application.add_handlers(
            [
                CommandHandler("remove", guarded(self.remove), filters=new),
                CallbackQueryHandler(press, pattern=r"^c:[dkb](:|$)"),
            ]
        )

    async def remove(self, tr: Translator, message: Message) -> None:
        """Show the article that is named, or shown in the message replied to, and ask."""
        wanted = after_command(message)
        if not wanted and message.reply_to_message:
            wanted = await article_in(self._store, message.reply_to_message)
        if not wanted:
            line = tr(
                "Send /remove and an article's number or link, or reply with it to a message that "
                "shows the article."
            )
            await send_reply(message, [escape(line, quote=False)])
            return
        article = await article_named(self._store, wanted)
        if article is None:
            gone = tr("There is no article {id} in the collection (any more).")
            line = gone.format(id=shorten(wanted, 60))
            await send_reply(message, [escape(line, quote=False)])
            return
        sources = await self._store.articles.sources_of(article.id)
        names = [public_name(source) for source in sources]
        await send_page(message, render_removal(tr, article, names))

    async def pressed(
        self, tr: Translator, update: Update, query: CallbackQuery, context: Context
    ) -> str:
        """Keep, remove or bring back; returns a notice."""
        message, data = query.message, query.data or ""
        if data == KEEP:
            await turn_page(query, render_spared(tr))
            return ""
        if not isinstance(message, Message):
            return tr("This button no longer works.")
        if data.startswith(REMOVE):
            return await self._remove(tr, update, query, context)
        back = bring_back_of(data)
        if back is None:
            return tr("This button no longer works.")
        work = self._bring_back(tr, message, back, query.from_user.id)
        context.application.create_task(work, update=update)
        return ""

    async def _remove(
        self, tr: Translator, update: Update, query: CallbackQuery, context: Context
    ) -> str:
        article_id = (query.data or "").removeprefix(REMOVE)
        barred = await self._store.barred.add(article_id)
        message = query.message
        if barred is None or not isinstance(message, Message):
            return tr("This article is no longer in the collection.")
        bar, sources = barred
        title = shorten(bar.title, TITLE_UNITS)
        await self._access.note(query.from_user.id, "remove", article=article_id, title=title)
        work = self._reindex(tr, message, title, BringBack(article_id, tuple(sources)))
        context.application.create_task(work, update=update)
        return ""

    async def _reindex(self, tr: Translator, message: Message, title: str, back: BringBack) -> None:
        live = Live(message, message, "")
        ended = await run_sync(tr, live, self._reloader, sources=[])
        failed = ended.problem if isinstance(ended, Failed) else ""
        await live.end(render_removed(tr, title, back, failed=failed))

    async def _bring_back(
        self, tr: Translator, message: Message, back: BringBack, user_id: int
    ) -> None:
        """Let the article in, and read its sources as if never before.

        That is written down before the bar is lifted, so that a kill between leaves no article
        behind that may come back and never does.
        """
        sources = await self._afresh(back.sources)
        lifted = await self._store.barred.lift(back.article_id)
        title = shorten(lifted.title, TITLE_UNITS) if lifted else ""
        if lifted is not None:
            await self._access.note(user_id, "bring back", article=back.article_id, title=title)
        live = Live(message, message, "")
        await run_sync(tr, live, self._reloader, sources=sources)
        article = await self._store.articles.get(back.article_id)
        named = title or (article.title if article else back.article_id)
        await live.end(render_brought_back(tr, shorten(named, TITLE_UNITS), article))

    async def _afresh(self, numbers: tuple[int, ...]) -> list[Watched]:
        found: list[Watched] = []
        for number in numbers:
            with suppress(UnknownSourceError):  # removed meanwhile
                fresh = afresh(await self._store.sources.get(number))
                await self._store.sources.save_state(number, fresh.state)
                found.append(fresh)
        return found
