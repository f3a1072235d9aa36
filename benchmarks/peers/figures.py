"""Rounds to figures: medians over the rounds, and ratios of what ran in the same round."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any, TypeAlias

from retrieval.evaluation.metrics.evidence_at import evidence_rank
from retrieval.evaluation.stages import EVIDENCE_DEPTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Figures: TypeAlias = "Mapping[str, Any]"


def medians(rounds: Sequence[Figures]) -> dict[str, Any]:
    """Return the median of each number over the rounds; of what is no number, the last."""
    found: dict[str, Any] = {}
    for record in rounds:
        for name in record:
            values = [r[name] for r in rounds if r.get(name) is not None]
            numbers = values and all(isinstance(v, int | float) for v in values)
            found[name] = median(values) if numbers else (values[-1] if values else None)
    return found


def times_of(
    rounds: Mapping[int, Figures], base: Mapping[int, Figures], names: Iterable[str]
) -> dict[str, float]:
    """Return how many times of `base` each figure is: the median of the ratios round by round.

    Both map a round's number to its figures. A figure that no common round has, or that is 0 in
    `base`, is left out.
    """
    found = {}
    for name in names:
        ratios = [
            rounds[n][name] / base[n][name]
            for n in rounds.keys() & base.keys()
            if rounds[n].get(name) is not None and base[n].get(name)
        ]
        if ratios:
            found[name] = median(ratios)
    return found


def ranks_of(found: Sequence[Sequence[str]], answers: Sequence[Sequence[str]]) -> list[int | None]:
    """Return, for each question, the rank of the first passage found that holds an answer."""
    pairs = zip(found, answers, strict=True)
    return [evidence_rank(passages, accepted) for passages, accepted in pairs]


def evidence_shares(ranks: Sequence[int | None]) -> dict[str, float | None]:
    """Return evidence@1, 3 and 5 of the questions' ranks; None without questions."""
    return {
        str(k): sum(r is not None and r <= k for r in ranks) / len(ranks) if ranks else None
        for k in EVIDENCE_DEPTHS
    }


def rounded(value: Any) -> Any:
    """Return a record with numbers as a person reads them: four digits that count."""
    match value:
        case bool() | int():
            return value
        case float():
            return float(f"{value:.4g}")
        case dict():
            return {key: rounded(item) for key, item in value.items()}
        case list() | tuple():
            return [rounded(item) for item in value]
        case _:
            return value
