"""Vectors that lie as those of news do: about topics, and in them about stories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def clustered(count: int, dimension: int, seed: int = 1) -> NDArray[np.float32]:
    """Return unit vectors about 40 topics that all lean to one side, float32 (count, dimension)."""
    chance = np.random.default_rng(seed)
    topics = np.random.default_rng(0).standard_normal((40, dimension)) + 0.4
    spread = 0.7 * chance.standard_normal((count, dimension))
    return unit(topics[chance.integers(0, len(topics), count)] + spread)


def nearest(
    vectors: NDArray[np.float32], question: NDArray[np.float32], limit: int
) -> NDArray[np.int64]:
    """Return the rows nearest to `question`, best first, by comparing all in float64."""
    cosines = vectors.astype(np.float64) @ question.astype(np.float64)
    return np.argsort(-cosines, kind="stable")[:limit]
