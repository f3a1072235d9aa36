"""Reading without asking: the latest articles, one article, a search, the sources."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Protocol

from telegram import Message
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.chat.browsing import (
    HITS,
    WORDS_UNITS,
    Latest,
    Reading,
    Results,
    SourceList,
    find_source,
    key_of,
    press_of,
    render_article,
    render_latest,
    render_results,
    render_unknown_source,
)
from bot.chat.conversation import Question, check_question
from bot.chat.deep_links import AskQuestion, OpenArticle, parse_start
from bot.chat.paging import NOWHERE, Page, shorten
from bot.chat.shelves import find_article, latest_page
from bot.chat.source_list import render_sources
from bot.store.shelf import Shelf
from bot.telegram.language import preferences_for
from bot.telegram.lookup import after_command, article_in
from bot.telegram.messenger import send_reply, typing
from bot.telegram.pages import answer_press, reader_of, send_page, turn_page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import CallbackQuery, Update
    from telegram.ext import ContextTypes

    from bot.chat.browsing import Press
    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.access import Access
    from bot.telegram.ports import App
    from retrieval.types import Hit

EVERYTHING = "all"
_NEW = filters.UpdateType.MESSAGE


class Searcher(Protocol):
    """Finds passages by words."""

    async def search(self, text: str, limit: int = ..., source: str | None = None) -> list[Hit]:
        """Return passages, best first, of `source` (None: of all). Raises RetrievalError."""
        ...


class Browsing:
    """The commands that show articles. What their buttons need is in the buttons.

    `ask` answers a question that came with a link to the bot; without it such links greet.
    """

    def __init__(
        self,
        store: Store,
        desk: Searcher,
        access: Access,
        ask: Callable[[Message, str], Awaitable[None]] | None = None,
    ) -> None:
        self._store = store
        self._shelf = Shelf(store.database)
        self._desk = desk
        self._access = access
        self._ask = ask

    def register(self, application: App) -> None:
        """Add the commands; before other handlers of /start, which get what isn't a deep link."""
        prefixes = "aq" if self._ask else "a"
        linked = filters.Regex(rf"^/start(@\w+)?\s+[{prefixes}]_")
        application.add_handlers(
            [
                CommandHandler("start", self.start, filters=_NEW & linked),
                CommandHandler("latest", self.latest, filters=_NEW),
                CommandHandler("article", self.article, filters=_NEW),
                CommandHandler("search", self.search, filters=_NEW),
                CommandHandler("sources", self.sources, filters=_NEW),
                CallbackQueryHandler(self.pressed, pattern=r"^b:"),
            ]
        )

    async def latest(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the newest articles, of the source named after the command or chosen before."""
        if (message := update.message) is None:
            return
        tr, wanted = await reader_of(self._store, update), after_command(message)
        names = list(await self._shelf.sources())
        note, source = "", None
        if not wanted:
            chosen = (await preferences_for(self._store, message.chat_id)).source
            if chosen in names:
                source, note = chosen, tr("Chosen in /settings. Send /latest all for all articles.")
        elif wanted.casefold() != EVERYTHING:
            source = find_source(names, wanted)
            if source is None:
                await send_reply(message, [render_unknown_source(tr, wanted, names)])
                return
        await send_page(message, await self._latest(tr, source, 0, note))

    async def article(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the article named after the command, or the one in the message replied to."""
        if (message := update.message) is None:
            return
        tr, wanted = await reader_of(self._store, update), after_command(message)
        if not wanted and message.reply_to_message:
            wanted = await article_in(self._store, message.reply_to_message)
            if not wanted:
                line = tr("I find no article in that message. Send /article and its number.")
                await send_reply(message, [_text(line)])
                return
        if not wanted:
            line = tr("Send /article and an article's number, or /latest to choose one.")
            await send_reply(message, [_text(line)])
            return
        await self._open(tr, message, wanted)

    async def search(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the articles found by the words after the command."""
        if (message := update.message) is None:
            return
        tr, words = await reader_of(self._store, update), after_command(message)
        if not isinstance(check_question(words), Question):
            line = tr("Write what to look for after /search, for example: /search flood in Jakarta")
            await send_reply(message, [_text(line)])
            return
        async with typing(message):
            page = await self._results(tr, message.chat_id, words, 0)
        await send_page(message, page)

    async def sources(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Show what is watched."""
        if (message := update.message) is None:
            return
        tr = await reader_of(self._store, update)
        await send_page(message, await self._sources(tr, update, 0))

    async def start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what the link asks for that opened the chat."""
        if (message := update.message) is None:
            return
        tr = await reader_of(self._store, update)
        match parse_start(after_command(message)):
            case OpenArticle(article_id):
                await self._open(tr, message, article_id)
            case AskQuestion(question) if self._ask:
                await self._ask(message, question)
            case _:
                line = tr("That link is not complete. Write me your question instead.")
                await send_reply(message, [_text(line)])

    async def pressed(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what a button asks for, and answer the press whatever happens."""
        query = update.callback_query
        if query is None:
            return
        notice = ""
        try:
            if query.data != NOWHERE:
                notice = await self._act(await reader_of(self._store, update), update, query)
        finally:
            await answer_press(query, notice)

    async def _act(self, tr: Translator, update: Update, query: CallbackQuery) -> str:
        """Return a notice for whoever pressed, "" if what was asked for is on show."""
        press = press_of(query.data or "")
        if press is None:
            return tr("This button no longer works.")
        if isinstance(press, Reading) and press.opens:
            if not isinstance(query.message, Message):
                return tr("This message is too old. Send /latest for a new one.")
            await self._open(tr, query.message, press.article_id)
            return ""
        page = await self._page(tr, update, query, press)
        if isinstance(page, str):
            return page
        shown = await turn_page(query, page)
        return "" if shown else tr("This message can't be changed any more.")

    async def _page(
        self, tr: Translator, update: Update, query: CallbackQuery, press: Press
    ) -> Page | str:
        """Return the page, or a notice why there is none."""
        match press:
            case Latest(number, key):
                names = await self._shelf.sources()
                source = next((name for name in names if key_of(name) == key), None)
                if key and source is None:
                    return tr("There are no articles of that source any more.")
                return await self._latest(tr, source, number)
            case Reading(article_id, number):
                page = await self._article(tr, article_id, number)
                return page or tr("This article is no longer in the collection.")
            case Results(number):
                message = query.message
                if not isinstance(message, Message) or not message.text:
                    return tr("This search is too old. Send /search again.")
                words = message.text.splitlines()[0]
                return await self._results(tr, message.chat_id, words, number)
            case SourceList(number):
                return await self._sources(tr, update, number)

    async def _latest(self, tr: Translator, source: str | None, page: int, note: str = "") -> Page:
        shown = await latest_page(self._store, source, page)
        return render_latest(
            tr, shown.articles, page=shown.page, total=shown.total, source=source, note=note
        )

    async def _results(self, tr: Translator, chat_id: int, words: str, page: int) -> Page:
        words = shorten(words, WORDS_UNITS)
        source = (await preferences_for(self._store, chat_id)).source
        hits = await self._desk.search(words, HITS, source)
        return render_results(tr, words, hits, page, source=source or "")

    async def _sources(self, tr: Translator, update: Update, page: int) -> Page:
        """Problems are for an admin's private chat alone: in a group all would read them."""
        user, chat = update.effective_user, update.effective_chat
        alone = user is not None and chat is not None and chat.id == user.id
        admin = alone and user is not None and await self._access.sees_admin_pages(user.id)
        return render_sources(tr, await self._store.sources.list(), page, admin=admin)

    async def _open(self, tr: Translator, message: Message, article_id: str) -> None:
        page = await self._article(tr, article_id, 0)
        gone = tr(
            "There is no article {id} in the collection (any more).", id=shorten(article_id, 60)
        )
        await send_page(message, page or Page(_text(gone)))

    async def _article(self, tr: Translator, article_id: str, page: int) -> Page | None:
        shelved = await find_article(self._store, article_id)
        if shelved is None:
            return None
        return render_article(tr, shelved.article, page, sources=shelved.sources)


def _text(line: str) -> str:
    return escape(line, quote=False)
