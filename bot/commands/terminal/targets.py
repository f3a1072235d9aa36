"""What numbers on the screen stand for: a place in an article. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.captions import link_of
from bot.chat.fragments import with_fragment
from bot.chat.paragraphs import View, paragraphs_of
from retrieval.types import Abstention, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from retrieval.types import Article, Excerpt, Hit, Reply

BEGINNING = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Target:
    """An article, and where in it to begin; what `span` covers is marked as quoted."""

    article: Article
    span: Span = BEGINNING

    @property
    def url(self) -> str | None:
        """The page's address, http or https, opened at the quotation; None if there is none."""
        link = link_of(self.article)
        return with_fragment(link, self.span.of(self.article.text)) if link else None

    def view(self) -> View:
        """Return the article in paragraphs, the quotation in them."""
        return View(self.article, tuple(paragraphs_of(self.article.text)), self.span)


def targets_of_reply(reply: Reply, find: Callable[[str], Article | None]) -> dict[int, Target]:
    """Return number → target: an answer's citations, or the closest articles in their order."""
    if isinstance(reply, Abstention):
        wanted = [(n, one.article_id, BEGINNING) for n, one in enumerate(reply.closest, start=1)]
    else:
        wanted = [(one.number, one.article_id, one.span) for one in reply.citations]
    found = ((number, find(article_id), span) for number, article_id, span in wanted)
    return {number: Target(article, span) for number, article, span in found if article}


def targets_of_excerpts(
    excerpts: Iterable[Excerpt], find: Callable[[str], Article | None]
) -> dict[int, Target]:
    """Return number → target of further passages, in their order."""
    found = ((n, find(one.article.article_id), one.span) for n, one in enumerate(excerpts, start=1))
    return {number: Target(article, span) for number, article, span in found if article}


def targets_of_hits(hits: Iterable[Hit]) -> dict[int, Target]:
    """Return number → target of the articles of hits (best first), each at its best passage."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.article.id, hit)
    return {
        number: Target(hit.article, Span(hit.passage.span.start, hit.passage.span.start))
        for number, hit in enumerate(best.values(), start=1)
    }
