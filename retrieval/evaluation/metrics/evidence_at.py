"""evidence@k: whether one of the first k passages holds the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.evaluation.matching import contains_answer

if TYPE_CHECKING:
    from collections.abc import Sequence


def evidence_rank(passages: Sequence[str], answers: Sequence[str]) -> int | None:
    """Return the rank (from 1) of the first passage that holds an answer, None if none does.

    evidence@k = the share of answerable questions whose rank is at most k; the top-k retrieval
    accuracy of Karpukhin et al., Dense Passage Retrieval, EMNLP 2020.
    """
    for rank, passage in enumerate(passages, start=1):
        if contains_answer(passage, answers):
            return rank
    return None
