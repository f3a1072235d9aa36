"""What each stage from search to reply gains, on the same questions and the same search pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.evaluation.metrics.answer_within import answer_within
from retrieval.evaluation.metrics.evidence_at import evidence_rank
from retrieval.evaluation.plain import plain_quotation
from retrieval.fusion import fuse
from retrieval.search import DEFAULT_WEIGHTS, rerank_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.index.generation import Generation
    from retrieval.types import Hit, Query

EVIDENCE_DEPTHS = (1, 3, 5)
LABELS = {
    "dense": "dense ranking alone",
    "lexical": "BM25 alone",
    "fused": "both, fused",
    "recency": "fused with recency",
    "reranked": "re-ranked",
    "plain": "quoted by shared words",
    "extracted": "extracted, never refused",
    "replied": "replied, after refusals",
}


@dataclass(frozen=True, slots=True)
class StageRanks:
    """One question: the rank of the first passage with an answer, by stage of the search.

    Ranks count from 1, None = not among the first five. `plain` says whether the baseline's
    quotation (`retrieval.evaluation.plain`) of the re-ranked passages holds an answer.
    """

    evidence: dict[str, int | None]
    plain: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage's share of answerable questions: evidence@k of a ranking, or answer@300 of quoting.

    `stage` is a key of LABELS; the figure that does not apply is None.
    """

    stage: str
    evidence: dict[int, float] | None
    answer: float | None

    @property
    def label(self) -> str:
        """The stage as a person names it."""
        return LABELS[self.stage]


def stage_ranks(
    generation: Generation,
    query: Query,
    vector: NDArray[np.float32],
    hits: Sequence[Hit],
    answers: Sequence[str],
) -> StageRanks:
    """Return the ranks of a question whose re-ranked `hits` and accepted `answers` are these.

    The orders before re-ranking are all of the pool that search gathered for the question.
    """
    pool = rerank_window(generation, query, vector).pool
    no_recency = fuse(pool.cosines, pool.bm25, np.full(len(pool.rows), np.inf), DEFAULT_WEIGHTS)
    orders = {
        "dense": np.where(pool.dense_ranks > 0, pool.dense_ranks, np.inf),
        "lexical": np.where(pool.lexical_ranks > 0, pool.lexical_ranks, np.inf),
        "fused": -no_recency,
        "recency": -pool.fused,
    }
    deepest = max(EVIDENCE_DEPTHS)
    evidence: dict[str, int | None] = {}
    for name, order in orders.items():
        first = [n for n in np.argsort(order, kind="stable") if np.isfinite(order[n])][:deepest]
        texts = [generation.passage(int(pool.rows[n])).text for n in first]
        evidence[name] = evidence_rank(texts, answers)
    evidence["reranked"] = evidence_rank([h.passage.text for h in hits[:deepest]], answers)
    quoted = plain_quotation(query.text, hits, generation.lexical)
    return StageRanks(evidence, plain=answer_within(quoted, answers))


def stage_shares(
    ranks: Sequence[StageRanks], *, extracted: float | None, replied: float | None
) -> tuple[Stage, ...]:
    """Return the stages of the answerable questions (one or more), first to last.

    `extracted` and `replied` are the run's answer@300 before and after refusals.
    """
    if not ranks:
        return ()
    return (
        *(
            Stage(name, {k: _within(ranks, name, k) for k in EVIDENCE_DEPTHS}, None)
            for name in ranks[0].evidence
        ),
        Stage("plain", None, sum(r.plain for r in ranks) / len(ranks)),
        Stage("extracted", None, extracted),
        Stage("replied", None, replied),
    )


def _within(ranks: Sequence[StageRanks], name: str, depth: int) -> float:
    found = [r.evidence[name] for r in ranks]
    return sum(rank is not None and rank <= depth for rank in found) / len(found)
