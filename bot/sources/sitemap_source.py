"""A sitemap → the articles of the pages that are new or changed, the newest first."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from bot.sources.events import Expected, KeptOut, Unchanged
from bot.sources.fetching import Fetched
from bot.sources.pages import moved, page_text
from bot.sources.problems import ContentError, FetchError, Problem
from bot.sources.running import each
from bot.sources.sitemaps import parse_sitemap
from bot.sources.visit import PassedOver
from bot.store.records import Arrival
from retrieval.readers import same_site

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from bot.sources.events import Step
    from bot.sources.pages import PageText
    from bot.sources.sitemaps import Page, Sitemap
    from bot.sources.visit import Visit

PAGES_A_VISIT = 200
_AT_ONCE = 4
_MAX_UNPACKED = 64 * 1024 * 1024  # a sitemap may have 50 MB (sitemaps.org)


async def visit_sitemap(visit: Visit) -> AsyncGenerator[Step, None]:
    """Fetch at most 200 new or changed pages; the rest follow at the next visits.

    Raises FetchError or ContentError if the sitemap itself is not to be had.
    """
    got = await visit.fetch()
    if not isinstance(got, Fetched):
        yield Unchanged(len(visit.known))
        return
    if got.moved:
        yield moved(visit.location, got.moved)
    pages: dict[str, Page] = {}
    async with aclosing(_pages(visit, await _parse(visit, got))) as listed:
        async for found in listed:
            if isinstance(found, Problem):
                visit.unfinished = True
                yield found
            else:
                pages.setdefault(found.url, found)
    foreign = [url for url in pages if not same_site(url, got.url)]
    for url in foreign:
        del pages[url]
    if foreign:
        yield Problem(visit.location, f"{len(foreign)} of its pages are of other sites; left out")
    if not visit.unfinished:
        visit.keys = frozenset(pages)
    async with aclosing(_read(visit, pages)) as steps:
        async for step in steps:
            yield step


async def _read(visit: Visit, pages: dict[str, Page]) -> AsyncGenerator[Step, None]:
    passed = PassedOver(visit.fingerprint)
    new = [page for page in pages.values() if _is_new(page, visit, passed)]
    if len(pages) > len(new):
        yield Unchanged(len(pages) - len(new))
    for page in new:
        if visit.barred(page.url):
            yield KeptOut(page.url)
    new = [page for page in new if not visit.barred(page.url)]
    new.sort(key=lambda page: page.changed.timestamp() if page.changed else 0.0, reverse=True)
    wanted, waiting = new[:PAGES_A_VISIT], len(new) - PAGES_A_VISIT
    yield Expected(len(wanted))

    async def read(page: Page) -> tuple[Page, PageText]:
        text = await page_text(visit.fetcher, page.url, read_page=visit.read_page, now=visit.now)
        return page, text

    async with aclosing(each(wanted, read, width=_AT_ONCE)) as texts:
        async for page, text in texts:
            for step in _told(visit, page, text, passed):
                yield step
            if visit.discouraged:
                break
    visit.unfinished = visit.unfinished or waiting > 0 or visit.discouraged
    visit.fingerprint = passed.fingerprint()


def _told(visit: Visit, page: Page, text: PageText, passed: PassedOver) -> Iterator[Step]:
    visit.heed(text.error)
    yield from text.problems
    if text.article is not None:
        yield Arrival(text.article, page.url, _sign(page))
    elif text.passing:
        visit.unfinished = True
    else:
        passed.add(page.url + _sign(page))


async def _pages(visit: Visit, sitemap: Sitemap) -> AsyncGenerator[Page | Problem, None]:
    """Yield the pages of a sitemap, or of the sitemaps that an index names."""
    for page in sitemap.pages:
        yield page

    async def fetch(child: Page) -> Sitemap | Problem:
        return await _child(visit, child.url)

    async with aclosing(each(sitemap.sitemaps, fetch, width=_AT_ONCE)) as children:
        async for child in children:
            for found in _listed(visit, child):
                yield found


def _listed(visit: Visit, found: Sitemap | Problem) -> Iterator[Page | Problem]:
    if isinstance(found, Problem):
        yield found
    elif found.sitemaps:
        yield Problem(visit.location, "its index names further indexes; those are left out")
    else:
        yield from found.pages


async def _child(visit: Visit, url: str) -> Sitemap | Problem:
    if not same_site(url, visit.location):
        return Problem(url, "the sitemap is of another site; left out")
    try:
        got = await visit.fetcher.fetch(url)
        if isinstance(got, Fetched):
            return await _parse(visit, got)
    except FetchError as error:
        return Problem("", error.problem, error.remedy)
    except ContentError as error:
        return Problem(url, error.problem, error.remedy)
    return Problem(url, "the server sent no sitemap")


async def _parse(visit: Visit, got: Fetched) -> Sitemap:
    return await asyncio.to_thread(
        parse_sitemap,
        got.body,
        url=got.url,
        now=visit.now,
        max_bytes=_MAX_UNPACKED,
        content_type=got.content_type,
    )


def _is_new(page: Page, visit: Visit, passed: PassedOver) -> bool:
    sign = visit.known.get(page.url)
    if sign is not None and (page.changed is None or sign == _sign(page)):
        return False
    return page.url + _sign(page) not in passed


def _sign(page: Page) -> str:
    return page.changed.isoformat() if page.changed else ""
