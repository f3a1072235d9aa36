"""AUROC: whether confidence tells answerable questions from unanswerable ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Return the probability that a positive scores above a negative, ties counting half.

    The area under the receiver operating characteristic as the Mann-Whitney statistic U / (m n),
    computed from mid-ranks (Hanley and McNeil, Radiology 1982). None if a side is empty.
    """
    if not positive or not negative:
        return None
    values = sorted([*((v, 1) for v in positive), *((v, 0) for v in negative)])
    rank_sum = 0.0
    start = 0
    while start < len(values):
        end = start
        while end < len(values) and values[end][0] == values[start][0]:
            end += 1
        middle = (start + 1 + end) / 2
        rank_sum += middle * sum(label for _, label in values[start:end])
        start = end
    m, n = len(positive), len(negative)
    return (rank_sum - m * (m + 1) / 2) / (m * n)
