"""What kind of source a location is: a path by what is there, an address by what it sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin

from lxml import etree, html

from bot.sources.decompressing import TooLargeError, gunzip
from bot.sources.fetching import Fetched
from bot.sources.problems import ContentError, SourceError
from bot.sources.xml_text import xml_text
from retrieval.readers import SUFFIXES, canonical_url
from retrieval.readers.wording import clean_line, shorten

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sources.fetching import Fetcher

MAX_FEEDS = 20
_LONGEST_TITLE = 80
_SNIFFED = 64 * 1024
_GZIP = b"\x1f\x8b"
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_ROOTS: dict[str, Literal["feed", "sitemap"]] = {
    "rss": "feed",
    "feed": "feed",
    "RDF": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
}


@dataclass(frozen=True, slots=True)
class Detected:
    """What an address is. `feeds` are the feeds that a page says it has, as addresses."""

    kind: Literal["feed", "sitemap", "link"]
    title: str = ""
    feeds: tuple[str, ...] = ()


def is_address(location: str) -> bool:
    """Tell an address on the web from a path."""
    return location.lower().startswith(("http://", "https://"))


def detect_path(path: Path) -> Literal["folder", "file"]:
    """Tell a folder from a file. Raises SourceError if it is neither, or a file never read."""
    if path.is_dir():
        return "folder"
    if not path.is_file():
        raise SourceError(f"{path}: there is no such file or folder", "check the path")
    if not path.name.lower().endswith(tuple(SUFFIXES)):
        kinds = ", ".join(sorted(SUFFIXES))
        raise SourceError(
            f"{path}: files of this kind aren't read", f"convert it to one of {kinds}"
        )
    return "file"


async def detect_address(url: str, fetcher: Fetcher) -> Detected:
    """Fetch an address once and tell what it is. Raises FetchError."""
    got = await fetcher.fetch(url)
    if not isinstance(got, Fetched):
        return Detected("link")
    return detect_body(got.body, url=got.url, content_type=got.content_type)


def detect_body(body: bytes, *, url: str, content_type: str = "") -> Detected:
    """Tell a feed, a sitemap and a page apart by their root element. Pure; never raises."""
    if body.startswith(_GZIP):
        body = _first_unpacked(body)
    root, title = _root_and_title(body[:_SNIFFED], content_type)
    if root in _ROOTS:
        return Detected(_ROOTS[root], title if _ROOTS[root] == "feed" else "")
    return _page(body, url)


def _root_and_title(head: bytes, content_type: str) -> tuple[str, str]:
    """Return the local names of the first element and the text of the first title, else ""."""
    try:
        text = xml_text(head, content_type=content_type)
    except ContentError:
        return "", ""
    parser = etree.XMLPullParser(
        events=("start", "end"), recover=True, resolve_entities=False, no_network=True
    )
    root = ""
    try:
        parser.feed(text.encode("utf-8"))
        for event, element in parser.read_events():
            name = str(etree.QName(element).localname)
            root = root or name
            if event == "end" and name == "title":
                return root, shorten(clean_line(element.text or ""), _LONGEST_TITLE)
    except (etree.LxmlError, ValueError):
        pass
    return root, ""


def _first_unpacked(body: bytes) -> bytes:
    try:
        return gunzip(body, limit=64 * 1024 * 1024)
    except (TooLargeError, OSError, EOFError, ValueError):
        return b""


def _page(body: bytes, url: str) -> Detected:
    try:
        tree = etree.fromstring(body, html.HTMLParser(remove_comments=True))
    except (etree.LxmlError, ValueError):
        tree = None
    if tree is None:
        return Detected("link")
    title = tree.findtext(".//title") or ""
    feeds: dict[str, None] = {}
    for element in tree.iter("link"):
        relations = (element.get("rel") or "").lower().split()
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in relations and kind in _FEED_TYPES and element.get("href"):
            try:
                feed = canonical_url(urljoin(url, element.get("href").strip()))
            except ValueError:
                continue
            if feed is not None:
                feeds[feed] = None
    return Detected("link", shorten(clean_line(title), _LONGEST_TITLE), tuple(feeds)[:MAX_FEEDS])
