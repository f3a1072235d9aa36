"""What a subscription would have brought of late: the newest articles that it matches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from bot.alerting.candidates import candidate_at, digest_at
from bot.alerts.matching import Matcher, meaning_sought
from bot.alerts.telling import ArticleRef
from bot.alerts.types import Subscription

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.alerts.types import Match, Reason, Vectors, Wanted
    from retrieval.index.generation import Generation

PASSAGES = 20_000
"""Passages, the closest or the best for the words, whose articles are looked at."""
_AT_ONCE = 50
_ROUNDING = 1e-4
"""What a cosine of the search may differ from that of the vectors."""
_EVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Previewed:
    """An article that a subscription would have been told of."""

    article: ArticleRef
    score: float
    reasons: tuple[Reason, ...]


def preview(
    generation: Generation,
    wanted: Wanted,
    vector: Vectors | None,
    threshold: float,
    *,
    limit: int,
    since: datetime | None,
) -> list[Previewed]:
    """Return up to `limit` articles that match, newest day first. Blocking.

    `since` leaves out what was published before it (an undated article counts by when it was
    fetched). Only the 20,000 best passages' articles are looked at: enough for the loosest step in
    a collection of 100,000.
    """
    wish = Subscription(
        0, 0, None, wanted, "", threshold, "now", "active", None, _EVER, None, vector
    )
    stems = generation.lexical.stems
    matcher = Matcher([wish], stems, generation.lexical.inverse_frequency)
    rows = _newest_first(generation, _rows(generation, wish))
    found: list[Match] = []
    refs: dict[str, ArticleRef] = {}
    for start in range(0, len(rows), _AT_ONCE):
        candidates = []
        for row in rows[start : start + _AT_ONCE].tolist():
            ref = _ref(generation, row)
            if since is None or ref.when >= since:
                refs[ref.id] = ref
                candidates.append(candidate_at(generation, row, ref.id, ref.arrived))
        found += matcher.match(candidates)
        if len(found) >= limit:
            break
    return [Previewed(refs[one.article_id], one.score, one.reasons) for one in found[:limit]]


def _rows(generation: Generation, wish: Subscription) -> NDArray[np.int64]:
    """Return the rows of the articles that may match, best first."""
    wanted, vector, of_source = wish.wanted, wish.vector, None
    if wanted.source:
        of_source = generation.articles_of(wanted.source)
    if wanted.topic and vector is not None:
        allowed = None if of_source is None else generation.passages_of(of_source)
        passages, cosines = generation.dense.search(vector, limit=PASSAGES, allowed=allowed)
        return _meant(generation, passages, cosines, vector, meaning_sought(wish) - _ROUNDING)
    if wanted.words.required:
        keys, _ = generation.lexical.search(" ".join(wanted.words.required), limit=PASSAGES)
        passages = generation.rows_of_keys(keys)
    elif of_source is not None:
        return of_source
    else:
        return np.arange(len(generation.article_table), dtype=np.int64)
    articles = generation.passage_table["article"][passages].astype(np.int64)
    _, first = np.unique(articles, return_index=True)
    best: NDArray[np.int64] = articles[np.sort(first)]
    return best


def _meant(
    generation: Generation,
    passages: NDArray[np.int64],
    cosines: NDArray[np.float32],
    vector: Vectors,
    least: float,
) -> NDArray[np.int64]:
    """Return the rows of the articles of some passages whose meaning is at least `least`.

    `passages` are best first, so an article's first is its closest.
    """
    near = passages[cosines >= least]
    articles, first = np.unique(generation.passage_table["article"][near], return_index=True)
    articles = articles.astype(np.int64)
    leads = generation.article_table["first"][articles].astype(np.int64)
    meanings = (cosines[first] + generation.dense.vectors(leads) @ vector) / 2
    return articles[meanings >= least]


def _newest_first(generation: Generation, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    days = generation.article_table["day"][rows]
    ordered: NDArray[np.int64] = rows[np.argsort(-days.astype(np.int64), kind="stable")]
    return ordered


def _ref(generation: Generation, row: int) -> ArticleRef:
    article = generation.article(row)
    return ArticleRef(
        id=article.id,
        title=article.title,
        url=article.url,
        source=article.source,
        published=article.published,
        arrived=article.fetched,
        digest=digest_at(generation, row),
    )
