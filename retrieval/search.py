"""A query to hits: both rankings over one generation, fused and re-ranked, within its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from retrieval.evidence import Pool, pool_signals, question_terms, text_signals
from retrieval.fusion import FusionWeights, ages_in_days, fuse
from retrieval.index.layout import day_of
from retrieval.lexical import FUNCTION_WORDS, UNDATED
from retrieval.reranking import default_model
from retrieval.types import Hit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.index.generation import Generation
    from retrieval.reranking import RankingModel
    from retrieval.types import Article, Passage, Query

DEFAULT_WEIGHTS = FusionWeights()
_DEPTH = 100  # how far down each ranking is read before they are fused
_WINDOW = 30  # how many of the fused are re-ranked
# "What's the latest on X": being a week newer outweighs being a better match, within the window.
_LATEST_WEIGHT = 1.0
_LATEST_HALF_LIFE = 7.0


@dataclass(frozen=True, slots=True, eq=False)
class WordRanking:
    """The first `depth` passages by a query's words, within its bounds: keys and BM25 scores."""

    generation: Generation
    query: Query
    depth: int
    keys: NDArray[np.uint64]
    scores: NDArray[np.float32]

    def fits(self, generation: Generation, query: Query, depth: int) -> bool:
        """Tell whether another query's ranking would be the same."""
        return (
            generation is self.generation
            and depth == self.depth
            and query.text == self.query.text
            and query.source == self.query.source
            and query.published_from == self.query.published_from
            and query.published_to == self.query.published_to
            and day_of(query.as_of) == day_of(self.query.as_of)
        )


def rank_words(generation: Generation, query: Query, *, depth: int = _DEPTH) -> WordRanking:
    """Return what `search` needs to know of a query before it needs the vector."""
    return _rank_words(generation, query, _bounds(generation, query), depth)


def search(
    generation: Generation,
    query: Query,
    vector: NDArray[np.float32],
    *,
    limit: int = 10,
    weights: FusionWeights = DEFAULT_WEIGHTS,
    model: RankingModel | None = None,
    words: WordRanking | None = None,
) -> list[Hit]:
    """Return up to `limit` hits for the query, best first.

    `vector` is the question's unit vector, float32 (dimension,); `words` what `rank_words` returned
    beforehand, which is used if it fits. Ties go to the passage that fused first, so the same
    question on the same generation gives the same hits.
    """
    size = max(_WINDOW, limit)
    window = rerank_window(generation, query, vector, size=size, weights=weights, words=words)
    if not window.passages:
        return []
    pool, places = window.pool, window.places
    scores = (model or default_model()).scores(window.signals)
    if query.latest:
        scores += _LATEST_WEIGHT * np.exp2(-np.maximum(pool.ages[places], 0) / _LATEST_HALF_LIFE)
    return [
        Hit(
            passage=window.passages[n],
            article=window.articles[n],
            score=float(scores[n]),
            cosine=float(pool.cosines[places[n]]),
            rank=rank,
            dense_rank=int(pool.dense_ranks[places[n]]) or None,
            lexical_rank=int(pool.lexical_ranks[places[n]]) or None,
        )
        for rank, n in enumerate(np.argsort(-scores, kind="stable")[:limit].tolist(), start=1)
    ]


@dataclass(frozen=True, slots=True)
class Window:
    """The passages that are re-ranked: their places in the pool, and their signals (n,) by name."""

    pool: Pool
    places: NDArray[np.int64]
    passages: list[Passage]
    articles: list[Article]
    signals: dict[str, NDArray[np.float64]]


def rerank_window(
    generation: Generation,
    query: Query,
    vector: NDArray[np.float32],
    *,
    size: int = _WINDOW,
    weights: FusionWeights = DEFAULT_WEIGHTS,
    words: WordRanking | None = None,
) -> Window:
    """Return the `size` passages that fused best, with their signals."""
    depth = max(_DEPTH, size)
    pool = gather(generation, query, vector, depth=depth, weights=weights, words=words)
    places = np.argsort(-pool.fused, kind="stable")[:size]
    passages = [generation.passage(int(row)) for row in pool.rows[places]]
    articles = [generation.article(int(row)) for row in pool.articles[places]]
    if not passages:
        return Window(pool, places, passages, articles, {})
    signals = _signals(generation, query, pool, places, passages, articles)
    return Window(pool, places, passages, articles, signals)


