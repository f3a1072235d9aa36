"""Fuses the dense and the lexical ranking, and recency, into one score a passage.

A convex combination of scores, not of ranks: how far the first is ahead of the second says
something, and ranks forget it. (Bruch, Gai, Ingber: An Analysis of Fusion Functions for Hybrid
Retrieval, ACM TOIS 2023.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.lexical import UNDATED

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """Weights of cosine, of BM25 over the question's best BM25, and of recency.

    Recency is 2^(-age / half_life) with the age in days; an undated passage has none.
    """

    dense: float = 0.5
    lexical: float = 0.5
    recency: float = 0.3
    half_life: float = 15.0


def fuse(
    cosines: NDArray[np.float32],
    bm25: NDArray[np.float32],
    ages: NDArray[np.float64],
    weights: FusionWeights,
) -> NDArray[np.float64]:
    """Return one score a passage, all arrays (n,); `ages` in days, infinite where unknown."""
    best = float(bm25.max(initial=0.0))
    lexical = bm25 / best if best > 0 else np.zeros_like(bm25)
    recency = np.exp2(-np.maximum(ages, 0.0) / weights.half_life)
    fused: NDArray[np.float64] = (
        weights.dense * cosines + weights.lexical * lexical + weights.recency * recency
    )
    return fused


def ages_in_days(days: NDArray[np.int32], today: int) -> NDArray[np.float64]:
    """Return how old publications of these days (since 1970) are on day `today`."""
    ages = np.where(days == UNDATED, np.inf, today - days.astype(np.float64))
    return np.asarray(ages, dtype=np.float64)
