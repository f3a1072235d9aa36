"""A feed → arrivals: the entry's own text, or the page behind it if that is only a summary."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.sources.events import Expected, KeptOut, Unchanged
from bot.sources.feeds import parse_feed
from bot.sources.fetching import Fetched
from bot.sources.pages import moved, page_text
from bot.sources.problems import Problem
from bot.sources.running import each
from bot.sources.visit import PassedOver
from bot.store.records import Arrival
from retrieval.readers import DEFAULT_LANGUAGE, Origin
from retrieval.readers.building import build_article
from retrieval.readers.fields import Fields
from retrieval.readers.identity import url_host

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from bot.sources.events import Step
    from bot.sources.feeds import Feed, FeedEntry
    from bot.sources.pages import PageText
    from bot.sources.visit import Visit
    from retrieval.types import Article

SUMMARY_CHARACTERS = 600
PAGES_A_VISIT = 200
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class _Read:
    """An entry and, if its page was asked for, what that gave."""

    entry: FeedEntry
    page: PageText | None


async def visit_feed(visit: Visit) -> AsyncGenerator[Step, None]:
    """Read the entries that are new or changed.

    Raises FetchError or ContentError if the feed itself is not to be had.
    """
    got = await visit.fetch()
    if not isinstance(got, Fetched):
        yield Unchanged(len(visit.known))
        return
    if got.moved:
        yield moved(visit.location, got.moved)
    feed = await asyncio.to_thread(
        parse_feed, got.body, url=got.url, now=visit.now, content_type=got.content_type
    )
    for note in feed.notes:
        yield Problem(visit.location, note)
    visit.keys = frozenset(entry.key for entry in feed.entries)
    async with aclosing(_read(visit, feed)) as steps:
        async for step in steps:
            yield step


async def _read(visit: Visit, feed: Feed) -> AsyncGenerator[Step, None]:
    passed = PassedOver(visit.fingerprint)
    new = [entry for entry in feed.entries if _is_new(entry, visit, passed)]
    if len(feed.entries) > len(new):
        yield Unchanged(len(feed.entries) - len(new))
    for url in {entry.url for entry in new if entry.url and visit.barred(entry.url)}:
        yield KeptOut(url)
    new = [entry for entry in new if not (entry.url and visit.barred(entry.url))]
    yield Expected(len(new))

    pages = 0

    async def read(entry: FeedEntry) -> _Read:
        nonlocal pages
        if entry.length >= SUMMARY_CHARACTERS or entry.url is None:
            return _Read(entry, None)
        if visit.discouraged or pages >= PAGES_A_VISIT:  # its own text must do till next time
            return _Read(entry, None)
        pages += 1
        page = await page_text(visit.fetcher, entry.url, read_page=visit.read_page, now=visit.now)
        visit.heed(page.error)
        return _Read(entry, page)

    async with aclosing(each(new, read, width=_AT_ONCE)) as entries:
        async for found in entries:
            for step in _told(visit, feed, found, passed):
                yield step
    visit.fingerprint = passed.fingerprint()


def _told(visit: Visit, feed: Feed, found: _Read, passed: PassedOver) -> Sequence[Step]:
    """Say what became of an entry. One whose page may come later is tried again next time."""
    entry, page = found.entry, found.page
    shortened = entry.length < SUMMARY_CHARACTERS and entry.url is not None
    again = page.passing if page is not None else shortened
    steps: list[Step] = list(page.problems) if page is not None else []
    visit.unfinished = visit.unfinished or again
    fingerprint = "" if again else entry.fingerprint
    if page is not None and page.article is not None:
        steps.append(Arrival(_completed(page.article, entry), entry.key, fingerprint))
    elif entry.paragraphs:
        steps.append(Arrival(_article(visit, feed, entry), entry.key, fingerprint))
    else:
        if page is None:
            steps.append(Problem(visit.location, f'its entry "{entry.title}" has no text'))
        if not again:
            passed.add(entry.key + entry.fingerprint)
    return steps


def _is_new(entry: FeedEntry, visit: Visit, passed: PassedOver) -> bool:
    known = visit.known.get(entry.key)
    return known != entry.fingerprint and entry.key + entry.fingerprint not in passed


def _completed(article: Article, entry: FeedEntry) -> Article:
    """Add to a page's article what the page doesn't say but the feed does."""
    return replace(
        article,
        published=article.published or entry.published,
        authors=article.authors or entry.authors,
    )


def _article(visit: Visit, feed: Feed, entry: FeedEntry) -> Article:
    source = feed.title or url_host(visit.location)
    fields = Fields(
        title=entry.title or None,
        url=entry.url,
        source=source or None,
        authors=entry.authors,
        published=entry.published,
        language=feed.language or DEFAULT_LANGUAGE,
    )
    origin = Origin(f"{visit.location}#{entry.key}", None, visit.now)
    return build_article(fields, entry.paragraphs, origin, own_file=True)
