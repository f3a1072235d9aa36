"""One paragraph of an article between its neighbours, a quotation in it marked. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.captions import clean, is_visible, link_of, one_line, title_of
from bot.chat.fragments import with_fragment
from bot.chat.html import LINE, Block, Run
from bot.chat.rendering import origin
from bot.chat.splitting import split_messages
from retrieval.readers.wording import shorten
from retrieval.types import Span

if TYPE_CHECKING:
    from bot.chat.translations import Translator
    from retrieval.types import Article

# In code points; a message holds 4096 UTF-16 units, two of which one code point may take.
PARAGRAPH = 1000
NEIGHBOUR = 380
_TITLE = 120
_ORIGIN = 80

_LINE = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？]+")


@dataclass(frozen=True, slots=True)
class View:
    """An article's paragraphs as spans of its text, and where in it the quotation is, if it is."""

    article: Article
    paragraphs: tuple[Span, ...]
    quoted: Span | None

    @property
    def start(self) -> int:
        """The position of the paragraph in which the quotation begins; the first without one."""
        if self.quoted is None:
            return 0
        before = [n for n, span in enumerate(self.paragraphs) if span.start <= self.quoted.start]
        return before[-1] if before else 0


def view_article(article: Article, quote: str = "", span: Span | None = None) -> View:
    """Cut an article into paragraphs and find the quotation, which stood at `span`, in it."""
    return View(article, tuple(paragraphs_of(article.text)), _find(article.text, quote, span))


def paragraphs_of(text: str) -> list[Span]:
    """Return the lines that show something, long ones cut after sentences or words."""
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        start = line.start()
        while start < line.end():
            end = _end_of_piece(text, start, line.end())
            if is_visible(text[start:end]):
                spans.append(Span(start, end))
            start = end
    return spans


def render_paragraph(view: View, at: int, tr: Translator, *, changed: bool = False) -> str:
    """Return paragraph `at` of a view as one message of HTML.

    `changed` says that a quotation was looked for that the article no longer has.
    """
    article = view.article
    link = link_of(article)
    quoted = view.quoted.of(article.text) if view.quoted else ""
    title = Run(
        shorten(title_of(article), _TITLE),
        bold=True,
        url=with_fragment(link, quoted) if link else None,
    )
    told = shorten(origin(article, tr), _ORIGIN)
    sections = [[Block((title, *((Run(f"\n{told}"),) if told else ())))]]
    if changed:
        note = tr("The article has changed since; the sentence is no longer in it.")
        sections.append([Block((Run(note, italic=True),))])
    if not view.paragraphs:
        sections.append([Block((Run(tr("This article has no text."), italic=True),))])
        return split_messages(sections)[0]
    sections.append(_around(view, at))
    count = tr("Paragraph {at} of {count}", at=at + 1, count=len(view.paragraphs))
    sections.append([Block((Run(count, italic=True),), gap=LINE)])
    return split_messages(sections)[0]


def _around(view: View, at: int) -> list[Block]:
    """Return the paragraph as a quotation, what is next to it before and after."""
    text, blocks = view.article.text, []
    if at > 0:
        before = one_line(view.paragraphs[at - 1].of(text))
        blocks.append(Block((Run(_tail(before)),)))
    blocks.append(Block(_marked(view, view.paragraphs[at]), quote=True, gap=LINE))
    if at + 1 < len(view.paragraphs):
        after = one_line(view.paragraphs[at + 1].of(text))
        blocks.append(Block((Run(shorten(after, NEIGHBOUR)),), gap=LINE))
    return blocks


def _marked(view: View, span: Span) -> tuple[Run, ...]:
    """Return a paragraph, in bold what of the quotation is in it."""
    text, quoted = view.article.text, view.quoted or Span(span.end, span.end)
    start = min(max(quoted.start, span.start), span.end)
    end = max(min(quoted.end, span.end), start)
    parts = (
        (text[span.start : start].lstrip(), False),
        (text[start:end], True),
        (text[end : span.end].rstrip(), False),
    )
    return tuple(Run(clean(part), bold=bold) for part, bold in parts if part)


def _find(text: str, quote: str, span: Span | None) -> Span | None:
    if not quote:
        return None
    if span is not None and span.of(text) == quote:
        return span
    start = text.find(quote)
    return None if start < 0 else Span(start, start + len(quote))


def _end_of_piece(text: str, start: int, end: int) -> int:
    """Return where a piece that starts at `start` ends, at most PARAGRAPH further on."""
    limit = start + PARAGRAPH
    if limit >= end:
        return end
    sentences = [found.end() for found in _SENTENCE_END.finditer(text, start, limit)]
    if sentences:
        return sentences[-1]
    space = text.rfind(" ", start + 1, limit)
    return space + 1 if space > 0 else limit


def _tail(text: str) -> str:
    """Return the end of a text, from a word on."""
    if len(text) <= NEIGHBOUR:
        return text
    kept = text[-NEIGHBOUR + 2 :]
    return f"… {kept.partition(' ')[2] or kept}"
