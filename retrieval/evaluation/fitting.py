"""Fits the weights on questions with known answers, and tells how well that does on others.

Each model is fitted on predictions that the one before it made for questions it had not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from retrieval.evaluation.matching import normalise
from retrieval.evaluation.metrics.answer_within import answer_within
from retrieval.extraction.answer import Extractor, Steps
from retrieval.extraction.confidence import CONFIDENCE_FEATURES
from retrieval.extraction.logistic import Logistic, fit_logistic
from retrieval.extraction.scorer import (
    CALIBRATION_INPUTS,
    MENTION_INPUTS,
    PIECE_INPUTS,
    SUPPORT_INPUTS,
    Weights,
    mention_inputs,
    piece_inputs,
    support_inputs,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.extraction.features import Candidate
    from retrieval.extraction.words import Lexicon
    from retrieval.types import Hit, Query

FOLDS = 5


@dataclass(slots=True)
class Example:
    """A question, its hits, its accepted answers (none: it can't be answered), and its fold.

    Questions that belong together (of one day, say) belong in one fold.
    """

    query: Query
    hits: Sequence[Hit]
    answers: Sequence[str]
    fold: int


@dataclass(slots=True)
class _Work:
    """What fitting keeps of an example."""

    example: Example
    steps: Steps
    features: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    labels: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    inputs: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question would get from weights that were fitted without it."""

    quotes: list[str]
    confidence: float


@dataclass(frozen=True, slots=True)
class Ridge:
    """How strongly large weights are penalised, model by model."""

    mention: float = 30.0
    piece: float = 30.0
    support: float = 30.0
    confidence: float = 10.0


def fit(
    lexicon: Lexicon, examples: Sequence[Example], ridge: Ridge | None = None
) -> tuple[Weights, list[Outcome]]:
    """Return the weights fitted on all examples, and each one's outcome under its fold's."""
    ridge = ridge or Ridge()
    extractor = Extractor(lexicon)
    work = [_Work(e, Steps(extractor, e.query, e.hits)) for e in examples]
    for w in work:
        w.features = w.steps.mention_features()
        w.inputs = mention_inputs(w.features)
        w.labels = np.array([_is_answer(w, c) for c in w.steps.candidates], dtype=np.int64)
    mention, by_fold = _cross_fit(work, MENTION_INPUTS, ridge.mention, answerable=True)
    for w in work:
        w.steps.score_mentions(by_fold[w.example.fold](w.inputs))
        w.features = w.steps.piece_features()
        w.inputs = piece_inputs(w.features)
        w.labels = np.array(
            [holds(p.text, w.example.answers) for p in w.steps.pieces], dtype=np.int64
        )
    piece, by_fold = _cross_fit(work, PIECE_INPUTS, ridge.piece, answerable=True)
    for w in work:
        w.steps.score_pieces(by_fold[w.example.fold](w.inputs))
        w.inputs = support_inputs(w.features)
    support, by_fold = _cross_fit(work, SUPPORT_INPUTS, ridge.support, answerable=False)
    for w in work:
        supports = by_fold[w.example.fold](w.inputs)
        w.inputs = w.steps.confidence_features(supports)[None, :]
        w.labels = np.array([bool(w.example.answers)], dtype=np.int64)
    confidence, by_fold = _cross_fit(work, CONFIDENCE_FEATURES, ridge.confidence, answerable=False)
    quotes = [[p.text for p in w.steps.chosen()] for w in work]
    raw = np.array([by_fold[w.example.fold].logits(w.inputs)[0] for w in work])
    right = [answer_within(q, w.example.answers) for q, w in zip(quotes, work, strict=True)]
    calibration = fit_logistic(raw[:, None], np.array(right, int), CALIBRATION_INPUTS, ridge=1.0)
    sure = calibration(raw[:, None])
    outcomes = [Outcome(q, float(c)) for q, c in zip(quotes, sure, strict=True)]
    return Weights(mention, piece, support, confidence, calibration), outcomes


def _cross_fit(
    work: Sequence[_Work], names: Sequence[str], ridge: float, *, answerable: bool
) -> tuple[Logistic, list[Logistic]]:
    """Return the model of all examples, and for each fold that of the other folds."""
    usable = [w for w in work if len(w.labels) and (w.example.answers or not answerable)]

    def model(left_out: int | None) -> Logistic:
        chosen = [w for w in usable if w.example.fold != left_out]
        x = np.vstack([w.inputs for w in chosen])
        y = np.concatenate([w.labels for w in chosen])
        return fit_logistic(x, y, names, ridge=ridge)

    return model(None), [model(k) for k in range(FOLDS)]


def holds(text: str, answers: Sequence[str]) -> bool:
    """Whether a text has one of the answers; a short one has to stand there as words."""
    said = normalise(text)
    for answer in answers:
        sought = normalise(answer)
        if sought and (f" {sought} " in f" {said} " or (len(sought) >= 5 and sought in said)):
            return True
    return False


def _is_answer(work: _Work, candidate: Candidate) -> bool:
    """Whether a mention is an answer, or nearly: F1 of words of 0.6 or more."""
    number, first, last = candidate.places[0]
    sentence = work.steps.reading.sentences[number]
    words = sentence.words
    surface = normalise(sentence.text[words[first].start : words[last - 1].end]).split()
    for answer in work.example.answers:
        sought = normalise(answer).split()
        if not sought or not surface:
            continue
        inside = f" {' '.join(sought)} " in f" {' '.join(surface)} "
        if inside and len(surface) <= len(sought) + 3:
            return True
        shared = len(set(sought) & set(surface))
        if shared and 2 * shared / (len(surface) + len(sought)) >= 0.6:
            return True
    return False
