"""Sitemaps (sitemaps.org) and their indexes, news dates included, packed or not. Pure."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.sources.decompressing import TooLargeError, gunzip
from bot.sources.problems import ContentError
from bot.sources.xml_text import xml_text
from retrieval.readers.dates import parse_date
from retrieval.readers.identity import canonical_url
from retrieval.readers.wording import clean_line

if TYPE_CHECKING:
    from datetime import datetime

MAX_URLS = 50_000  # the protocol's own limit
MAX_SITEMAPS = 50
_GZIP = b"\x1f\x8b"
_NO_SITEMAP = "it is no sitemap"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a sitemap names. `changed` is its lastmod, else its day of publication."""

    url: str
    changed: datetime | None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The pages of a sitemap, or, of an index, the sitemaps it names; newest first."""

    pages: tuple[Page, ...] = ()
    sitemaps: tuple[Page, ...] = ()


def parse_sitemap(
    data: bytes, *, url: str, now: datetime, max_bytes: int, content_type: str = ""
) -> Sitemap:
    """Read a sitemap that was fetched from `url`; `max_bytes` bounds what .gz unpacks to.

    Undated pages come after the dated ones, in the sitemap's order. Takes 50,000 pages, or 50
    sitemaps. Raises ContentError if this is no sitemap.
    """
    root = _root(_unpacked(data, max_bytes), content_type)
    kind = _local(root)
    if kind not in ("urlset", "sitemapindex"):
        raise ContentError(_NO_SITEMAP)
    limit = MAX_URLS if kind == "urlset" else MAX_SITEMAPS
    pages: dict[str, Page] = {}
    for element in root:
        page = _page(element, url, now)
        if page is not None:
            pages.setdefault(page.url, page)
    newest = sorted(
        pages.values(), key=lambda page: -page.changed.timestamp() if page.changed else 1e12
    )[:limit]
    if kind == "urlset":
        return Sitemap(pages=tuple(newest))
    return Sitemap(sitemaps=tuple(newest))


def _unpacked(data: bytes, max_bytes: int) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        return gunzip(data, limit=max_bytes)
    except TooLargeError:
        raise ContentError(
            f"unpacked, it has more than {max_bytes} bytes",
            "NEWSDESK_FETCH_MAX_BYTES sets the limit",
        ) from None
    except (OSError, EOFError, zlib.error):
        raise ContentError("its packed data is damaged") from None


def _root(data: bytes, content_type: str) -> Element:
    try:
        root: Element = fromstring(xml_text(data, content_type=content_type).encode("utf-8"))
    except (ParseError, DefusedXmlException, LookupError, ValueError, RecursionError):
        raise ContentError(_NO_SITEMAP) from None
    return root


def _page(element: Element, base: str, now: datetime) -> Page | None:
    fields: dict[str, str] = {}
    for part in element.iter():
        if part.text and part.text.strip():
            fields.setdefault(_local(part), part.text.strip())
    try:
        url = canonical_url(urljoin(base, fields.get("loc", "")))
    except ValueError:
        return None
    if not fields.get("loc") or url is None:
        return None
    written = fields.get("lastmod") or fields.get("publication_date") or ""
    return Page(url, parse_date(written, fetched=now), clean_line(fields.get("title", "")))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
