"""robots.txt as RFC 9309 has it, read with protego and kept for a day."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from bot.sources.problems import FetchError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

PRODUCT = "Newsdesk"
KEPT = timedelta(days=1)
KEPT_UNREACHABLE = timedelta(minutes=15)
MAX_ROBOTS_BYTES = 512 * 1024  # RFC 9309 asks for at least 500 KiB
_MANY_SITES = 1000


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a site says. `rules` is None when it could not be asked; `until` when to ask again."""

    rules: Protego | None
    until: datetime
    error: FetchError | None = None


class Robots:
    """Asks each site once a day what may be fetched there.

    `fetch` gets robots.txt and follows its redirects, without asking Robots in turn; it raises
    FetchError. As RFC 9309 says: an answer of 4xx allows everything; one of 5xx, or none, denies
    everything until it can be read (asked again after a quarter of an hour).
    """

    def __init__(
        self, fetch: Callable[[str], Awaitable[bytes]], *, clock: Callable[[], datetime]
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._sites: dict[str, asyncio.Future[_Rules]] = {}

    async def check(self, url: str) -> float | None:
        """Return the site's Crawl-delay in seconds, if it names one.

        Raises RefusedError if the site does not want `url` fetched, FetchError if it cannot say.
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        found = await self._rules(site)
        if found.rules is None:
            raise _unanswered(url, found.error)
        if not found.rules.can_fetch(url, PRODUCT):
            raise RefusedError(
                url, "the site's robots.txt doesn't allow it", "ask the site, or remove the source"
            )
        return found.rules.crawl_delay(PRODUCT)

    async def _rules(self, site: str) -> _Rules:
        known = self._sites.get(site)
        if known is not None and (not known.done() or self._fresh(known)):
            return await asyncio.shield(known)
        if len(self._sites) >= _MANY_SITES:
            self._sites.clear()
        task = asyncio.ensure_future(self._ask(site))
        self._sites[site] = task
        return await asyncio.shield(task)

    def _fresh(self, known: asyncio.Future[_Rules]) -> bool:
        if known.cancelled() or known.exception() is not None:
            return False
        return self._clock() < known.result().until

    async def _ask(self, site: str) -> _Rules:
        try:
            body = await self._fetch(f"{site}/robots.txt")
        except FetchError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return _Rules(Protego.parse(""), self._clock() + KEPT)
            return _Rules(None, self._clock() + KEPT_UNREACHABLE, error)
        text = body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
        return _Rules(Protego.parse(text), self._clock() + KEPT)


def _unanswered(url: str, error: FetchError | None) -> FetchError:
    reason = error.problem.removeprefix(f"{error.url}: ") if error else "no answer"
    problem = f"its robots.txt can't be read ({reason})"
    if isinstance(error, RefusedError):
        own = urlsplit(error.url).netloc == urlsplit(url).netloc
        return RefusedError(url, reason if own else problem, error.remedy)
    wait = error.retry_after if error else None
    return FetchError(url, problem, "it is asked again later", retry_after=wait)
