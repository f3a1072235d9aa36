"""Precision and recall of a threshold over labelled pairs, each of which stands for `weight` pairs.

Weights are inverse probabilities of having been drawn, so a weighted share estimates that of all
pairs of the collection (Horvitz and Thompson, JASA 1952).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOLDS = 10
BETA = 0.5  # F-measure's: precision counts twice as much as recall


@dataclass(frozen=True, slots=True)
class Sample:
    """Pairs (n,): their scores, whether each is wanted, what each stands for, and its topic."""

    scores: Floats
    wanted: NDArray[np.bool_]
    weights: Floats
    topics: NDArray[np.int64]

    def taken(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Sample:
        """Return the pairs in these rows."""
        return Sample(self.scores[rows], self.wanted[rows], self.weights[rows], self.topics[rows])

    def unweighted(self) -> Sample:
        """Return the same pairs, each standing for itself."""
        return Sample(self.scores, self.wanted, np.ones_like(self.weights), self.topics)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What thresholds fitted on other topics give, and the thresholds' mean and deviation."""

    precision: float
    recall: float
    threshold: float
    spread: float


def precision_recall(sample: Sample, passed: NDArray[np.bool_]) -> tuple[float, float]:
    """Return precision and recall of what passed; precision 1 where nothing did."""
    held = float((sample.weights * passed).sum())
    right = float((sample.weights * (passed & sample.wanted)).sum())
    wanted = float((sample.weights * sample.wanted).sum())
    return right / held if held else 1.0, right / wanted if wanted else 0.0


def f_measure(precision: float, recall: float) -> float:
    """Return F0.5 (van Rijsbergen, Information Retrieval, 1979)."""
    bottom = BETA**2 * precision + recall
    return (1 + BETA**2) * precision * recall / bottom if bottom else 0.0


def average_precision(sample: Sample) -> float:
    """Return the mean precision at the wanted pairs, best score first."""
    best = sample.taken(np.argsort(-sample.scores, kind="stable"))
    gains = best.weights * best.wanted
    precisions = np.cumsum(gains) / np.cumsum(best.weights)
    return float((precisions * gains).sum() / gains.sum())


def best_f(sample: Sample) -> float:
    """Return the threshold with the highest F0.5."""
    return max(
        (float(t) for t in np.unique(sample.scores)),
        key=lambda t: f_measure(*precision_recall(sample, sample.scores >= t)),
    )


def most_recall(sample: Sample, precision: float = 0.9) -> float:
    """Return the lowest threshold whose precision is enough; above all scores if none is."""
    good = [
        float(t)
        for t in np.unique(sample.scores)
        if precision_recall(sample, sample.scores >= t)[0] >= precision
    ]
    return min(good, default=float(sample.scores.max()) + 1.0)


def cross_validated(sample: Sample, choose: Callable[[Sample], float]) -> Fitted:
    """Return what topics get from thresholds that were chosen on other topics."""
    fold = folds(sample.topics)
    passed = np.zeros(len(sample.scores), dtype=np.bool_)
    thresholds = []
    for number in range(FOLDS):
        threshold = choose(sample.taken(fold != number))
        thresholds.append(threshold)
        passed |= (fold == number) & (sample.scores >= threshold)
    precision, recall = precision_recall(sample, passed)
    return Fitted(precision, recall, float(np.mean(thresholds)), float(np.std(thresholds)))


def folds(topics: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each pair's fold (n,): all pairs of a topic are in one."""
    drawn = np.random.default_rng(0).permutation(int(topics.max()) + 1) % FOLDS
    return np.asarray(drawn[topics], dtype=np.int64)
