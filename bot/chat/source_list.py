"""What is watched, as pages for Telegram. Pure."""

from __future__ import annotations

from datetime import UTC
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.chat.browsing import SourceList, data_of, one_message
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Page, count_pages, shorten, turning, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.translations import Translator
    from bot.store.records import Source, Watched

PER_PAGE = 8
NAME_UNITS, PROBLEM_UNITS = 120, 200


def render_sources(tr: Translator, watched: Sequence[Watched], page: int, *, admin: bool) -> Page:
    """Return a page of sources; what is wrong with one is for admins alone."""
    if not watched:
        return Page(one_message([[Block((Run(tr("No sources are watched.")),))]]))
    pages = count_pages(len(watched), PER_PAGE)
    page = within(page, pages)
    counted = tr.plural("{count} source", "{count} sources", len(watched))
    sections = [[Block((Run(tr("Sources"), bold=True), Run(f" ({counted})")))]]
    for one in watched[page * PER_PAGE : (page + 1) * PER_PAGE]:
        block = [Block((Run(public_name(one.source), bold=True),))]
        block.append(Block((Run(facts(tr, one)),), gap=LINE))
        if admin and one.state.problem:
            problem = shorten(one.state.problem, PROBLEM_UNITS)
            block.append(Block((Run(tr("Problem: {text}", text=problem), italic=True),), gap=LINE))
        sections.append(block)
    return Page(one_message(sections), turning(page, pages, lambda to: data_of(SourceList(to))))


def public_name(source: Source) -> str:
    """Return a source's name without what only the operator should see: folders, logins, keys.

    A source without a name of its own is called by its location: of a path the last part is
    shown, of an address host and path.
    """
    if source.name != source.location:
        return shorten(source.name, NAME_UNITS)
    if source.kind in {"folder", "file"}:
        return shorten(PurePath(source.location).name or source.kind, NAME_UNITS)
    try:
        parts = urlsplit(source.location)
        return shorten(f"{parts.hostname or source.kind}{parts.path}", NAME_UNITS)
    except ValueError:
        return source.kind


def facts(tr: Translator, watched: Watched) -> str:
    """Return kind, number of articles and last visit as a line."""
    checked = watched.state.checked
    if checked is None:
        when = tr("not checked yet")
    else:
        moment = checked.astimezone(UTC)
        when = tr("checked {day}, {time} UTC", day=tr.date(moment.date()), time=f"{moment:%H:%M}")
    parts = [
        _kind(tr, watched.source),
        tr.plural("{count} article", "{count} articles", watched.articles),
        when if watched.source.enabled else tr("paused"),
    ]
    return ", ".join(parts)


def _kind(tr: Translator, source: Source) -> str:
    match source.kind:
        case "folder":
            return tr("folder")
        case "file":
            return tr("file")
        case "feed":
            return tr("feed")
        case "sitemap":
            return tr("sitemap")
        case "link":
            return tr("page")
