"""What there is to read on beside an answer: paragraphs of the next-best passages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.lexical import FUNCTION_WORDS
from retrieval.prose import is_prose
from retrieval.sentences import sentence_spans
from retrieval.types import Abstention, ArticleRef, Excerpt, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from retrieval.evidence import Words
    from retrieval.types import Hit, Query, Reply

MOST = 5
LENGTH = 350  # code points
_NEAR = 0.2  # cosine below which a hit that shares no word with the question is about other things
_SAME = 0.75  # of an excerpt's words; if so many were shown already, it adds nothing
_LINE = re.compile(r"[^\n]+")


def further_excerpts(
    query: Query, reply: Reply, hits: Sequence[Hit], words: Words, *, most: int = MOST
) -> tuple[Excerpt, ...]:
    """Return beginnings of paragraphs of `hits` (best first) that `reply` doesn't cite.

    One a passage, of up to LENGTH code points and whole sentences (a longer first sentence stands
    alone); what was quoted or taken already, in nearly the same words, is left out. An abstention
    has none.
    """
    if isinstance(reply, Abstention):
        return ()
    grammar = frozenset(words.stems(" ".join(FUNCTION_WORDS)))
    asked = {s: words.inverse_frequency(s) for s in words.stems(query.text) if s not in grammar}
    cited = {citation.passage_id for citation in reply.citations}
    shown = [frozenset(words.stems(c.quote)) - grammar for c in reply.citations]
    found: list[Excerpt] = []
    for hit in hits:
        if len(found) == most:
            break
        if hit.passage.id in cited or (hit.lexical_rank is None and hit.cosine < _NEAR):
            continue
        span = _beginning(hit, asked, words)
        if span is None:
            continue
        article = hit.article
        text = span.of(article.text)
        stems = frozenset(words.stems(text)) - grammar
        if _says_the_same(stems, shown):
            continue
        shown.append(stems)
        named = ArticleRef(
            article.id, article.title, article.url, article.source, article.published
        )
        found.append(Excerpt(named, span, text))
    return tuple(found)


def _says_the_same(stems: AbstractSet[str], shown: Sequence[AbstractSet[str]]) -> bool:
    return any(len(stems & one) >= _SAME * len(stems) for one in shown)


def _beginning(hit: Hit, asked: dict[str, float], words: Words) -> Span | None:
    """Return how the passage's paragraph begins that has most of the question's words.

    The first of several; None if no paragraph reads as prose.
    """
    paragraphs = list(_paragraphs(hit))

    def weight(span: Span) -> float:
        stems = set(words.stems(span.of(hit.article.text)))
        return sum(rarity for stem, rarity in asked.items() if stem in stems)

    for span in sorted(paragraphs, key=weight, reverse=True):  # stable: the first of equals
        text = span.of(hit.article.text)
        sentences = sentence_spans(text, language=hit.article.language)
        if any(is_prose(sentence.of(text)) for sentence in sentences):
            ends = [s.end for s in sentences if s.end - sentences[0].start <= LENGTH]
            end = max(ends, default=sentences[0].end)
            return Span(span.start + sentences[0].start, span.start + end)
    return None


def _paragraphs(hit: Hit) -> Iterator[Span]:
    for line in _LINE.finditer(hit.passage.text):
        if line[0].strip():
            start = hit.passage.span.start
            yield Span(start + line.start(), start + line.end())
