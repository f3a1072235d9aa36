"""Reliability: whether answers of confidence p turn out right with probability p."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Questions of confidence in [low, high): how many, their mean confidence, share right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def reliability(
    confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10
) -> list[ReliabilityBin]:
    """Return the bins of equal width that hold a question; 1.0 belongs to the last.

    The reliability diagram of DeGroot and Fienberg, The Statistician 1983.
    """
    groups: dict[int, list[tuple[float, bool]]] = {}
    for confidence, is_right in zip(confidences, right, strict=True):
        groups.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, is_right))
    return [
        ReliabilityBin(
            low=n / bins,
            high=(n + 1) / bins,
            count=len(group),
            confidence=sum(c for c, _ in group) / len(group),
            right=sum(r for _, r in group) / len(group),
        )
        for n, group in sorted(groups.items())
    ]


def calibration_error(bins: Sequence[ReliabilityBin]) -> float | None:
    """Return the expected calibration error: the bins' |right - confidence|, weighted by count.

    Naeini, Cooper and Hauskrecht, AAAI 2015. None without questions.
    """
    total = sum(b.count for b in bins)
    if not total:
        return None
    return sum(b.count * abs(b.right - b.confidence) for b in bins) / total
