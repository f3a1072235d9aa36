"""Fits the re-ranker's weights on questions with known answers.

Listwise: the softmax over a question's passages is to put its weight on those that hold an answer
(Cao et al.: Learning to Rank: From Pairwise Approach to Listwise Approach, ICML 2007).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.evaluation.matching import contains_answer
from retrieval.evidence import SIGNALS
from retrieval.reranking import RankingModel
from retrieval.search import rerank_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.index.generation import Generation
    from retrieval.types import Query

PENALTY = 30.0  # on the squares of the weights


def fit_ranking(
    generation: Generation,
    queries: Sequence[Query],
    vectors: Sequence[NDArray[np.float32]],
    answers: Sequence[Sequence[str]],
) -> RankingModel:
    """Return the model that best puts passages with an answer first.

    Questions without answers, and those whose passages all or none hold one, tell nothing.
    """
    tables, held = [], []
    for query, vector, accepted in zip(queries, vectors, answers, strict=True):
        window = rerank_window(generation, query, vector)
        holds = np.array([contains_answer(p.text, accepted) for p in window.passages], dtype=bool)
        if 0 < holds.sum() < len(holds):
            tables.append(np.stack([window.signals[name] for name in SIGNALS], axis=1))
            held.append(holds)
    return _fit(tables, held)


def _fit(tables: list[NDArray[np.float64]], held: list[NDArray[np.bool_]]) -> RankingModel:
    from scipy.optimize import minimize

    table = np.concatenate(tables)
    mean, deviation = table.mean(axis=0), table.std(axis=0) + 1e-9
    table = (table - mean) / deviation
    positive = np.concatenate(held)
    sizes = [len(holds) for holds in held]
    group = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def loss(weight: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        raw = table @ weight
        raw = np.exp(raw - np.maximum.reduceat(raw, starts)[group])
        whole, good = np.add.reduceat(raw, starts), np.add.reduceat(raw * positive, starts)
        value = -np.log((good + 1e-300) / whole).sum() + 0.5 * PENALTY * weight @ weight
        slope = table.T @ (raw / whole[group] - raw * positive / (good[group] + 1e-300))
        return float(value), slope + PENALTY * weight

    found = minimize(loss, np.zeros(len(SIGNALS)), jac=True, method="L-BFGS-B")
    return RankingModel(SIGNALS, mean, deviation, found.x)
