"""Markdown, with or without front matter → one article."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from retrieval.readers.building import build_article
from retrieval.readers.fields import read_fields
from retrieval.readers.frontmatter import BrokenYaml, split_front_matter
from retrieval.readers.items import Skipped
from retrieval.readers.textfile import read_text
from retrieval.readers.wording import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from retrieval.readers.items import Origin, ReadItem

# The parser takes about 2 kB of memory for a line of a list; a long book has 20,000 lines.
MAX_LINES = 200_000

_LINE_BREAK = re.compile(r"\r\n?")
_TEXT = frozenset({"text", "code_inline"})
_BREAK = frozenset({"softbreak", "hardbreak"})


@dataclass(frozen=True, slots=True)
class Body:
    """A Markdown text without its marks: clean paragraphs and the first heading of level 1."""

    heading: str | None
    paragraphs: tuple[str, ...]


def read_markdown(data: bytes, origin: Origin) -> Iterator[ReadItem]:
    """Read a Markdown file as one article.

    Its title is that of the front matter, else the first heading of level 1, else found as in
    plain text. Yields the article and notes about it, or one `Skipped`.
    """
    return read_text(data, origin, _article)


def _article(text: str, origin: Origin) -> Iterator[ReadItem]:
    text = _LINE_BREAK.sub("\n", text)
    if text.count("\n") > MAX_LINES:
        problem = f"it has more than {MAX_LINES:,} lines, too many for one article"
        yield Skipped(origin.path, problem, "split it into one file an article")
        return
    parts = split_front_matter(text)
    if isinstance(parts, BrokenYaml):
        problem = f"the front matter can't be read ({parts.problem})"
        yield Skipped(f"{origin.path}:{parts.line}", problem, parts.remedy)
        return
    fields = read_fields(parts.fields, location=origin.path, fetched=origin.fetched)
    body = plain_body(parts.body)
    if not body.paragraphs:
        problem = "it holds nothing but code, HTML or images"
        yield Skipped(origin.path, problem, "write the article as paragraphs of text")
        return
    titled = fields if fields.title else replace(fields, title=body.heading)
    yield build_article(titled, body.paragraphs, origin, own_file=True)
    yield from fields.notes


def plain_body(markdown: str) -> Body:
    """Render Markdown as paragraphs of plain text.

    Headings, paragraphs, list items, quoted paragraphs and table rows (cells parted by " | ")
    are one each. Links and emphasis leave their text; images, code blocks and HTML go.
    """
    paragraphs: list[str] = []
    cells: list[str] | None = None
    heading: str | None = None
    opened = ""
    for token in _parser().parse(markdown):
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            paragraphs.append(" | ".join(filter(None, cells or ())))
            cells = None
        elif token.type == "heading_open":
            opened = token.tag
        elif token.type == "inline":
            line = clean_line(_plain(token.children or ()))
            if opened == "h1":
                heading = heading or line
            opened = ""
            (paragraphs if cells is None else cells).append(line)
    return Body(heading or None, tuple(filter(None, paragraphs)))


def _plain(children: Sequence[Token]) -> str:
    return "".join(map(_piece, children))


def _piece(token: Token) -> str:
    if token.type in _TEXT:
        return token.content
    if token.type in _BREAK or token.content.lower().startswith("<br"):
        return " "
    return ""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # slow to import

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])
