"""Documents and forwarded texts that admins send: into the collection, for everyone to ask about.

Whoever is no admin, and whatever is no article, is handed on to the usual handler.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from telegram import Message
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from bot.chat.forwarding import (
    ADD,
    ASK,
    CANCEL,
    file_name,
    is_enough,
    json_line,
    question_in,
    render_offer,
)
from bot.chat.paging import Button, Page, shorten
from bot.chat.reloading import render_failure
from bot.chat.tending import TITLES, render_taken
from bot.collection.adding import add_outlines
from bot.collection.events import Failed
from bot.collection.naming import afresh
from bot.collection.uploads import safe_name, save, uploads_source
from bot.errors import BotError
from bot.sources.opml import parse_opml
from bot.telegram.admin_presses import for_admins
from bot.telegram.forwards import forwarded_of
from bot.telegram.language import translator_for
from bot.telegram.messenger import send_reply
from bot.telegram.pages import send_page, turn_page
from bot.telegram.progress import Live, run_sync
from retrieval.readers.files import KINDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import CallbackQuery, Document, Update

    from bot.chat.translations import Translator
    from bot.collection.reloading import Reloader
    from bot.collection.uploads import Saved
    from bot.sources.opml import Outline
    from bot.store.records import Source, Watched
    from bot.telegram.access import Access, Callback
    from bot.telegram.admin_presses import Context
    from bot.telegram.ports import App

logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE  # what Telegram lets a bot fetch
ADD_FEEDS, LEAVE_FEEDS = "c:oa", "c:oc"
ALBUMS_REMEMBERED = 64
AT_ONCE = 2  # documents in memory

_FROM_PRIVATE = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
# Of an album, one message has the words; the others are pictures or films alone.
_WITH_WORDS = (
    (filters.FORWARDED & filters.TEXT & ~filters.COMMAND)
    | (filters.FORWARDED & filters.CAPTION)
    | filters.PHOTO
    | filters.VIDEO
)


class UploadError(BotError):
    """What was sent can't be fetched from Telegram or kept."""


