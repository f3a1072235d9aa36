"""RSS (0.9x, 1.0, 2.0) and Atom, read with feedparser from bytes. Pure."""

from __future__ import annotations

import calendar
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import feedparser

from bot.sources.feed_xml import whole_feed
from bot.sources.problems import ContentError
from bot.sources.texts import paragraphs_of_html
from bot.sources.xml_text import xml_text
from retrieval.readers.identity import canonical_url
from retrieval.readers.wording import clean_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ENTRIES = 500
CLOCK_SKEW = timedelta(days=1)

_LONGEST_TITLE = 300
_LONGEST_NAME = 80
_LONGEST_KEY = 500
_NO_FEED = "it is no RSS or Atom feed"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry. `key` is its guid, else its link, else its digest; dates are in UTC or None.

    `paragraphs` are its text, clean; `fingerprint` changes when anything of the entry does.
    """

    key: str
    fingerprint: str
    url: str | None
    title: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    published: datetime | None

    @property
    def length(self) -> int:
        """The characters of the entry's text."""
        return sum(map(len, self.paragraphs))


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its entries in its own order, without repetitions, and what was amiss with it."""

    title: str
    language: str | None
    entries: tuple[FeedEntry, ...]
    notes: tuple[str, ...] = ()


def parse_feed(data: bytes, *, url: str, now: datetime, content_type: str = "") -> Feed:
    """Read a feed that was fetched from `url`. Takes its first 500 entries.

    Entries dated more than a day after `now` are undated, with a note; those a little ahead are
    of now. Raises ContentError if this is no feed, or one that could only do harm.
    """
    whole = whole_feed(xml_text(data, content_type=content_type), entries=MAX_ENTRIES)
    parsed = _parsed(whole.data, url)
    if not parsed.get("version"):
        raise ContentError(_NO_FEED, "newsdesk sources add finds out what an address is")
    notes = ["its XML is broken; what could be read was taken"] if whole.mended else []
    if whole.cut:
        notes.append(f"it has more than {MAX_ENTRIES} entries; the first of them were taken")
    reading = _Reading(url, now)
    entries = {entry.key: entry for entry in map(reading.entry, reversed(parsed["entries"]))}
    if reading.future:
        notes.append(
            f"{reading.future} of its entries are dated in the future and count as undated"
        )
    feed = parsed["feed"]
    return Feed(
        title=shorten(_line(feed.get("title")), _LONGEST_NAME),
        language=_line(feed.get("language")).lower() or None,
        entries=tuple(reversed(entries.values())),
        notes=tuple(notes),
    )


def _parsed(data: bytes, url: str) -> Any:
    # A stream: feedparser takes bytes and strings for names of files or addresses first.
    stream = io.BytesIO(data)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        return feedparser.parse(
            stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError):
        # What feedparser trips over depends on the feed; it names no errors of its own.
        raise ContentError(_NO_FEED) from None


class _Reading:
    """One pass over the entries, counting those from the future."""

    def __init__(self, url: str, now: datetime) -> None:
        self._url = url
        self._now = now
        self.future = 0

    def entry(self, raw: Any) -> FeedEntry:
        """Make an entry of what feedparser made of it."""
        title = shorten(_line(raw.get("title")), _LONGEST_TITLE)
        if "<" in title or "&" in title:  # titles of type html come with their markup
            title = shorten(clean_line(" ".join(paragraphs_of_html(title))), _LONGEST_TITLE)
        link = self._link(raw)
        paragraphs = tuple(paragraphs_of_html(_longest_content(raw)))
        digest = _digest(title, link or "", *paragraphs, str(dict.get(raw, "updated", "")))
        guid = _line(raw.get("id"))
        key = guid or link or digest
        return FeedEntry(
            key=key if len(key) <= _LONGEST_KEY else _digest(key),
            fingerprint=digest,
            url=link,
            title=title,
            paragraphs=paragraphs,
            authors=tuple(dict.fromkeys(_authors(raw))),
            published=self._date(raw),
        )

    def _link(self, raw: Any) -> str | None:
        """Return the entry's address; a guid that is an address will do (RSS permalinks)."""
        for written in (raw.get("link"), raw.get("id")):
            if isinstance(written, str) and written.strip():
                try:
                    url = canonical_url(urljoin(self._url, written.strip()))
                except ValueError:
                    continue
                if url and (written is raw.get("link") or "://" in written):
                    return url
        return None

    def _date(self, raw: Any) -> datetime | None:
        for name in ("published_parsed", "updated_parsed", "created_parsed"):
            written = dict.get(raw, name)  # feedparser's own `get` takes one date for another
            if written is None:
                continue
            try:
                moment = datetime.fromtimestamp(calendar.timegm(written), UTC)
            except (ValueError, OverflowError, OSError, TypeError):
                continue
            if moment > self._now + CLOCK_SKEW:
                self.future += 1
                return None
            return min(moment, self._now)
        return None


def _longest_content(raw: Any) -> str:
    candidates = [part.get("value") for part in raw.get("content", [])]
    candidates.append(raw.get("summary"))
    return max((text for text in candidates if isinstance(text, str)), key=len, default="")


def _authors(raw: Any) -> Iterator[str]:
    for author in raw.get("authors", []):
        if name := shorten(_line(author.get("name")), _LONGEST_NAME):
            yield name


def _line(value: object) -> str:
    return clean_line(value) if isinstance(value, str) else ""


def _digest(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()