def gather(
    generation: Generation,
    query: Query,
    vector: NDArray[np.float32],
    *,
    depth: int,
    weights: FusionWeights,
    words: WordRanking | None = None,
) -> Pool:
    """Return the first `depth` passages of both rankings within the query's bounds, fused."""
    bounds = _bounds(generation, query)
    dense_rows, _ = generation.dense.search(vector, limit=depth, allowed=bounds.allowed)
    if words is None or not words.fits(generation, query, depth):
        words = _rank_words(generation, query, bounds, depth)
    lexical_rows = generation.rows_of_keys(words.keys)
    rows = np.union1d(dense_rows, lexical_rows).astype(np.int64)
    cosines = generation.dense.vectors(rows) @ vector
    bm25 = np.zeros(len(rows), dtype=np.float32)
    bm25[np.searchsorted(rows, lexical_rows)] = words.scores
    ages = ages_in_days(generation.days[rows], day_of(query.as_of))
    records = generation.passage_table[rows]
    return Pool(
        rows=rows,
        articles=records["article"].astype(np.int64),
        ordinals=records["ordinal"].astype(np.int64),
        cosines=cosines,
        bm25=bm25,
        ages=ages,
        fused=fuse(cosines, bm25, ages, weights),
        dense_ranks=_ranks(rows, dense_rows),
        lexical_ranks=_ranks(rows, lexical_rows),
    )


class _Bounds(NamedTuple):
    """Which passages a query allows: as rows, None for all, and as the word index takes it."""

    allowed: NDArray[np.bool_] | None
    days: tuple[int | None, int | None]
    articles: list[int] | None


def _bounds(generation: Generation, query: Query) -> _Bounds:
    allowed = _allowed_days(generation.days, query)
    days = (None, None) if allowed is None else _day_bounds(query)
    if not query.source:
        return _Bounds(allowed, days, None)
    rows = generation.articles_of(query.source)
    of_source = generation.passages_of(rows)
    allowed = of_source if allowed is None else allowed & of_source
    return _Bounds(allowed, days, generation.article_table["key"][rows].tolist())


def _rank_words(generation: Generation, query: Query, bounds: _Bounds, depth: int) -> WordRanking:
    keys, scores = generation.lexical.search(
        query.text, limit=depth, days=bounds.days, articles=bounds.articles
    )
    return WordRanking(generation, query, depth, keys, scores)


def _ranks(rows: NDArray[np.int64], ranked: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rank from 1 of each of `rows` (ascending) in `ranked`, 0 where it isn't in it."""
    ranks = np.zeros(len(rows), dtype=np.int64)
    ranks[np.searchsorted(rows, ranked)] = np.arange(1, len(ranked) + 1)
    return ranks


def _signals(
    generation: Generation,
    query: Query,
    pool: Pool,
    window: NDArray[np.int64],
    passages: list[Passage],
    articles: list[Article],
) -> dict[str, NDArray[np.float64]]:
    """Return the signals of the passages at the places `window` of the pool."""
    words = generation.lexical
    return pool_signals(pool, window) | text_signals(
        question_terms(query.text, words, skipped=FUNCTION_WORDS),
        [article.title for article in articles],
        [passage.text for passage in passages],
        pool.articles[window],
        pool.fused[window],
        words,
    )


def _day_bounds(query: Query) -> tuple[int | None, int]:
    """Return the first and last day of publication that the query allows."""
    upper = day_of(query.as_of)
    if query.published_to is not None:
        upper = min(upper, day_of(query.published_to))
    if query.published_from is not None:
        return day_of(query.published_from), upper
    # With an end alone, undated articles stay out too; without any range they stay in.
    return (UNDATED + 1 if query.published_to is not None else None), upper


def _allowed_days(days: NDArray[np.int32], query: Query) -> NDArray[np.bool_] | None:
    """Return which rows the query's dates allow, None when all are."""
    lower, upper = _day_bounds(query)
    allowed = days <= upper
    if lower is not None:
        allowed &= days >= lower
    return None if allowed.all() else np.asarray(allowed, dtype=np.bool_)
