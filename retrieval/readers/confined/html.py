"""A web page → the paragraphs of its article, without what stands around it (trafilatura)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import trafilatura
from lxml import etree, html
from trafilatura.settings import Document

from retrieval.readers.confined.encoding import decode_page
from retrieval.readers.confined.extracted import Extracted, Unreadable
from retrieval.readers.confined.limits import MAX_HTML_BYTES, MAX_TAGS
from retrieval.readers.confined.page_facts import facts_of
from retrieval.readers.confined.page_kinds import why_no_article
from retrieval.readers.wording import clean_line

if TYPE_CHECKING:
    from retrieval.readers.confined.extracted import Outcome

_MARKUP = re.compile(r"<(?:!doctype|[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
# libxml2 stops at 256 levels unless told otherwise, and at texts of ten million bytes.
_PARSER = html.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
)
_XML_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# Elements that stand under or over a picture, by themselves or by the usual class names.
_CAPTIONS = [
    "//figcaption",
    """//*[self::p or self::div or self::span or self::dd or self::small][string-length(.) < 600]
    [contains(translate(@class, 'CAPTION', 'caption'), 'caption')
    or contains(@class, 'photo-credit') or contains(@class, 'image-credit')]""",
]
_OUTSIDE = {"nav", "header", "footer", "aside", "form", "figure", "script", "style", "noscript"}
_LONGEST_ATTRIBUTE = 20_000
_LIST_MARK = re.compile(r"^[-•*] ")
_RULE = re.compile(r"^[|\s:-]*$")


def extract_html(data: bytes, *, url: str | None, fetched: str) -> Outcome:
    """Extract the article of a page.

    `url` is where the page was found, if it was; `fetched` the day, as YYYY-MM-DD, after which
    no date in it is believed.
    """
    if len(data) > MAX_HTML_BYTES:
        problem = f"it has more than {MAX_HTML_BYTES // 1024**2} MiB, too much for one page"
        return Unreadable(problem, "save only the article's text")
    text = decode_page(data)
    if text is None:
        return Unreadable("it looks like a binary file", "save it as UTF-8 HTML or text")
    if not text.strip():
        return Unreadable("it is empty", "save the page again")
    if text.count("<") > MAX_TAGS:
        problem = f"it has more than {MAX_TAGS:,} tags, too many for one article"
        return Unreadable(problem, "save only the article's text")
    tree = _parse(text)
    if tree is None:
        return Unreadable("it holds no HTML", "save the page again, or rename it to .txt")
    about = facts_of(tree)
    paragraphs = _main_text(tree, about, url=url, fetched=fetched) or _plain_paragraphs(tree)
    reason = why_no_article(tree, paragraphs)
    return Extracted(tuple(paragraphs), about) if reason is None else reason


def _parse(text: str) -> html.HtmlElement | None:
    if not _MARKUP.search(text):
        return None
    try:
        tree = html.document_fromstring(
            _XML_CHARACTERS.sub(" ", text).encode("utf-8"), parser=_PARSER
        )
    except (etree.LxmlError, ValueError):
        return None
    for element in tree.iter():
        # Pictures written into the page, and what is made to slow pattern matching down.
        for name, value in element.items():
            if len(value) > _LONGEST_ATTRIBUTE:
                del element.attrib[name]
    return tree


def _main_text(
    tree: html.HtmlElement, about: dict[str, object], *, url: str | None, fetched: str
) -> list[str]:
    """Let trafilatura find the text; add to `about` what it found and the page didn't say."""
    document = trafilatura.bare_extraction(
        tree,
        url=url,
        output_format="python",
        include_comments=False,
        with_metadata=True,
        prune_xpath=_CAPTIONS,
        # Dates in the running text are those of events. An undated article is better than one
        # with a wrong date.
        date_extraction_params={
            "original_date": True,
            "extensive_search": False,
            "max_date": fetched,
        },
    )
    if not isinstance(document, Document):
        return []
    found = {
        "title": document.title,
        "source": document.sitename if document.sitename != document.hostname else None,
        "authors": [name for name in (document.author or "").split("; ") if name],
        "published": document.date,
    }
    for key, value in found.items():
        if value and not about.get(key):
            about[key] = value
    return [line for raw in (document.text or "").split("\n") if (line := _line(raw))]


def _line(raw: str) -> str:
    """Take the marks of lists and tables off a line."""
    line = clean_line(raw)
    if _RULE.match(line):
        return ""
    if line.startswith("|"):
        return " | ".join(filter(None, map(str.strip, line.strip("|").split("|"))))
    return _LIST_MARK.sub("", line)


def _plain_paragraphs(tree: html.HtmlElement) -> list[str]:
    """Find the paragraphs of a page that trafilatura finds nothing in."""
    lines = (
        clean_line(str(element.text_content()))
        for element in tree.iter("p")
        if not _OUTSIDE.intersection(parent.tag for parent in element.iterancestors())
    )
    return [line for line in lines if line]
