"""The refusal curve: what each threshold costs and saves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class RefusalPoint:
    """At `threshold`: share of answerable questions refused, of unanswerable ones answered."""

    threshold: float
    answerable_refused: float
    unanswerable_answered: float


def refusals_at(
    threshold: float, answerable: Sequence[float], unanswerable: Sequence[float]
) -> RefusalPoint:
    """Return the point of one threshold; a confidence below it is a refusal.

    Refused = |{c in answerable: c < t}| / |answerable|; answered = |{c in unanswerable: c >= t}|
    / |unanswerable|; 0 for an empty side. The risk-coverage view of selective answering
    (El-Yaniv and Wiener, JMLR 2010) with both kinds of error kept apart.
    """
    refused = sum(c < threshold for c in answerable)
    answered = sum(c >= threshold for c in unanswerable)
    return RefusalPoint(
        threshold, refused / (len(answerable) or 1), answered / (len(unanswerable) or 1)
    )


def refusal_curve(
    answerable: Sequence[float], unanswerable: Sequence[float], *, steps: int = 100
) -> list[RefusalPoint]:
    """Return the points of the thresholds 0, 1/steps, …, 1."""
    return [refusals_at(n / steps, answerable, unanswerable) for n in range(steps + 1)]
