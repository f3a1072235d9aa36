"""A query and its hits to quoted pieces and a confidence: the steps in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.extraction.confidence import confidence_features
from retrieval.extraction.features import MentionFeatures, gather
from retrieval.extraction.pieces import PIECE_FEATURES, PieceFeatures, cut
from retrieval.extraction.question import analyse
from retrieval.extraction.reading import USUAL_HITS, read
from retrieval.extraction.scorer import default_weights
from retrieval.extraction.selection import alike, select, word_masses
from retrieval.extraction.words import forms
from retrieval.remembering import remembering

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from retrieval.extraction.features import Candidate
    from retrieval.extraction.pieces import Piece
    from retrieval.extraction.question import Question
    from retrieval.extraction.reading import Reading
    from retrieval.extraction.scorer import Weights
    from retrieval.extraction.words import Form, Lexicon
    from retrieval.types import Hit, Query, Span

HITS = USUAL_HITS
_NEAR = 0.2  # cosine below which a hit that shares no word with the question is about other things
LENGTH = 300  # code points quoted at most
LARGE = 5000  # passages from which a collection is as those that the weights were fitted on
MOST = 4  # pieces quoted at most
ECHOES = 2  # further articles cited for one piece at most
_KEPT = 65_536


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a hit's article, and its text."""

    hit: Hit
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """A piece to quote; `echoes`: sentences of other articles that say the same."""

    place: Place
    echoes: tuple[Place, ...]


class Extractor:
    """Answers over one collection, whose words `lexicon` knows. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon, weights: Weights | None = None) -> None:
        """Use `weights`, or those that come with the package."""
        self._weights = weights
        self.lexicon = lexicon
        self._form = forms(lexicon)
        self._idf = remembering(lexicon.inverse_frequency, _KEPT)

    def answer(
        self, query: Query, hits: Sequence[Hit], *, length: int = LENGTH, most: int = MOST
    ) -> tuple[list[Quotation], float]:
        """Return the pieces to quote, likeliest first, and the confidence.

        Together they have at most `length` code points, joined by spaces, unless the first one
        alone has more; they are at most `most`.
        """
        quotations, confidence, _ = self.work_out(query, hits, length=length, most=most)
        return quotations, confidence

    def work_out(
        self, query: Query, hits: Sequence[Hit], *, length: int = LENGTH, most: int = MOST
    ) -> tuple[list[Quotation], float, Steps]:
        """Return the same as `answer`, and the steps that led to it."""
        steps = Steps(self, query, hits)
        steps.score_mentions(self.weights.mentions(steps.mention_features()))
        features = steps.piece_features()
        chances = self.weights.pieces(features)
        steps.score_pieces(chances * nearness(features, len(self.lexicon)))
        supports = self.weights.supports(features)
        confidence = self.weights.reply(steps.confidence_features(supports)) if hits else 0.0
        return [steps.quotation(p) for p in steps.chosen(length, most)], confidence, steps

    @property
    def weights(self) -> Weights:
        """The weights in use."""
        return self._weights or default_weights()

    @property
    def form(self) -> Callable[[str], Form]:
        """From a written word to its form, remembered."""
        return self._form

    @property
    def idf(self) -> Callable[[str], float]:
        """The inverse frequencies, remembered."""
        return self._idf

    def analyse(self, query: Query) -> Question:
        """Return what the query asks for."""
        return analyse(query.text, self.lexicon, self._form)


def nearness(features: NDArray[np.float32], passages: int) -> NDArray[np.float64]:
    """Return a factor for each piece's chance: how near its sentence is to the question's words.

    It is 1 in a large collection, where search has left only passages on the subject. In a small
    one the hits are about anything; there a sentence counts by the share of the question's words
    in and around it, against the best sentence's.
    """
    context = features[:, PIECE_FEATURES.index("context")].astype(np.float64)
    most = float(context.max(initial=0.0))
    if most <= 0:
        return np.ones(len(features))
    return np.asarray((context / most) ** (1 - min(1.0, passages / LARGE)), dtype=np.float64)


class Steps:
    """What is worked out for one question, step by step; fitting takes the same steps."""

    def __init__(self, extractor: Extractor, query: Query, hits: Sequence[Hit]) -> None:
        self.query = query
        self.question: Question = extractor.analyse(query)
        near = [h for h in hits[:HITS] if h.lexical_rank is not None or h.cosine >= _NEAR]
        self.reading: Reading = read(near, self.question, extractor.lexicon, extractor.form)
        self.candidates: list[Candidate] = gather(self.reading, self.question)
        self._features = MentionFeatures(self.question, self.reading, extractor.idf)
        self.mention_chances: NDArray[np.float64] = np.zeros(0)
        self.pieces: list[Piece] = []
        self.piece_chances: NDArray[np.float64] = np.zeros(0)

    def mention_features(self) -> NDArray[np.float32]:
        """Return the features of the candidates."""
        return self._features.matrix(self.candidates)

    def score_mentions(self, chances: NDArray[np.float64]) -> None:
        """Take the candidates' probabilities and cut the pieces."""
        self.mention_chances = chances
        self.pieces = cut(self.reading, self.candidates, chances)

    def piece_features(self) -> NDArray[np.float32]:
        """Return the features of the pieces."""
        features = PieceFeatures(
            self.query,
            self.question,
            self.reading,
            self.candidates,
            self.mention_chances,
            self._features.word_agreement,
        )
        return features.matrix(self.pieces)

    def score_pieces(self, chances: NDArray[np.float64]) -> None:
        """Take the pieces' probabilities."""
        self.piece_chances = chances

    def confidence_features(self, supports: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the features of the question as a whole; `supports`: one a piece."""
        reading = self.reading
        sources = [reading.hits[reading.sentences[p.sentence].hit].article.id for p in self.pieces]
        return confidence_features(self.question, reading, self.mention_chances, supports, sources)

    def chosen(self, length: int = LENGTH, most: int = MOST) -> list[Piece]:
        """Return the pieces to quote."""
        if not self.pieces:
            return []
        masses = word_masses(
            self.pieces, self.candidates, self.mention_chances, self.question.known
        )
        numbers = select(self.pieces, self.piece_chances, masses, room=length, most=most)
        return [self.pieces[n] for n in numbers]

    def quotation(self, piece: Piece) -> Quotation:
        """Return where the piece stands, and where other articles say its sentence too."""
        sentences = self.reading.sentences
        own = sentences[piece.sentence]
        hit = self.reading.hits[own.hit]
        echoes: dict[str, Place] = {}
        if piece.whole:
            for other in sentences:
                said_by = self.reading.hits[other.hit]
                if said_by.article.id != hit.article.id and alike(own.stems, other.stems):
                    place = Place(said_by, other.span, other.text)
                    echoes.setdefault(said_by.article.id, place)
        return Quotation(Place(hit, piece.span, piece.text), tuple(echoes.values())[:ECHOES])
