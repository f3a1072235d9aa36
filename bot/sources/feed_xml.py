"""A feed's XML, made small and whole before feedparser sees it. Pure.

feedparser reads broken XML with a lenient parser whose time is quadratic on hostile input, and
reads all entries of a feed. So broken XML is mended here first, and the rest of a feed is cut off
after so many entries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.entities import html5
from xml.parsers import expat

from lxml import etree

from bot.sources.problems import ContentError

DEEPEST = 100
MOST_ELEMENTS = 50_000
MOST_IN_ENTRY = 2_000
MOST_ATTRIBUTES = 200

_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,31});")
# A "<" that begins no tag, comment, character data or instruction, or a tag longer than any.
_LOOSE_TAG = re.compile(r"<(?!/?[A-Za-z_][^<>]{0,2000}>|!\[CDATA\[|!--|\?)")
_FIRST_TAG = re.compile(r"<[A-Za-z_][\w.:-]*")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]{0,30}):[A-Za-z_]")
_DECLARED = re.compile(r"\sxmlns:([A-Za-z_][\w.-]{0,30})\s*=")
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTRIES = frozenset({"item", "entry"})


@dataclass(frozen=True, slots=True)
class Whole:
    """Well-formed XML. `mended` says that it was not; `cut` that entries were left off."""

    data: bytes
    mended: bool
    cut: bool


def whole_feed(text: str, *, entries: int) -> Whole:
    """Return the feed with its first so many entries, as well-formed UTF-8.

    Raises ContentError if it can't be mended, or is nested deeper than any feed.
    """
    data = text.encode("utf-8")
    mended = False
    end = _scan(data, entries)
    if end is None:
        data, mended = _mended(text), True
        end = _scan(data, entries)
    if end is None:
        raise ContentError("its XML is broken beyond mending")
    if end == b"":
        return Whole(data, mended, cut=False)
    if _scan(end, entries + 1) is None:
        raise ContentError("its XML is broken beyond mending")
    return Whole(end, mended, cut=True)


def _scan(data: bytes, entries: int) -> bytes | None:
    """Return None for broken XML, b"" for a feed of at most `entries`, else the part of it."""
    scan = _Scan(data, entries)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    scan.parser = parser
    try:
        parser.Parse(data, True)
    except _CutHere:
        return scan.part
    except (expat.ExpatError, LookupError):
        return None
    return b""


class _CutHere(Exception):  # noqa: N818 - no error: it ends a parse that has seen enough
    pass


class _Scan:
    """Counts entries, depth and elements while expat reads."""

    parser: expat.XMLParserType

    def __init__(self, data: bytes, entries: int) -> None:
        self._data = data
        self._entries = entries
        self._open: list[str] = []
        self._elements = 0
        self._in_entry = 0
        self.part = b""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        pieces = name.split(" ")  # namespace, local name, prefix
        local = pieces[1] if len(pieces) > 1 else name
        tag = f"{pieces[2]}:{local}" if len(pieces) > 2 else local
        self._elements += 1
        self._in_entry += 1
        if local in _ENTRIES and len(self._open) <= 2:
            self._entries -= 1
            self._in_entry = 0
            if self._entries < 0:
                closing = "".join(f"</{tag}>" for tag in reversed(self._open))
                self.part = self._data[: self.parser.CurrentByteIndex] + closing.encode()
                raise _CutHere
        self._open.append(tag)
        if len(self._open) > DEEPEST:
            raise ContentError("its XML is nested deeper than any feed")
        if (
            self._elements > MOST_ELEMENTS
            or self._in_entry > MOST_IN_ENTRY
            or len(attributes) > MOST_ATTRIBUTES
        ):
            raise ContentError("its XML has more parts than any feed")

    def end(self, _name: str) -> None:
        self._open.pop()


def _mended(text: str) -> bytes:
    """Mend what feeds usually break: HTML's entities, loose "&", tags left open."""
    text = _with_namespaces(_LOOSE_TAG.sub("&lt;", _ENTITY.sub(_character, text)))
    if _scan(text.encode("utf-8"), 1) is not None:
        return text.encode("utf-8")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError):
        tree = None
    if tree is None:
        raise ContentError("its XML is broken beyond mending")
    mended: bytes = etree.tostring(tree, encoding="utf-8", xml_declaration=False)
    return mended


def _character(found: re.Match[str]) -> str:
    name = found[1]
    return found[0] if name in _OF_XML else html5.get(f"{name};", f"&amp;{name};")


def _with_namespaces(text: str) -> str:
    """Declare the prefixes that are used but nowhere declared, on the first element."""
    unbound = set(_PREFIX.findall(text)) - set(_DECLARED.findall(text)) - {"xml", "xmlns"}
    if not unbound or len(unbound) > MOST_ATTRIBUTES // 2:
        return text
    declared = "".join(
        f' xmlns:{prefix}="{_NAMESPACES.get(prefix, f"urn:unbound:{prefix}")}"'
        for prefix in sorted(unbound)
    )
    return _FIRST_TAG.sub(lambda found: found[0] + declared, text, count=1)
