"""The HTML of a feed's entries → paragraphs. Whole pages are for the HTML reader. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree, html

from retrieval.readers.wording import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS = 1_000_000

_SILENT = frozenset("script style noscript template iframe object svg math head title form".split())
_BLOCKS = frozenset(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption"
    " figure footer h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table"
    " td th tr ul".split()
)


def paragraphs_of_html(markup: str) -> list[str]:
    """Return the clean, non-empty paragraphs of a piece of HTML, or of plain text.

    Blocks and line breaks part paragraphs; scripts, styles and forms say nothing. Takes the
    first million characters. Never raises.
    """
    markup = markup[:MAX_CHARACTERS]
    if "<" not in markup and "&" not in markup:
        return [line for line in map(clean_line, markup.split("\n\n")) if line]
    try:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        data = f"<div>{markup}</div>".encode("utf-8", "replace")
        tree = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        return []
    if tree is None:
        return []
    lines = map(clean_line, "".join(_pieces(tree)).split("\0"))
    return [line for line in lines if line]


def _pieces(tree: etree._Element) -> Iterator[str]:
    """Yield the text in order of the document, with a NUL where a block begins or ends."""
    silent = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            if tag in _BLOCKS:
                yield "\0"
            if not silent:
                yield element.text or ""
        else:
            silent -= tag in _SILENT
            if tag in _BLOCKS:
                yield "\0"
            if not silent:
                yield element.tail or ""
