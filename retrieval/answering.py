"""Hits to a reply: the pieces that answer best, verbatim and cited, or an abstention.

`Answerer` is the seam; `ExtractiveAnswerer` quotes what `retrieval.extraction` picks, with the
sentence before where a piece would not be understood alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from retrieval.antecedents import with_antecedent
from retrieval.disagreement.finding import find_disagreement
from retrieval.extraction.answer import LARGE, Extractor, Place
from retrieval.types import (
    Abstention,
    Answer,
    AnswerSentence,
    ArticleRef,
    Citation,
    Difference,
    DifferingValue,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.disagreement.finding import Told
    from retrieval.extraction.answer import Quotation
    from retrieval.extraction.words import Lexicon
    from retrieval.types import Article, Hit, Query, Reply

_STEEP, _EVEN = 14.0, 0.5  # by cosine: how fast confidence grows, and where it is one half
_UNDATED = datetime.min.replace(tzinfo=UTC)
NO_ARTICLES = "There are no articles to answer from at that time."
NO_ARTICLES_OF_SOURCE = "There are no articles of that source to answer from."
NOT_COVERED = "The articles I have do not seem to answer that."


class Answerer(Protocol):
    """Turns hits into a reply."""

    def examine(
        self,
        query: Query,
        hits: Sequence[Hit],
        *,
        words: Lexicon,
        generation: int,
        length: int | None = None,
    ) -> Examined:
        """Draft an answer from `hits` (best first) and decide whether to give it.

        `length` code points are quoted at most, None: as many as usual. Deterministic; never
        raises for content.
        """
        ...


@dataclass(frozen=True, slots=True)
class Examined:
    """A reply, and the answer that was drafted even if it was withheld (None: no sentence)."""

    reply: Reply
    draft: Answer | None
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """How an answer is put together. `length` in code points.

    At most `pieces` sentences or clauses are quoted. Below `threshold` (a confidence) the reply
    is an abstention; at most `closest` articles are named.
    """

    length: int = 300
    pieces: int = 4
    threshold: float = 0.25
    closest: int = 5

    def of_length(self, length: int | None) -> AnswerRule:
        """Return the rule for another length, None for the same; longer takes more pieces."""
        if length is None:
            return self
        pieces = max(self.pieces, round(self.pieces * length / self.length))
        return replace(self, length=length, pieces=pieces)


def blended_confidence(learnt: float, hits: Sequence[Hit], passages: int) -> float:
    """Return the confidence in a collection of so many passages.

    The learnt one counts on what a large collection has: many hits, several articles of one
    event. A small one has neither, but there the nearest passage's cosine tells plainly whether
    the question is covered; so it takes over as the collection gets smaller.
    """
    share = min(1.0, passages / LARGE)
    nearest = max((hit.cosine for hit in hits), default=-1.0)
    by_cosine = 1 / (1 + math.exp(-_STEEP * (nearest - _EVEN)))
    return share * learnt + (1 - share) * by_cosine


class ExtractiveAnswerer:
    """Quotes the likeliest pieces of the best passages. Safe to share between threads."""

    def __init__(
        self,
        rule: AnswerRule | None = None,
        calibrate: Callable[[float], float] | None = None,
    ) -> None:
        self.rule = rule or AnswerRule()
        self._given = calibrate
        # A non-decreasing map of confidences.
        self._calibrate = calibrate or (lambda confidence: confidence)
        self._extractor: Extractor | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it was made of: what it has read of a collection is not taken along."""
        return type(self), (self.rule, self._given)

    def examine(
        self,
        query: Query,
        hits: Sequence[Hit],
        *,
        words: Lexicon,
        generation: int,
        length: int | None = None,
    ) -> Examined:
        """Draft an answer from `hits` (best first) and give it if confidence allows."""
        rule = self.rule.of_length(length)
        extractor = self._extractor_of(words)
        quotations, confidence, steps = extractor.work_out(
            query, hits, length=rule.length, most=rule.pieces
        )
        confidence = self._calibrate(blended_confidence(confidence, hits, len(words)))
        draft = _draft(query, hits, quotations, confidence, generation, rule)
        if draft is not None and confidence >= rule.threshold:
            told = find_disagreement(steps, quotations, extractor.idf)
            draft = _with_difference(draft, told, room=rule.length) if told else draft
            return Examined(draft, draft, tuple(hits))
        abstention = Abstention(
            question=query.question,
            reason=_reason(query, hits),
            closest=_closest(hits, (), rule.closest),
            confidence=confidence if draft is not None else 0.0,
            as_of=query.as_of,
            generation=generation,
            dates=query.dates,
            source=query.source,
        )
        return Examined(abstention, draft, tuple(hits))

    def _extractor_of(self, words: Lexicon) -> Extractor:
        """Return the extractor of a collection; it remembers the collection's words."""
        extractor = self._extractor
        if extractor is None or extractor.lexicon is not words:
            extractor = self._extractor = Extractor(words)
        return extractor


