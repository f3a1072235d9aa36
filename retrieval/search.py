"""A query to hits: both rankings over one generation, fused, within the query's dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.fusion import FusionWeights, ages_in_days, fuse
from retrieval.index.layout import day_of
from retrieval.lexical import UNDATED
from retrieval.types import Hit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.index.generation import Generation
    from retrieval.types import Query

DEFAULT_WEIGHTS = FusionWeights()
_DEPTH = 100  # how far down each ranking is read before they are fused


def search(
    generation: Generation,
    query: Query,
    vector: NDArray[np.float32],
    *,
    limit: int = 10,
    weights: FusionWeights = DEFAULT_WEIGHTS,
) -> list[Hit]:
    """Return up to `limit` hits for the query, best first.

    `vector` is the question's unit vector, float32 (dimension,). Ties go to the passage that
    was indexed first, so the same question on the same generation gives the same hits.
    """
    depth = max(_DEPTH, limit)
    dense_rows, _ = generation.dense.search(
        vector, limit=depth, allowed=_allowed(generation.days, query)
    )
    keys, scores = generation.lexical.search(query.text, limit=depth, days=_day_bounds(query))
    lexical_rows = generation.rows_of_keys(keys)
    rows = np.union1d(dense_rows, lexical_rows)
    if len(rows) == 0:
        return []
    cosines = generation.dense.vectors(rows) @ vector
    bm25 = np.zeros(len(rows), dtype=np.float32)
    bm25[np.searchsorted(rows, lexical_rows)] = scores
    ages = ages_in_days(generation.days[rows], day_of(query.as_of))
    fused = fuse(cosines, bm25, ages, weights)
    best = np.argsort(-fused, kind="stable")[:limit]
    dense_ranks = {int(row): n for n, row in enumerate(dense_rows, start=1)}
    lexical_ranks = {int(row): n for n, row in enumerate(lexical_rows, start=1)}
    return [
        Hit(
            passage=generation.passage(int(rows[n])),
            article=generation.article_of(int(rows[n])),
            score=float(fused[n]),
            cosine=float(cosines[n]),
            rank=rank,
            dense_rank=dense_ranks.get(int(rows[n])),
            lexical_rank=lexical_ranks.get(int(rows[n])),
        )
        for rank, n in enumerate(best, start=1)
    ]


def _day_bounds(query: Query) -> tuple[int | None, int]:
    """Return the first and last day of publication that the query allows."""
    upper = day_of(query.as_of)
    if query.published_to is not None:
        upper = min(upper, day_of(query.published_to))
    if query.published_from is not None:
        return day_of(query.published_from), upper
    # With an end alone, undated articles stay out too; without any range they stay in.
    return (UNDATED + 1 if query.published_to is not None else None), upper


def _allowed(days: NDArray[np.int32], query: Query) -> NDArray[np.bool_] | None:
    """Return which rows the query's dates allow, None when all are."""
    lower, upper = _day_bounds(query)
    allowed = days <= upper
    if lower is not None:
        allowed &= days >= lower
    return None if allowed.all() else np.asarray(allowed, dtype=np.bool_)
