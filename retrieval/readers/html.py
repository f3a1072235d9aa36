"""Web pages → one article: files of HTML, and the page of an address whatever it is."""

from __future__ import annotations

import json
import re
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from retrieval.readers.building import build_article
from retrieval.readers.documents import read_document
from retrieval.readers.fields import Fields
from retrieval.readers.identity import canonical_url, same_site
from retrieval.readers.items import Origin, Skipped
from retrieval.readers.plain import paragraphs_of
from retrieval.readers.textfile import nothing_in, read_text
from retrieval.readers.wording import clean_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from retrieval.readers.items import ReadItem

_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"
_SNIFFED = 4096
_XML_ROOT = re.compile(rb"<(rss|feed|rdf:RDF|urlset|sitemapindex|opml)[\s>]")
_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|link|script|div|article|main|section|table"
    rb"|span|h[1-6]|p|br|a)[\s/>]",
    re.IGNORECASE,
)


def read_html(data: bytes, origin: Origin) -> Iterator[ReadItem]:
    """Read a saved page as one article: its main text, without what stands around it.

    Its address is the one that the page names as its own (`canonical`, `og:url`). Yields the
    article, or one `Skipped`, as for a page that holds a list of links.
    """
    return read_document("html", data, origin, address=partial(_own_address, found_at=None))


def read_page(body: bytes, url: str, fetched: datetime) -> Iterator[ReadItem]:
    """Read what an address sent: a page, a PDF, a Word document or plain text.

    The article's address is the one the page names if that is on the same site, else `url`.
    `fetched` is aware. Nothing raises. Yields the article and notes, or one `Skipped`.
    """
    origin = Origin(url, None, fetched.astimezone(UTC))
    head = body[:_SNIFFED].lstrip()
    if _PDF in head[:1024]:
        return read_document("pdf", body, origin, address=lambda _named: canonical_url(url))
    if head.startswith(_ZIP):
        return read_document("docx", body, origin, address=lambda _named: canonical_url(url))
    if _XML_ROOT.search(head):
        remedy = "add it as a feed or a sitemap"
        return iter([Skipped(url, "it is a feed or a sitemap, not a page", remedy)])
    if _TAG.search(body.replace(b"\0", b"")):  # UTF-16 has a zero byte beside each letter
        address = partial(_own_address, found_at=url)
        return read_document("html", body, origin, url=url, address=address)
    return read_text(body, origin, _plain_text)


def _plain_text(text: str, origin: Origin) -> Iterator[ReadItem]:
    if _is_json(text):
        yield Skipped(origin.path, "it is data in JSON, not a page", "name the page of an article")
        return
    paragraphs = list(paragraphs_of(clean_lines(text)))
    if not paragraphs:
        yield nothing_in(origin)
        return
    fields = Fields(url=canonical_url(origin.path))
    yield build_article(fields, paragraphs, origin, own_file=True)


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def _own_address(named: object, *, found_at: str | None) -> str | None:
    """Return the canonical form of the address that a page names as its own, if it may.

    A page may not pass for one of another site, nor for the front page of its own, which
    careless templates name on every page.
    """
    base = canonical_url(found_at) if found_at else None
    try:
        written = urljoin(base or "", str(named)) if named else ""
    except ValueError:
        written = ""
    own = canonical_url(written) if written else None
    if base is None or own is None:
        return own or base
    if not same_site(own, base) or (_is_front(own) and not _is_front(base)):
        return base
    return own


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path == "/" and not parts.query
