"""Pages that hold no article: lists of links, consent and login pages. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.readers.confined.extracted import Unreadable
from retrieval.readers.wording import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

MIN_TEXT = 150
"""Characters of running text that make an article: two short sentences."""

_LONGEST_NOTICE = 2500
_CONSENT = re.compile(
    r"\b(?:(?:accept|reject|allow|decline) (?:all|cookies)|(?:manage|cookie|privacy|consent)"
    r" (?:preferences|settings|options|choices)|(?:use|uses|store) cookies|our partners"
    r"|legitimate interest|give (?:your )?consent|withdraw (?:your )?consent"
    r"|alle akzeptieren|tout accepter|aceptar todo|accetta tutt)",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:enable javascript|javascript is (?:disabled|required)|turn on javascript"
    r"|verify (?:that )?you are (?:a )?human|are you a robot|checking your browser|access denied"
    r"|page (?:was )?not found|captcha)",
    re.IGNORECASE,
)


def why_no_article(tree: HtmlElement, paragraphs: Sequence[str]) -> Unreadable | None:
    """Say why a page holds no article, or None if it does. `paragraphs` is its main text."""
    links = _links(tree)
    prose = [line for line in paragraphs if line not in links and len(line.split()) > 3]
    length = sum(map(len, prose))
    seen = "\n".join(prose)
    if length < _LONGEST_NOTICE and len(set(map(str.lower, _CONSENT.findall(seen)))) >= 3:
        problem = "it asks for consent to cookies instead of showing the article"
        return Unreadable(problem, "save the article from a browser in which you agreed")
    if length >= MIN_TEXT:
        return None
    return _too_little(tree, links, length)


def _too_little(tree: HtmlElement, links: set[str], length: int) -> Unreadable:
    whole = clean_line(str(tree.text_content())[:20_000])
    if next((True for box in tree.iter("input") if box.get("type") == "password"), False):
        problem = "it asks to log in instead of showing the article"
        return Unreadable(problem, "log in with a browser and save the article's page or text")
    if len(links) >= 8:
        problem = f"it is a list of {len(links)} links, not an article"
        return Unreadable(problem, "name the page of one article, or the site's feed")
    if len(_CONSENT.findall(whole)) >= 2:
        problem = "it asks for consent to cookies instead of showing the article"
        return Unreadable(problem, "save the article from a browser in which you agreed")
    if _REFUSED.search(whole):
        problem = "it wants JavaScript or a human instead of showing the article"
        return Unreadable(problem, "save the article's page or text from a browser")
    problem = f"it holds too little text ({length} characters of running text)"
    return Unreadable(problem, "save the article's own page or its text")


def _links(tree: HtmlElement) -> set[str]:
    """Return the texts of a page's links."""
    texts = (clean_line(str(link.text_content())) for link in tree.iter("a"))
    return {text for text in texts if text}
