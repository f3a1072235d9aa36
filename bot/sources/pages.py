"""Web pages → arrivals: a single link, and the pages that a sitemap names."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.sources.events import Unchanged
from bot.sources.fetching import Fetched
from bot.sources.problems import ContentError, FetchError, Problem
from bot.store.records import Arrival
from retrieval.readers import Noted, Skipped, article_id, canonical_url, same_site
from retrieval.readers.identity import url_host
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from datetime import datetime

    from bot.sources.events import Step
    from bot.sources.fetching import Fetcher
    from bot.sources.visit import PageReader, Visit


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page gave: its article, or the error that kept it, and notes."""

    article: Article | None
    problems: tuple[Problem, ...] = ()
    error: FetchError | None = None

    @property
    def passing(self) -> bool:
        """Whether it is worth trying the page again."""
        return self.error is not None and self.error.passing


async def page_text(
    fetcher: Fetcher, url: str, *, read_page: PageReader, now: datetime
) -> PageText:
    """Fetch a page and read its article. Raises nothing: what went wrong is in the result."""
    try:
        got = await fetcher.fetch(url)
    except FetchError as error:
        return PageText(None, (Problem("", error.problem, error.remedy),), error)
    if not isinstance(got, Fetched):
        problem = "the server says that it is unchanged, without having been asked"
        return PageText(None, (Problem(url, problem),))
    return await read_fetched(got, read_page=read_page, now=now)


async def read_fetched(got: Fetched, *, read_page: PageReader, now: datetime) -> PageText:
    """Read the article of a page that was fetched, in a thread."""

    def read() -> PageText:
        article: Article | None = None
        problems: list[Problem] = []
        for item in read_page(got.body, got.url, now):
            match item:
                case Article():
                    article = article or _under_own_address(item, got.url)
                case Skipped() | Noted():
                    problems.append(Problem(got.url, item.problem, item.remedy))
        if article is None and not problems:
            problems.append(Problem(got.url, "the page holds no article"))
        return PageText(article, tuple(problems))

    return await asyncio.to_thread(read)


async def visit_link(visit: Visit) -> AsyncGenerator[Step, None]:
    """Read the page that a link leads to. Raises FetchError; ContentError if it has no article."""
    got = await visit.fetch()
    if not isinstance(got, Fetched):
        yield Unchanged(1)
        return
    if got.moved:
        yield moved(visit.location, got.moved)
    text = await read_fetched(got, read_page=visit.read_page, now=visit.now)
    if text.article is None:
        first = text.problems[0]
        raise ContentError(first.problem, first.remedy)
    for problem in text.problems:
        yield problem
    visit.keys = frozenset({visit.location})
    yield Arrival(text.article, visit.location, text.article.digest)


def moved(location: str, target: str) -> Problem:
    """Say that a source has a new address."""
    return Problem(location, f"it has moved for good to {target}", "add that and remove this one")


def _under_own_address(article: Article, fetched_from: str) -> Article:
    """Keep a page from passing for one of another site by naming that as its canonical link."""
    if article.url is None or not same_site(article.url, fetched_from):
        url = canonical_url(fetched_from)
        source = article.source
        if article.url is not None and source == url_host(article.url):
            source = (urlsplit(fetched_from).hostname or source).removeprefix("www.")
        known = article_id(url=url, path=None, digest=article.digest)
        return replace(article, id=known, url=url, source=source)
    return article
