"""Hits to a reply: the sentences that answer best, verbatim and cited, or an abstention.

`Answerer` is the seam; `ExtractiveAnswerer` picks sentences by four signals: the words they share
with the question, their passage's score, their place, and agreement: how much of what a sentence
adds to the question (names, numbers) other retrieved passages say too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from retrieval.candidates import candidates, names_and_numbers
from retrieval.types import Abstention, Answer, AnswerSentence, ArticleRef, Citation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.candidates import Candidate
    from retrieval.types import Article, Hit, Query, Reply

NO_ARTICLES = "There are no articles to answer from at that time."
NOT_COVERED = "The articles I have do not seem to answer that."


class Words(Protocol):
    """Knows the collection's words; a `LexicalIndex` is one."""

    def stems(self, text: str) -> list[str]:
        """Return the words of `text`, stemmed, in order."""
        ...

    def inverse_frequency(self, stem: str) -> float:
        """Return how much a match with the stem tells."""
        ...


class Answerer(Protocol):
    """Turns hits into a reply."""

    def examine(
        self, query: Query, hits: Sequence[Hit], *, words: Words, generation: int
    ) -> Examined:
        """Draft an answer from `hits` (best first) and decide whether to give it.

        Deterministic; never raises for content.
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
    """How an answer is put together. Lengths in code points.

    Below `threshold` (a confidence) the reply is an abstention; `closest` articles are named.
    A sentence that scores under `falloff` of the best one's score is not worth its room.
    """

    length: int = 300
    passages: int = 12
    threshold: float = 0.35
    falloff: float = 0.6
    closest: int = 5


class ExtractiveAnswerer:
    """Quotes the best sentences across the best passages."""

    def __init__(self, rule: AnswerRule | None = None) -> None:
        self.rule = rule or AnswerRule()

    def examine(
        self, query: Query, hits: Sequence[Hit], *, words: Words, generation: int
    ) -> Examined:
        """Draft an answer from `hits` (best first) and give it if confidence allows."""
        confidence = _confidence(hits)
        draft = self._draft(query, hits, words, confidence, generation)
        reply: Reply = draft if draft is not None else self._abstain(query, hits, 0.0, generation)
        if draft is not None and confidence < self.rule.threshold:
            reply = self._abstain(query, hits, confidence, generation)
        return Examined(reply, draft, tuple(hits))

    def _draft(
        self,
        query: Query,
        hits: Sequence[Hit],
        words: Words,
        confidence: float,
        generation: int,
    ) -> Answer | None:
        chosen = self._choose(query, hits, words)
        if not chosen:
            return None
        citations = tuple(_cite(number, c) for number, c in enumerate(chosen, start=1))
        return Answer(
            question=query.question,
            sentences=tuple(AnswerSentence(c.quote, (c.number,)) for c in citations),
            citations=citations,
            confidence=confidence,
            as_of=max((c.published for c in citations if c.published), default=None),
            generation=generation,
            closest=_closest(hits, [c.article_id for c in citations], self.rule.closest),
            dates=query.dates,
        )

    def _abstain(
        self, query: Query, hits: Sequence[Hit], confidence: float, generation: int
    ) -> Abstention:
        return Abstention(
            question=query.question,
            reason=NOT_COVERED if hits else NO_ARTICLES,
            closest=_closest(hits, (), self.rule.closest),
            confidence=confidence,
            as_of=query.as_of,
            generation=generation,
            dates=query.dates,
        )

    def _choose(self, query: Query, hits: Sequence[Hit], words: Words) -> list[Candidate]:
        pool = candidates(hits[: self.rule.passages])
        scores = _scores(query.text, pool, words)
        floor = self.rule.falloff * max(scores, default=0.0)
        good = [n for n in range(len(pool)) if scores[n] >= floor]
        best_first = sorted(good, key=lambda n: (-scores[n], n))
        chosen: list[Candidate] = []
        room = self.rule.length
        for n in best_first:
            candidate = pool[n]
            fits = len(candidate.text) <= room or not chosen
            if fits and not any(_same(candidate.text, c.text, words) for c in chosen):
                chosen.append(candidate)
                room -= len(candidate.text) + 1
            if room <= 0:
                break
        return chosen


def _scores(question: str, pool: Sequence[Candidate], words: Words) -> list[float]:
    asked = set(words.stems(question))
    weights = {stem: words.inverse_frequency(stem) for stem in asked}
    total = sum(weights.values()) or 1.0
    known = {w.lower() for w in question.split()} | names_and_numbers(question)
    support = _support(pool)
    scores = []
    for candidate in pool:
        shared = sum(weights[s] for s in asked.intersection(words.stems(candidate.text))) / total
        new = names_and_numbers(candidate.text) - known
        agreed = sorted((support.get(w, 0.0) for w in new), reverse=True)[:3]
        scores.append(
            shared + candidate.hit.score + 0.25 * sum(agreed) + 0.05 / (1 + candidate.position)
        )
    return scores


def _support(pool: Sequence[Candidate]) -> dict[str, float]:
    """Return name or number → the share of retrieved passages, weighted by rank, that say it."""
    by_passage: dict[str, tuple[int, set[str]]] = {}
    for candidate in pool:
        _, said = by_passage.setdefault(candidate.hit.passage.id, (candidate.hit.rank, set()))
        said |= names_and_numbers(candidate.text)
    weights = {key: 1 / math.sqrt(rank) for key, (rank, _) in by_passage.items()}
    total = sum(weights.values()) or 1.0
    support: dict[str, float] = {}
    for key, (_, said) in by_passage.items():
        for word in said:
            support[word] = support.get(word, 0.0) + weights[key] / total
    return support


def _same(one: str, other: str, words: Words) -> bool:
    """Whether two sentences say the same in nearly the same words."""
    a, b = set(words.stems(one)), set(words.stems(other))
    return len(a & b) >= 0.7 * max(1, min(len(a), len(b)))


def _confidence(hits: Sequence[Hit]) -> float:
    """Return a probability-like number from the nearest passage's cosine."""
    best = max((hit.cosine for hit in hits), default=-1.0)
    return 1 / (1 + math.exp(-14.0 * (best - 0.5)))


def _cite(number: int, candidate: Candidate) -> Citation:
    """Cite a candidate, checking that the quote stands in the article to the letter."""
    article, passage = candidate.hit.article, candidate.hit.passage
    quote = candidate.span.of(article.text)
    if quote != candidate.text or quote not in passage.text:
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
        span=candidate.span,
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