def _reason(query: Query, hits: Sequence[Hit]) -> str:
    if hits:
        return NOT_COVERED
    return NO_ARTICLES_OF_SOURCE if query.source else NO_ARTICLES


def _draft(
    query: Query,
    hits: Sequence[Hit],
    quotations: Sequence[Quotation],
    confidence: float,
    generation: int,
    rule: AnswerRule,
) -> Answer | None:
    if not quotations:
        return None
    sentences: list[AnswerSentence] = []
    citations: list[Citation] = []
    room = rule.length - sum(len(q.place.text) + 1 for q in quotations) + 1
    for quotation in quotations:
        place = with_antecedent(quotation.place, room=room)
        room -= len(place.text) - len(quotation.place.text)
        first = len(citations) + 1
        places = [place, *quotation.echoes]
        citations.extend(_cite(first + n, p) for n, p in enumerate(places))
        numbers = tuple(range(first, first + len(places)))
        sentences.append(AnswerSentence(place.text, numbers))
    return Answer(
        question=query.question,
        sentences=tuple(sentences),
        citations=tuple(citations),
        confidence=confidence,
        as_of=max((c.published for c in citations if c.published), default=None),
        generation=generation,
        closest=_closest(hits, [c.article_id for c in citations], rule.closest),
        dates=query.dates,
        source=query.source,
    )


def _with_difference(answer: Answer, told: Sequence[Told], *, room: int) -> Answer:
    """Return the answer with values that contradict each other, oldest first, all of them cited.

    A sentence that was not quoted yet is quoted if the answer then has at most `room` code
    points; otherwise the citation alone shows it.
    """
    sentences, citations = list(answer.sentences), list(answer.citations)
    values = []
    for one in sorted(told, key=lambda t: t.hit.article.published or _UNDATED):
        article = one.hit.article
        citation = next((c for c in citations if c.article_id == article.id and _has(c, one)), None)
        if citation is None:
            place = Place(one.hit, one.sentence, one.sentence.of(article.text))
            citation = _cite(len(citations) + 1, place)
            citations.append(citation)
        text = one.value.of(article.text)
        sentences = _bearing(sentences, citation, room)
        if text not in citation.quote:
            raise ValueError(f"value of {citation.passage_id} is not in its quote")
        values.append(DifferingValue(text, (citation.number,)))
    cited = {c.article_id for c in citations}
    return replace(
        answer,
        sentences=tuple(sentences),
        citations=tuple(citations),
        as_of=max((c.published for c in citations if c.published), default=None),
        closest=tuple(a for a in answer.closest if a.article_id not in cited),
        differences=(Difference(tuple(values)),),
    )


def _bearing(
    sentences: Sequence[AnswerSentence], citation: Citation, room: int
) -> list[AnswerSentence]:
    """Return the sentences with the quote of `citation` among them where there is room.

    Where it was cited for nearly the same sentence of another article, it no longer is: the two
    have different numbers.
    """
    number = citation.number
    if any(number in s.citation_numbers and s.text in citation.quote for s in sentences):
        return list(sentences)
    kept = [
        replace(s, citation_numbers=tuple(n for n in s.citation_numbers if n != number))
        for s in sentences
    ]
    if sum(len(s.text) + 1 for s in kept) + len(citation.quote) <= room:
        kept.append(AnswerSentence(citation.quote, (number,)))
    return kept


def _has(citation: Citation, told: Told) -> bool:
    span = citation.span
    return span.start <= told.value.start and told.value.end <= span.end


def _cite(number: int, place: Place) -> Citation:
    """Cite a place, checking that the quote stands in the article to the letter."""
    article, passage = place.hit.article, place.hit.passage
    quote = place.span.of(article.text)
    if quote != place.text or quote not in passage.text:
        raise ValueError(f"quote of {passage.id} differs from the stored text")
    return Citation(
        number=number,
        article_id=article.id,
        passage_id=passage.id,
        title=article.title,
        url=article.url,
        source=article.source,
        published=article.published,
        quote=quote,
        span=place.span,
        passage=passage.text,
    )


def _closest(hits: Sequence[Hit], cited: Sequence[str], limit: int) -> tuple[ArticleRef, ...]:
    """Return the best distinct articles among `hits` that are not cited already."""
    articles: dict[str, Article] = {}
    for hit in hits:
        if hit.article.id not in cited:
            articles.setdefault(hit.article.id, hit.article)
    return tuple(
        ArticleRef(a.id, a.title, a.url, a.source, a.published)
        for a in list(articles.values())[:limit]
    )
