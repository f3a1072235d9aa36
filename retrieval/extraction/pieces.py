"""Pieces: the clauses that a reply may quote, and the features that tell whether one answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.extraction.clauses import pieces_of
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from retrieval.extraction.features import Candidate
    from retrieval.extraction.question import Question
    from retrieval.extraction.reading import Reading, Sentence
    from retrieval.types import Hit, Query

SENTENCES = 32  # sentences that are cut into pieces
LONGEST = 300
_OLD = 60  # days from which on age doesn't matter


@dataclass(slots=True)
class Piece:
    """A quotable part of a sentence. `span`: in the article; `held`: its candidates, by number."""

    sentence: int
    span: Span
    text: str
    whole: bool
    held: tuple[int, ...]
    stems: frozenset[str]


PIECE_FEATURES = (
    "first", "second", "third", "mass", "overlap", "context", "own_overlap", "lexical", "score",
    "rank", "cosine", "position", "length", "whole", "age", "agreed", "title", "best_in_sentence",
    "sentence_share", "ordinal", "new_words", "asks", "pronoun", "speech",
)  # fmt: skip


_PRONOUNS = frozenset("he she it they we i this that these those his her their its".split())


def cut(
    reading: Reading, candidates: Sequence[Candidate], chances: NDArray[np.float64]
) -> list[Piece]:
    """Return the pieces of the sentences that promise most. `chances`: one a candidate."""
    held: list[list[tuple[int, int, int]]] = [[] for _ in reading.sentences]
    for number, candidate in enumerate(candidates):
        for at, first, last in candidate.places:
            held[at].append((number, first, last))
    likely: list[float] = chances.tolist()
    promise = []
    for n, sentence in enumerate(reading.sentences):
        best = sum(sorted([likely[c] for c, _, _ in held[n]], reverse=True)[:2])
        promise.append(best + 0.3 * sentence.context)
    order = sorted(range(len(promise)), key=lambda n: (-promise[n], n))[:SENTENCES]
    pieces = []
    for n in order:
        sentence = reading.sentences[n]
        for clause in pieces_of(sentence.text, longest=LONGEST):
            start, end = clause.span.start, clause.span.end
            inside = {
                c
                for c, first, last in held[n]
                if sentence.words[first].start >= start and sentence.words[last - 1].end <= end
            }
            offset = sentence.span.start
            pieces.append(
                Piece(
                    n,
                    Span(offset + start, offset + end),
                    clause.span.of(sentence.text),
                    clause.whole,
                    tuple(sorted(inside)),
                    _stems(sentence, start, end),
                )
            )
    return pieces


def _stems(sentence: Sentence, start: int, end: int) -> frozenset[str]:
    """Return the stems of the words between two places of a sentence."""
    inside = [w.stem for w in sentence.words if start <= w.start and w.end <= end]
    return frozenset(" ".join(inside).split())


class PieceFeatures:
    """Computes the feature matrix of a question's pieces. `chances`: one a candidate."""

    def __init__(
        self,
        query: Query,
        question: Question,
        reading: Reading,
        candidates: Sequence[Candidate],
        chances: NDArray[np.float64],
        agreement: Callable[[str], float],
    ) -> None:
        self.question, self.reading, self.candidates = question, reading, candidates
        self.chances: list[float] = chances.tolist()
        self.agreement = agreement
        self._ages = [_age(hit, query) for hit in reading.hits]
        self._best_score = max((hit.score for hit in reading.hits), default=0.0) or 1.0
        self._titled = [_share(question, title) for title in reading.titles]

    def matrix(self, pieces: Sequence[Piece]) -> NDArray[np.float32]:
        """Return float32 (pieces, features)."""
        best: dict[int, float] = {}
        for piece in pieces:
            top = max((self.chances[c] for c in piece.held), default=0.0)
            best[piece.sentence] = max(top, best.get(piece.sentence, 0.0))
        rows = [self._row(piece, best[piece.sentence]) for piece in pieces]
        return np.array(rows, dtype=np.float32).reshape(len(rows), len(PIECE_FEATURES))

    def _row(self, piece: Piece, best: float) -> list[float]:
        question = self.question
        sentence = self.reading.sentences[piece.sentence]
        hit = self.reading.hits[sentence.hit]
        values = [*_distinct(piece.held, self.candidates, self.chances), 0.0, 0.0, 0.0]
        start = piece.span.start - sentence.span.start
        opening = next((w.lower for w in sentence.words if start <= w.start), "")
        own = piece.stems
        new = own - question.known
        agreed = sorted([self.agreement(s) for s in new], reverse=True)[:3]
        return [
            values[0],
            values[1],
            values[2],
            sum(values),
            sentence.overlap,
            sentence.context,
            _share(question, own),
            self.reading.lexical[sentence.hit],
            hit.score / self._best_score,
            1 / math.sqrt(hit.rank),
            hit.cosine,
            1 / (1 + sentence.position),
            len(piece.text) / 100,
            float(piece.whole),
            self._ages[sentence.hit],
            sum(agreed),
            self._titled[sentence.hit],
            best,
            len(piece.text) / max(1, len(sentence.text)),
            1 / (1 + hit.passage.ordinal),
            len(new) / 10,
            float(piece.text.endswith("?")),
            float(opening in _PRONOUNS),
            float(piece.text[0] in '"“‘'),
        ]


def _share(question: Question, words: AbstractSet[str]) -> float:
    """Return the share of the question's words, by weight, that are among `words`."""
    return sum([w for s, w in question.stems.items() if s in words]) / question.weight


def _age(hit: Hit, query: Query) -> float:
    """Return the age of the hit's article as of the query: 1 for two months, more or unknown."""
    published = hit.article.published
    days = (query.as_of - published).days if published else _OLD
    return min(_OLD, max(0, days)) / _OLD


def _distinct(
    held: Sequence[int], candidates: Sequence[Candidate], chances: Sequence[float]
) -> list[float]:
    """Return the chances of the held candidates that share no words with a better, best first."""
    chosen: list[float] = []
    used: set[str] = set()
    for number in sorted(held, key=lambda c: (-chances[c], c)):
        if used.isdisjoint(candidates[number].parts):
            chosen.append(chances[number])
            used.update(candidates[number].parts)
    return chosen
