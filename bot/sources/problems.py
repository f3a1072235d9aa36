"""What can go wrong with a source, as one line each.

BotError
└── SourceError             something about a source
    ├── FetchError          a page, feed or sitemap could not be fetched
    │   └── RefusedError    it may not be fetched: its address, its scheme, robots.txt
    └── ContentError        what was fetched or read is not what it should be
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from bot.errors import BotError
from retrieval.readers.wording import clean_line, shorten

if TYPE_CHECKING:
    from datetime import timedelta

_LONGEST_URL = 300
_LONGEST_PROBLEM = 300


class SourceError(BotError):
    """Something about a source; `str()` is one line."""


class FetchError(SourceError):
    """Something could not be fetched.

    `url` is without credentials; `status` is the server's answer if it gave one; `retry_after`
    how long it asked to be left alone.
    """

    def __init__(
        self,
        url: str,
        problem: str,
        remedy: str = "",
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        self.url = shown_url(url)
        self.status = status
        self.retry_after = retry_after
        super().__init__(clean_line(f"{self.url}: {shorten(problem, _LONGEST_PROBLEM)}"), remedy)

    @property
    def passing(self) -> bool:
        """Whether the same request may well succeed later."""
        return self.status is None or self.status in {408, 425, 429} or self.status >= 500


class RefusedError(FetchError):
    """Newsdesk does not fetch this: its rules or the site's are against it."""

    @property
    def passing(self) -> bool:
        """Return False: the same rules hold next time."""
        return False


class ContentError(SourceError):
    """A body is no feed, sitemap, OPML or page, or a hostile one."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One logged line: where, what, and how to mend it. The rest of the source goes on."""

    location: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        """Say it in one line for a person."""
        told = f"{self.location}: {self.problem}" if self.location else self.problem
        return clean_line(f"{told}; {self.remedy}" if self.remedy else told)


def shown_url(url: str) -> str:
    """Return `url` as it may be shown: on one line, without credentials, not endlessly long."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        bare = urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    except ValueError:
        bare = url.rpartition("@")[2]
    return shorten(clean_line(bare), _LONGEST_URL)
