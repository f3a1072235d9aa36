"""Outcomes to figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from retrieval.evaluation.metrics.auroc import auroc
from retrieval.evaluation.metrics.gold_at import reciprocal_rank
from retrieval.evaluation.metrics.latency import percentile
from retrieval.evaluation.metrics.refusals import refusal_curve, refusals_at
from retrieval.evaluation.metrics.reliability import calibration_error, reliability
from retrieval.evaluation.stages import EVIDENCE_DEPTHS, stage_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.evaluation.metrics.refusals import RefusalPoint
    from retrieval.evaluation.metrics.reliability import ReliabilityBin
    from retrieval.evaluation.run import Outcome
    from retrieval.evaluation.stages import Stage

GOLD_DEPTHS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run; shares are between 0 and 1, None where no question bears on one.

    `answer` counts abstentions as misses; `answer_if_forced` judges the best quotation whether
    it was given or withheld. `stages` is None unless the run looked at them.
    """

    questions: int
    answerable: int
    with_gold: int
    answer: float | None
    answer_if_forced: float | None
    evidence: dict[int, float | None]
    gold: dict[int, float | None]
    mrr: float | None
    auroc: float | None
    threshold: float
    answerable_refused: float
    unanswerable_answered: float
    calibration_error: float | None
    p50_ms: float | None
    p95_ms: float | None
    refusals: tuple[RefusalPoint, ...]
    reliability: tuple[ReliabilityBin, ...]
    stages: tuple[Stage, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON's types, shares rounded to four digits."""
        record: dict[str, Any] = rounded(asdict(self))
        return record


def summarise(outcomes: Sequence[Outcome], *, threshold: float) -> Summary:
    """Return the figures of a run at the threshold that it was made with."""
    answerable = [o for o in outcomes if o.question.answerable]
    unanswerable = [o for o in outcomes if not o.question.answerable]
    golden = [o for o in outcomes if o.question.urls]
    sure = [o.reply.confidence for o in answerable]
    unsure = [o.reply.confidence for o in unanswerable]
    point = refusals_at(threshold, sure, unsure)
    bins = reliability([o.reply.confidence for o in outcomes], [o.right for o in outcomes])
    times = [o.took_ms for o in outcomes]
    answer = _share([o.right and o.answered for o in answerable])
    forced = _share([o.right for o in answerable])
    ranks = [o.stages for o in answerable if o.stages is not None]
    return Summary(
        questions=len(outcomes),
        answerable=len(answerable),
        with_gold=len(golden),
        answer=answer,
        answer_if_forced=forced,
        evidence={k: _within([o.evidence for o in answerable], k) for k in EVIDENCE_DEPTHS},
        gold={k: _within([o.gold for o in golden], k) for k in GOLD_DEPTHS},
        mrr=_mean([reciprocal_rank(o.gold) for o in golden]),
        auroc=auroc(sure, unsure),
        threshold=threshold,
        answerable_refused=point.answerable_refused,
        unanswerable_answered=point.unanswerable_answered,
        calibration_error=calibration_error(bins),
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
        refusals=tuple(refusal_curve(sure, unsure)),
        reliability=tuple(bins),
        stages=stage_shares(ranks, extracted=forced, replied=answer) if ranks else None,
    )


def _share(flags: Sequence[bool]) -> float | None:
    return _mean([float(flag) for flag in flags])


def _within(ranks: Sequence[int | None], depth: int) -> float | None:
    return _share([rank is not None and rank <= depth for rank in ranks])


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def rounded(value: Any) -> Any:
    """Return a record as JSON's types, with four digits after the point."""
    match value:
        case float():
            return round(value, 4)
        case dict():
            return {str(key): rounded(item) for key, item in value.items()}
        case list() | tuple():
            return [rounded(item) for item in value]
        case _:
            return value
