"""Subscription lists: OPML 2.0 in and out. Pure.

Feeds are outlines of type "rss", as every feed reader has them; links and sitemaps are of type
"link", told apart by an attribute of Newsdesk's own. Folders and files belong to a machine and
are not exported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import (
    Element,
    ParseError,
    SubElement,
    indent,
    register_namespace,
    tostring,
)

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.sources.problems import ContentError
from bot.sources.xml_text import xml_text
from retrieval.readers.wording import clean_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.store.records import SourceKind

MAX_OUTLINES = 10_000
_OURS = "urn:newsdesk:sources"
_KIND, _EVERY, _MIRROR = (f"{{{_OURS}}}{name}" for name in ("kind", "every", "mirror"))
_LONGEST_NAME = 200
_LONGEST_EVERY = 366 * 86400

register_namespace("newsdesk", _OURS)


@dataclass(frozen=True, slots=True)
class Outline:
    """A source as a subscription list names it; `every` is in seconds, None if it isn't said."""

    kind: SourceKind
    location: str
    name: str
    every: int | None = None
    mirror: bool = False


def parse_opml(data: bytes) -> list[Outline]:
    """Return the sources of a list, those in its folders too, each location once.

    Outlines without a web address are passed over. Raises ContentError if it is no OPML.
    """
    try:
        root: Element = fromstring(xml_text(data).encode("utf-8"))
    except (ParseError, DefusedXmlException, LookupError, ValueError, RecursionError):
        raise ContentError(
            "it is no OPML file", "export the list from your feed reader again"
        ) from None
    if root.tag.lower() != "opml":
        raise ContentError("it is no OPML file", "export the list from your feed reader again")
    found: dict[str, Outline] = {}
    for outline in _outlines(root):
        found.setdefault(outline.location, outline)
        if len(found) >= MAX_OUTLINES:
            break
    return list(found.values())


def write_opml(outlines: Iterable[Outline], *, title: str = "Newsdesk sources") -> bytes:
    """Write sources as OPML 2.0 in UTF-8; folders and files are left out."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = title
    body = SubElement(root, "body")
    for outline in outlines:
        if outline.kind in ("feed", "sitemap", "link"):
            body.append(_element(outline))
    indent(root)
    written: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + written + b"\n"


def _element(outline: Outline) -> Element:
    element = Element("outline", text=outline.name)
    if outline.kind == "feed":
        element.attrib |= {"type": "rss", "title": outline.name, "xmlUrl": outline.location}
    else:
        element.attrib |= {"type": "link", "url": outline.location, _KIND: outline.kind}
    if outline.every is not None:
        element.set(_EVERY, str(outline.every))
    if outline.mirror:
        element.set(_MIRROR, "true")
    return element


def _outlines(root: Element) -> Iterator[Outline]:
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag.lower() != "outline":
            continue
        said = {name.lower(): value for name, value in element.attrib.items()}
        feed = said.get("xmlurl", "").strip()
        link = said.get("url", "").strip() if said.get("type", "").lower() == "link" else ""
        location = feed or link
        if not location.lower().startswith(("http://", "https://")):
            continue
        kind: SourceKind = "feed" if feed else "sitemap" if said.get(_KIND) == "sitemap" else "link"
        name = clean_line(said.get("text") or said.get("title") or "")
        yield Outline(
            kind=kind,
            location=location,
            name=shorten(name, _LONGEST_NAME),
            every=_seconds(said.get(_EVERY, "")),
            mirror=said.get(_MIRROR) == "true",
        )


def _seconds(written: str) -> int | None:
    if not (written.isascii() and written.isdecimal()) or len(written) > 9:
        return None
    return min(int(written), _LONGEST_EVERY) or None