class Uploads:
    """Saves what admins send before its update is over; indexing goes on beside other messages.

    `ask` answers a text; `question` and `not_text` take the updates that are none of this, those
    with a text and those without.
    """

    def __init__(
        self,
        reloader: Reloader,
        access: Access,
        *,
        ask: Callable[[Message, str], Awaitable[None]],
        question: Callback,
        not_text: Callback,
    ) -> None:
        self._reloader = reloader
        self._collection = reloader.collection
        self._store = reloader.collection.store
        self._access = access
        self._ask = ask
        self._question = question
        self._not_text = not_text
        self._albums: deque[str] = deque(maxlen=ALBUMS_REMEMBERED)
        self._fetching = asyncio.Semaphore(AT_ONCE)

    def register(self, application: App) -> None:
        """Add the handlers; before those of other texts and files."""
        press = for_admins(self._access, self._store, self.pressed)
        application.add_handlers(
            [
                MessageHandler(_FROM_PRIVATE & (filters.Document.ALL | _WITH_WORDS), self.take),
                CallbackQueryHandler(press, pattern=r"^c:[fo][a-z]$"),
            ]
        )

    async def take(self, update: Update, context: Context) -> None:
        """Take a document or a long enough text of an admin's; hand on everything else."""
        message, user = update.message, update.effective_user
        if message is None:
            return
        if message.media_group_id in self._albums and not message.document:
            return  # more pictures of an album that was asked about
        is_long = is_enough(message.text or message.caption or "")
        if not (message.document or is_long) or not await self._access.sees_admin_pages(
            user.id if user else None
        ):
            await (self._question if message.text else self._not_text)(update, context)
            return
        tr = await translator_for(self._store, message.chat_id, user)
        if message.document is not None and _is_wanted(message.document):
            await self._take_document(tr, update, message, message.document, context)
        elif is_long:
            await self._offer(tr, message)
        elif message.document is not None and not message.media_group_id:
            kinds = f"{KINDS}, .opml"
            line = tr("I don't read files of this kind. I take {kinds}.", kinds=kinds)
            await send_reply(message, [escape(line, quote=False)])
        else:
            await (self._question if message.text else self._not_text)(update, context)

    async def pressed(
        self, tr: Translator, update: Update, query: CallbackQuery, context: Context
    ) -> str:
        """Do what is chosen for a text or a list of feeds; returns a notice."""
        message, data = query.message, query.data
        asked = message.reply_to_message if isinstance(message, Message) else None
        if data in {CANCEL, LEAVE_FEEDS}:
            await turn_page(query, Page(escape(tr("Nothing was added."), quote=False)))
            return ""
        if asked is None or not isinstance(message, Message):
            return tr("The message that this is about is gone. Please send it again.")
        start = partial(context.application.create_task, update=update)
        user_id = query.from_user.id
        if data == ADD:
            line = json_line(forwarded_of(asked))
            saved, watched = await self._save(tr, file_name(line), line, user_id)
            live = Live(message, message, "")
            start(self._index(tr, live, saved, watched))
        elif data == ASK:
            text = asked.text or asked.caption or ""
            await turn_page(
                query, Page(escape(tr("I look for what the articles say."), quote=False))
            )
            start(self._ask(asked, question_in(text)))
        elif data == ADD_FEEDS and asked.document is not None:
            outlines = await self._outlines(asked.document, tr)
            start(self._add_feeds(tr, message, outlines, user_id))
        return ""

    async def _take_document(
        self, tr: Translator, update: Update, message: Message, document: Document, context: Context
    ) -> None:
        """Save a document, or ask about a list of feeds, and say what is wrong with either."""
        user = message.from_user
        try:
            if _is_opml(document):
                await send_page(message, _feeds_page(tr, await self._outlines(document, tr)))
                return
            content = await self._fetch(document, tr)
            name = safe_name(document.file_name or "", document.mime_type or "") or ""
            saved, watched = await self._save(tr, name, content, user.id if user else None)
        except BotError as error:
            line = tr("The file was not taken in: {problem}.", problem=shorten(str(error), 300))
            await send_reply(message, [escape(line, quote=False)])
            return
        live = await Live.begin(message, escape(tr("Saved. Indexing it …"), quote=False))
        work = self._index(tr, live, saved, watched)
        context.application.create_task(work, update=update)

    async def _offer(self, tr: Translator, message: Message) -> None:
        """Ask what to do with a text."""
        if message.media_group_id:
            self._albums.append(message.media_group_id)
        await send_page(message, render_offer(tr, forwarded_of(message)))

    async def _fetch(self, document: Document, tr: Translator) -> bytes:
        """Fetch a document. Raises UploadError."""
        limit = tr.number(MOST_BYTES // MEGABYTE)
        too_big = tr(
            "bots may fetch no more than {limit} MB; split it, or send a link", limit=limit
        )
        if (document.file_size or 0) > MOST_BYTES:
            raise UploadError(too_big)
        try:
            async with self._fetching:
                file = await document.get_file()
                return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            if "too big" in str(error).lower():
                raise UploadError(too_big) from None
            logger.warning("A document could not be fetched: %s", type(error).__name__)
            raise UploadError(tr("Telegram did not hand it over; please send it again")) from None

    async def _save(
        self, tr: Translator, name: str, content: bytes, user_id: int | None
    ) -> tuple[Saved, Watched]:
        """Keep a file in the folder of uploads. Raises UploadError, StoreError.

        The folder is then to be read afresh: a file that was there already may hold what was
        taken out since, and another visit may have come across a new one's problem.
        """
        try:
            watched = await uploads_source(self._collection)
            saved = await asyncio.to_thread(save, Path(watched.source.location), name, content)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UploadError(
                tr("it can't be kept ({reason}); check the data folder's disk", reason=reason)
            ) from None
        await self._access.note(user_id, "add", file=saved.path.name, fresh=saved.fresh)
        return saved, afresh(watched)

    async def _index(self, tr: Translator, live: Live, saved: Saved, watched: Watched) -> None:
        """Read a saved file and tell what it gave; by its name, for others may read it first."""
        key, source_id = saved.path.name, watched.source.id

        def named(source: Source, of: str) -> bool:
            return source.id == source_id and (of == key or of.startswith(f"{key}:"))

        ended = await run_sync(tr, live, self._reloader, sources=[watched], named=named)
        if isinstance(ended, Failed):
            await live.end(Page(render_failure(tr, ended.problem)))
            return
        articles = self._store.articles
        ids = await articles.of_file(source_id, key)
        first = [(one.id, one.title) for one in await articles.load(ids[:TITLES])]
        lines = [] if saved.fresh else [tr("I have this very file already.")]
        for problem in ended.report.problems:
            if problem.location.startswith(str(saved.path)):
                told = f"{problem.problem}; {problem.remedy}" if problem.remedy else problem.problem
                lines.append(told)
        if not ids:
            # Else it would be read again in vain whenever another file comes.
            await asyncio.to_thread(saved.path.unlink, missing_ok=True)
            lines.append(tr("The file is not kept."))
        await live.end(render_taken(tr, first, len(ids), lines))

    async def _outlines(self, document: Document, tr: Translator) -> list[Outline]:
        """Fetch and read a list of feeds. Raises BotError."""
        return await asyncio.to_thread(parse_opml, await self._fetch(document, tr))

    async def _add_feeds(
        self, tr: Translator, message: Message, outlines: list[Outline], user_id: int
    ) -> None:
        added = await add_outlines(self._collection, outlines)
        await self._access.note(user_id, "add", sources=[one.source.id for one in added])
        live = Live(message, message, "")
        said = tr.plural("{count} source was added.", "{count} sources were added.", len(added))
        there = len(outlines) - len(added)
        lines = [said]
        if there:
            lines.append(
                tr.plural("{count} was there already.", "{count} were there already.", there)
            )
        ended = await run_sync(tr, live, self._reloader, sources=added)
        if isinstance(ended, Failed):
            await live.end(Page(f"{said}\n{render_failure(tr, ended.problem)}"))
            return
        changes = [change for change in ended.report.changes if change.kind == "added"]
        first = [(change.article_id, change.title) for change in changes[:TITLES]]
        lines += [str(problem) for problem in ended.report.problems]
        await live.end(render_taken(tr, first, len(changes), lines))


def _is_opml(document: Document) -> bool:
    return (document.file_name or "").lower().endswith(".opml")


def _is_wanted(document: Document) -> bool:
    known = safe_name(document.file_name or "", document.mime_type or "")
    return _is_opml(document) or known is not None


def _feeds_page(tr: Translator, outlines: list[Outline]) -> Page:
    if not outlines:
        return Page(escape(tr("The list names no feed."), quote=False))
    asked = tr.plural(
        "The list names {count} source. Shall I add it and read it?",
        "The list names {count} sources. Shall I add and read those that aren't there yet?",
        len(outlines),
    )
    names = [f"• {shorten(one.name or one.location, 80)}" for one in outlines[:TITLES]]
    if len(outlines) > TITLES:
        names.append(tr("… and {count} more", count=tr.number(len(outlines) - TITLES)))
    buttons = (Button(tr("Add them"), ADD_FEEDS), Button(tr("Cancel"), LEAVE_FEEDS))
    return Page(escape("\n".join([asked, *names]), quote=False), (buttons,))
