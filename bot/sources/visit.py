"""What one visit to a source is given, and what it leaves behind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from bot.sources.fetching import Fetched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, timedelta

    from bot.sources.fetching import Fetcher, NotModified
    from bot.sources.problems import FetchError
    from bot.store.records import Watched
    from retrieval.readers import ReadItem

PageReader: TypeAlias = "Callable[[bytes, str, datetime], Iterator[ReadItem]]"
"""Reads the article of a page: its bytes, its address, when it was fetched. Never raises."""


def _none(_url: str) -> bool:
    return False


_MOST_PASSED = 1000
_MOST_MISSES = 5
_PASSED = "passed:"


@dataclass(slots=True)
class Visit:
    """One visit. `known` maps the keys of what the source brought before to fingerprints.

    What is to be remembered starts as the last visit left it. `unfinished` says that something
    is to be tried again, so that the next visit mustn't be told "not modified"; `wait` how long a
    server asked to be left alone; `misses` counts pages in a row that didn't come; `barred` knows
    the addresses of articles that were taken out and needn't be fetched.
    """

    watched: Watched
    fetcher: Fetcher
    known: Mapping[str, str]
    now: datetime
    read_page: PageReader
    barred: Callable[[str], bool] = _none
    etag: str | None = field(init=False)
    modified: str | None = field(init=False)
    fingerprint: str | None = field(init=False)
    keys: frozenset[str] | None = None
    unfinished: bool = False
    wait: timedelta | None = None
    misses: int = 0

    def __post_init__(self) -> None:
        """Begin with what the last visit remembered."""
        state = self.watched.state
        self.etag, self.modified = state.etag, state.modified
        self.fingerprint = state.fingerprint

    @property
    def location(self) -> str:
        """Where the source is."""
        return self.watched.source.location

    @property
    def discouraged(self) -> bool:
        """Whether to ask for no more pages until the next visit."""
        return self.wait is not None or self.misses >= _MOST_MISSES

    def heed(self, error: FetchError | None) -> None:
        """Note how asking for a page went."""
        self.misses = self.misses + 1 if error is not None and error.passing else 0
        if error is not None and error.retry_after is not None:
            self.wait = error.retry_after

    async def fetch(self) -> Fetched | NotModified:
        """Fetch the source itself if it changed since the last visit. Raises FetchError."""
        got = await self.fetcher.fetch(self.location, etag=self.etag, modified=self.modified)
        if isinstance(got, Fetched):
            self.etag, self.modified = got.etag, got.modified
        else:
            self.etag, self.modified = got.etag or self.etag, got.modified or self.modified
        return got


class PassedOver:
    """Items that gave no article for good: they are not tried again while they stay the same.

    Kept in the source's fingerprint as short digests, the last thousand.
    """

    def __init__(self, fingerprint: str | None) -> None:
        kept = (fingerprint or "").removeprefix(_PASSED)
        self._digests = dict.fromkeys(kept.split() if kept != fingerprint else ())

    def __contains__(self, item: str) -> bool:
        return _short(item) in self._digests

    def add(self, item: str) -> None:
        """Remember an item, such as a key with its fingerprint."""
        self._digests[_short(item)] = None

    def fingerprint(self) -> str | None:
        """Return what to keep, or None if there is nothing."""
        last = list(self._digests)[-_MOST_PASSED:]
        return f"{_PASSED}{' '.join(last)}" if last else None


def _short(item: str) -> str:
    return hashlib.blake2b(item.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
