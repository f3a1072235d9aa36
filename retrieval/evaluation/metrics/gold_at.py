"""gold@k and the reciprocal rank: where the article known to hold the answer stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def gold_rank(urls: Sequence[str | None], gold: Collection[str]) -> int | None:
    """Return the rank (from 1) among distinct articles of the first gold one, None if absent.

    gold@k = the share of questions with a gold article whose rank is at most k (success@k).
    """
    distinct = dict.fromkeys(url for url in urls if url)
    for rank, url in enumerate(distinct, start=1):
        if url in gold:
            return rank
    return None


def reciprocal_rank(rank: int | None) -> float:
    """Return 1 / rank, 0 if there is none.

    Its mean over questions is MRR (Voorhees, The TREC-8 Question Answering Track Report, 1999).
    """
    return 0.0 if rank is None else 1.0 / rank
