"""/add and /source: where articles come from, tended by admins."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

from telegram import Message
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.chat.paging import Page, shorten
from bot.chat.reloading import render_event, render_failure
from bot.chat.tending import (
    TITLES,
    SourcePress,
    opening,
    render_source_removal,
    render_taken,
    render_tended,
    source_press,
)
from bot.collection.adding import Found, Refused, add_address, settle
from bot.collection.events import Failed
from bot.collection.naming import one_article
from bot.errors import BotError
from bot.sources.detecting import is_address
from bot.sources.problems import shown_url
from bot.store.errors import UnknownSourceError
from bot.telegram.admin_presses import for_admins
from bot.telegram.lookup import after_command
from bot.telegram.messenger import send_reply
from bot.telegram.pages import send_page, turn_page
from bot.telegram.progress import Live, run_sync

if TYPE_CHECKING:
    from telegram import CallbackQuery, Update

    from bot.chat.translations import Translator
    from bot.collection.events import SyncReport
    from bot.collection.reloading import Reloader
    from bot.store.records import Watched
    from bot.telegram.access import Access
    from bot.telegram.admin_presses import Context
    from bot.telegram.ports import App
    from retrieval.types import Article

MOST_LINKS = 20  # of one /add


class Tending:
    """Commands and buttons for sources. What a button needs is in its data."""

    def __init__(self, reloader: Reloader, access: Access) -> None:
        self._reloader = reloader
        self._collection = reloader.collection
        self._store = reloader.collection.store
        self._access = access

    def register(self, application: App) -> None:
        """Add the commands. They must not hold up their chat's other messages."""
        new, guarded = filters.UpdateType.MESSAGE, self._access.guarded
        press = for_admins(self._access, self._store, self.pressed)
        application.add_handlers(
            [
                CommandHandler("add", guarded(self.add), filters=new, block=False),
                CommandHandler("source", guarded(self.source), filters=new, block=False),
                CallbackQueryHandler(press, pattern=r"^c:[lprvxsg]:"),
            ]
        )

    async def add(self, tr: Translator, message: Message) -> None:
        """Add the links after the command as sources, and index them at once."""
        await self._add(tr, message, after_command(message).split())

    async def source(self, tr: Translator, message: Message) -> None:
        """List the sources, or do to one what the words after the command say."""
        order, _, rest = after_command(message).partition(" ")
        wanted = rest.strip()
        match order.lower():
            case "" | "list":
                await send_page(message, await self._list(tr, 0, private=_is_private(message)))
            case "add":
                await self._add(tr, message, wanted.split())
            case "pause" | "resume" | "remove" as deed if wanted:
                await self._do(tr, message, deed, wanted)
            case _:
                await send_reply(message, [_usage(tr)])

    async def pressed(
        self, tr: Translator, update: Update, query: CallbackQuery, context: Context
    ) -> str:
        """Do what a button below the list asks for; returns a notice."""
        press, message = source_press(query.data or ""), query.message
        if press is None or not isinstance(message, Message):
            return tr("This button no longer works.")
        private = _is_private(message)
        try:
            watched = await self._store.sources.get(press.source_id) if press.source_id else None
        except UnknownSourceError:
            await turn_page(query, await self._list(tr, press.page, private=private))
            return tr("That source is gone.")
        user_id = query.from_user.id
        start = partial(context.application.create_task, update=update)
        match press.deed:
            case "x" if watched:
                await turn_page(query, render_source_removal(tr, watched, press.page))
            case "v" if watched:
                start(self._visit(tr, message, watched))
            case "g" if watched:
                start(self._remove_with_articles(tr, message, watched, user_id))
            case _:
                note = await self._change(tr, watched, press, user_id) if watched else ""
                page = await self._list(tr, press.page, private=private, note=note)
                await turn_page(query, page)
        return ""

    async def _change(
        self, tr: Translator, watched: Watched, press: SourcePress, user_id: int | None
    ) -> str:
        """Pause, resume or remove a source, its articles stay; returns what was done."""
        source, sources = watched.source, self._store.sources
        name = shorten(source.name, 80)
        match press.deed:
            case "p":
                await sources.disable(source.id)
                deed, said = "source pause", tr("Paused: {name}", name=name)
            case "r":
                await sources.enable(source.id)
                deed, said = "source resume", tr("Resumed: {name}", name=name)
            case _:
                await sources.remove(source.id)
                deed, said = "source remove", tr("Removed: {name}. Its articles stay.", name=name)
        await self._access.note(user_id, deed, source=source.id, name=name)
        return said

    async def _do(self, tr: Translator, message: Message, deed: str, wanted: str) -> None:
        try:
            watched = await self._store.sources.get(wanted)
        except UnknownSourceError as error:
            line = tr("There is no such source: {problem}.", problem=error.problem)
            await send_reply(message, [escape(line, quote=False)])
            return
        if deed == "remove":
            await send_page(message, render_source_removal(tr, watched, 0))
            return
        press = SourcePress("p" if deed == "pause" else "r", 0, watched.source.id)
        user = message.from_user
        said = await self._change(tr, watched, press, user.id if user else None)
        await send_reply(message, [escape(said, quote=False)])

    async def _visit(self, tr: Translator, message: Message, watched: Watched) -> None:
        name = shorten(watched.source.name, 80)
        said = tr("Visiting {name} …", name=name)
        live = await Live.begin(message, escape(said, quote=False))
        ended = await run_sync(tr, live, self._reloader, sources=[watched])
        await live.end(Page(render_event(tr, ended)))

    async def _remove_with_articles(
        self, tr: Translator, message: Message, watched: Watched, user_id: int
    ) -> None:
        source = watched.source
        gone = await self._store.sources.remove(source.id, keep_articles=False)
        name = shorten(source.name, 80)
        await self._access.note(
            user_id, "source remove", source=source.id, name=name, articles=len(gone)
        )
        went = tr.plural(
            "{count} article went with it.", "{count} articles went with it.", len(gone)
        )
        said = " ".join((tr("Removed: {name}.", name=name), went))
        live = Live(message, message, "")
        ended = await run_sync(tr, live, self._reloader, sources=[])
        html = escape(said, quote=False)
        if isinstance(ended, Failed):
            html = f"{html}\n{render_failure(tr, ended.problem)}"
        await live.end(Page(html))

    async def _list(self, tr: Translator, page: int, *, private: bool, note: str = "") -> Page:
        """Return a page of the list; in a group nobody is to read what is wrong with sources."""
        watched = await self._store.sources.list()
        return render_tended(tr, watched, page, problems=private, note=note)

    async def _add(self, tr: Translator, message: Message, links: list[str]) -> None:
        links = list(dict.fromkeys(links))
        if not links:
            line = tr("Send /add and one or more links: an article's page, a feed or a sitemap.")
            await send_reply(message, [escape(line, quote=False)])
            return
        looking = tr.plural("Looking at {count} link …", "Looking at {count} links …", len(links))
        live = await Live.begin(message, looking)
        found, there, lines = await self._look(tr, links)
        user = message.from_user
        await self._access.note(
            user.id if user else None,
            "add",
            links=[shown_url(one.watched.source.location) for one in found],
        )
        if not found:
            await live.end(_already(tr, there, lines))
            return
        ended = await run_sync(
            tr, live, self._reloader, sources=[one.watched for one in found], named=one_article
        )
        if isinstance(ended, Failed):
            await live.end(Page(render_failure(tr, ended.problem)))
            return
        lines += await settle(self._collection, found)
        lines += [tr("Already there: {title}", title=one.title) for one in there]
        articles, total = await self._taken(found, ended.report)
        lines += [
            tr("Kept out, as it was removed: {title}", title=t) for t in ended.report.kept_out
        ]
        feeds = [feed for one in found if one.new for feed in one.feeds]
        hint = ""
        if feeds:
            hint = tr("The page has a feed, which brings new articles too: {feed}", feed=feeds[0])
        await live.end(render_taken(tr, articles, total, lines, hint=hint))

    async def _taken(
        self, found: list[Found], report: SyncReport
    ) -> tuple[list[tuple[str, str]], int]:
        """Return the first articles that came, by id and title, and how many did.

        Of a new source that is all it has: another visit may have come before this one.
        """
        new = [one.watched.source.id for one in found if one.new]
        articles: dict[str, str] = {}
        total = 0
        for number in new:
            total += await self._store.articles.count(number)
            latest = await self._store.articles.latest(TITLES, source=number)
            articles |= {one.id: one.title for one in latest}
        if len(new) < len(found):
            known = [
                c for c in report.changes if c.kind != "removed" and c.article_id not in articles
            ]
            for change in known:
                of = await self._store.articles.sources_of(change.article_id)
                if not any(source.id in new for source in of):
                    total += 1
                    articles[change.article_id] = change.title
        return list(articles.items()), total

    async def _look(
        self, tr: Translator, links: list[str]
    ) -> tuple[list[Found], list[Article], list[str]]:
        """Return sources to visit, articles that are there already, and what was wrong."""
        found: dict[int, Found] = {}
        there: list[Article] = []
        lines: list[str] = []
        for link in links[:MOST_LINKS]:
            if not is_address(link):
                line = tr("{link}: not a link; write it from https:// on", link=shorten(link, 100))
                lines.append(line)
                continue
            try:
                added = await add_address(self._collection, link)
            except BotError as error:
                added = Refused(f"{shown_url(link)}: {error}")
            match added:
                case Found(watched, new):
                    found[watched.source.id] = added
                    if not new:
                        name, number = shorten(watched.source.name, 80), watched.source.id
                        line = tr("Source {number} already: {name}", number=number, name=name)
                        lines.append(line)
                case Refused(problem):
                    lines.append(problem)
                case article:
                    there.append(article)
        if len(links) > MOST_LINKS:
            lines.append(tr("I take up to {count} links at once.", count=tr.number(MOST_LINKS)))
        return list(found.values()), there, lines


def _already(tr: Translator, there: list[Article], lines: list[str]) -> Page:
    told = [tr("Already there: {title}", title=one.title) for one in there]
    page = render_taken(tr, (), 0, [*lines, *told])
    return Page(page.html, opening([(one.id, one.title) for one in there]))


def _usage(tr: Translator) -> str:
    lines = (
        tr("/source lists the sources with buttons. Or write:"),
        tr("/source add LINK"),
        tr("/source pause NUMBER or NAME"),
        tr("/source resume NUMBER or NAME"),
        tr("/source remove NUMBER or NAME"),
    )
    return escape("\n".join(lines), quote=False)


def _is_private(message: Message) -> bool:
    return message.chat.type == message.chat.PRIVATE
