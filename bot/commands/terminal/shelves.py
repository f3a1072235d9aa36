"""The chat's commands that read the store: the latest, an article, what is watched, sources."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.chat.browsing import (
    PER_PAGE,
    article_pages,
    find_source,
    render_latest,
    render_unknown_source,
)
from bot.chat.captions import one_line
from bot.chat.paging import count_pages
from bot.commands.terminal.completing import EVERYTHING
from bot.commands.terminal.targets import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.commands.terminal.talk import Talk
    from bot.store.records import Watched

_NAMED = 10


async def look(talk: Talk, name: str, argument: str) -> None:
    """Do what a command says that reads the store. Raises StoreError."""
    match name:
        case "latest":
            await _latest(talk, argument)
        case "article":
            await _article(talk, argument)
        case "sources":
            await _sources(talk)
        case _:
            await _narrow(talk, argument)


async def _latest(talk: Talk, wanted: str) -> None:
    source = talk.source
    if wanted.casefold() == EVERYTHING:
        source = None
    elif wanted:
        source = await _source(talk, wanted)
        if source is None:
            return
    await _show_latest(talk, source, 0)


async def _show_latest(talk: Talk, source: str | None, number: int) -> None:
    from bot.chat.shelves import latest_page

    store = await talk.backstage.store()
    shown = await talk.voice.wait(latest_page(store, source, number))
    first = shown.page * PER_PAGE + 1
    seen = talk.targets if number else {}
    fresh = {n: Target(article) for n, article in enumerate(shown.articles, start=first)}
    talk.targets = {**seen, **fresh}
    talk.more = None if shown.is_last else partial(_show_latest, talk, source, shown.page + 1)
    page = render_latest(talk.tr, shown.articles, page=shown.page, total=shown.total, source=source)
    talk.voice.page(page.html)


async def _article(talk: Talk, wanted: str) -> None:
    from bot.chat.shelves import find_article

    if not wanted:
        talk.voice.note("Write /article and a title, a number shown last, or an article's id.")
        return
    number = int(wanted) if wanted.isascii() and wanted.isdigit() else 0
    titles = (await talk.backstage.known()).titles
    title = find_source(titles, wanted)
    if number in talk.targets:
        article_id = talk.targets[number].article.id
    else:
        article_id = titles[title] if title is not None else wanted
    store = await talk.backstage.store()
    shelved = await talk.voice.wait(find_article(store, article_id))
    if shelved is None:
        said = f"I know no article “{one_line(wanted)[:80]}”. "
        talk.voice.note(f"{said}Find it with /search, or press Tab after /article.")
        return
    talk.targets = {1: Target(shelved.article)}
    _turn(talk, article_pages(talk.tr, shelved.article, sources=shelved.sources))


def _turn(talk: Talk, pages: Sequence[str]) -> None:
    """Show the first of the pages; /more shows the next."""

    async def go_on() -> None:
        _turn(talk, pages[1:])

    talk.more = go_on if pages[1:] else None
    talk.voice.page(pages[0])


async def _sources(talk: Talk) -> None:
    store = await talk.backstage.store()
    _show_sources(talk, await talk.voice.wait(store.sources.list()), 0)


def _show_sources(talk: Talk, watched: Sequence[Watched], page: int) -> None:
    """Show a page; whoever has the data folder may see what is wrong with a source."""
    from bot.chat.source_list import PER_PAGE as SOURCES_PER_PAGE
    from bot.chat.source_list import render_sources

    async def go_on() -> None:
        _show_sources(talk, watched, page + 1)

    talk.more = go_on if page + 1 < count_pages(len(watched), SOURCES_PER_PAGE) else None
    talk.voice.page(render_sources(talk.tr, watched, page, admin=True).html)


async def _narrow(talk: Talk, wanted: str) -> None:
    if wanted.casefold() == EVERYTHING:
        talk.source = None
        talk.voice.note("All sources are searched.")
    elif not wanted:
        now = f"Only {talk.source} is searched." if talk.source else "All sources are searched."
        known = [one_line(name) for name in (await talk.backstage.known()).sources]
        known = known[:_NAMED]
        named = f" There are: {', '.join(known)}." if known else ""
        talk.voice.note(f"{now} /source and a name keeps to one, /source all takes all.{named}")
    elif (source := await _source(talk, wanted)) is not None:
        talk.source = source
        talk.voice.note(f"Only {source} is searched from now on; /source all takes all again.")


async def _source(talk: Talk, wanted: str) -> str | None:
    """Return the source that is meant; None, and a line on it, if it isn't clear."""
    from bot.store.shelf import Shelf

    store = await talk.backstage.store()
    names = list(await Shelf(store.database).sources())
    source = find_source(names, wanted)
    if source is None:
        talk.voice.page(render_unknown_source(talk.tr, wanted, names))
    return source
