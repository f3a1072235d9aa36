"""What a page says about its article in its head: address, title, day, language."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_DATE_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "pubdate",
    "publish-date",
    "date",
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d[\d:.,]*\s*(?:Z|[+-]\d\d:?\d\d)?)?")
_LONGEST_SCRIPT = 500_000
_LONGEST_VALUE = 1000
_DEEPEST = 8
_MOST_META = 500


def facts_of(tree: HtmlElement) -> dict[str, object]:
    """Return url (as written; it may be relative), published and language, where a page has them.

    The moment of publication comes from meta elements, else from JSON-LD, else from a `time`
    element marked as such: all name it with the hour, which a day found elsewhere lacks.
    """
    metas = _metas(tree)
    dates = [metas.get(name) for name in _DATE_NAMES]
    published = next(filter(None, map(_date, dates)), None)
    facts: dict[str, object] = {
        "url": _canonical(tree) or metas.get("og:url"),
        "published": published or _date(_from_json(tree)) or _date(_from_time(tree)),
        "language": _language(tree, metas),
    }
    return {key: value for key, value in facts.items() if value}


def _metas(tree: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for count, element in enumerate(tree.iter("meta")):
        if count == _MOST_META:
            break
        name = element.get("property") or element.get("name") or element.get("itemprop")
        name = name or element.get("http-equiv")
        content = (element.get("content") or "").strip()
        if name and content and len(content) <= _LONGEST_VALUE * 4:
            metas.setdefault(name.strip().lower(), content)
    return metas


def _canonical(tree: HtmlElement) -> str | None:
    for element in tree.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split():
            return (element.get("href") or "").strip() or None
    return None


def _language(tree: HtmlElement, metas: dict[str, str]) -> str | None:
    root = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    written = (root or tree.get("xml:lang"), metas.get("content-language"), metas.get("og:locale"))
    tags = (re.split(r"[,\s]", tag.strip())[0] for tag in written if tag and tag.strip())
    return next((tag.replace("_", "-").lower() for tag in tags if _LANGUAGE.fullmatch(tag)), None)


def _date(written: object) -> str | None:
    """Return a date as ISO 8601 writes it, or None; other spellings are left to trafilatura."""
    if not isinstance(written, str) or len(written) > _LONGEST_VALUE:
        return None
    found = _DATE.match(written.strip())
    return found[0].replace(",", ".").replace(" +", "+").replace(" Z", "Z") if found else None


def _from_time(tree: HtmlElement) -> str | None:
    for element in tree.iter("time"):
        if element.get("itemprop") == "datePublished" or element.get("pubdate") is not None:
            return element.get("datetime") or None
    return None


def _from_json(tree: HtmlElement) -> object:
    for element in tree.iter("script"):
        if "ld+json" not in (element.get("type") or ""):
            continue
        written = element.text or ""
        if "datePublished" not in written or len(written) > _LONGEST_SCRIPT:
            continue
        try:
            parsed = json.loads(written, strict=False)
        except (ValueError, RecursionError):
            continue
        for value in _values(parsed, _DEEPEST):
            if _date(value):
                return value
    return None


def _values(parsed: object, depth: int) -> Iterator[object]:
    """Yield the values of datePublished in what JSON-LD holds, outer ones first."""
    if isinstance(parsed, dict):
        if "datePublished" in parsed:
            yield parsed["datePublished"]
        parsed = list(parsed.values())
    if isinstance(parsed, list) and depth:
        for inner in parsed:
            yield from _values(inner, depth - 1)
