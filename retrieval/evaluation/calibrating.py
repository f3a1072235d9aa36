"""Fits a calibration on outcomes: a curve from confidence to share right, and a threshold.

The confidences have to be the uncalibrated ones, else a fit would be on top of the last one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.calibration import EDGE, Curve, log_odds
from retrieval.errors import CalibrationError
from retrieval.evaluation.metrics.refusals import refusals_at
from retrieval.evaluation.metrics.reliability import calibration_error, reliability
from retrieval.evaluation.summary import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.calibration import Method
    from retrieval.evaluation.metrics.reliability import ReliabilityBin

FEWEST = 30  # questions of each kind: a share of 0.2 then has a standard error of 0.07
FEWEST_RIGHT = 10  # right and wrong quotations
ISOTONIC_FROM = 1000  # quotations; see `fit_curve`
FOLDS = 5
_DIGITS = 6
_AS_IT_IS = np.array([1.0, 0.0])  # slope and intercept that leave a confidence as it is
_SPREAD = 0.5  # standard deviation of slope and intercept around that, as far as is known before


@dataclass(frozen=True, slots=True)
class Judged:
    """A question's uncalibrated confidence (0: nothing to quote), and what was true of it."""

    confidence: float
    right: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What questions get under a curve and a threshold; shares as in `Summary`."""

    answerable_refused: float
    unanswerable_answered: float
    calibration_error: float
    reliability: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """A curve and threshold fitted on all questions; counts of the questions.

    `before` is without the curve, at `before_threshold`. `after` is cross-validated: each
    question under a curve and a threshold that were fitted without it.
    """

    method: Method
    curve: Curve
    threshold: float
    answerable: int
    unanswerable: int
    before_threshold: float
    before: Behaviour
    after: Behaviour

    def to_json(self) -> dict[str, Any]:
        """Return the fit as JSON's types, shares rounded to four digits."""
        record = asdict(self)
        record["knots"] = record.pop("curve")["knots"]
        figures: dict[str, Any] = rounded(record)
        return figures


def fit_calibration(
    judged: Sequence[Judged], *, before_threshold: float, refuse_at_most: float | None = None
) -> Fit:
    """Fit on all questions, and tell by cross-validation how well that does on others.

    Raises CalibrationError when there are too few questions of a kind to fit on.
    """
    answerable = sum(j.answerable for j in judged)
    check_kinds(answerable, len(judged) - answerable)
    _check_quotations(judged)
    method = _method(judged)
    curve, threshold = _fit(judged, method, refuse_at_most)
    raw = [j.confidence for j in judged]
    return Fit(
        method=method,
        curve=curve,
        threshold=threshold,
        answerable=answerable,
        unanswerable=len(judged) - answerable,
        before_threshold=before_threshold,
        before=_behaviour(judged, raw, [before_threshold] * len(judged)),
        after=_cross_validated(judged, method, refuse_at_most),
    )


def check_kinds(answerable: int, unanswerable: int) -> None:
    """Raise CalibrationError unless there are enough questions of both kinds."""
    for kind, count in (("answerable", answerable), ("unanswerable", unanswerable)):
        if count < FEWEST:
            raise CalibrationError(
                f"a threshold needs {FEWEST} {kind} questions, there are {count}",
                "add questions of that kind to the file",
            )


def _check_quotations(judged: Sequence[Judged]) -> None:
    quoted = [j.right for j in judged if j.confidence > 0]
    for kind, count in (("right", sum(quoted)), ("wrong", len(quoted) - sum(quoted))):
        if count < FEWEST_RIGHT:
            raise CalibrationError(
                f"a calibration needs {FEWEST_RIGHT} questions whose quotation is {kind}, "
                f"there are {count}",
                "add more questions; --report shows what is quoted now",
            )


def _method(judged: Sequence[Judged]) -> Method:
    return "isotonic" if sum(j.confidence > 0 for j in judged) >= ISOTONIC_FROM else "platt"


def _fit(
    judged: Sequence[Judged], method: Method, refuse_at_most: float | None
) -> tuple[Curve, float]:
    quoted = [j for j in judged if j.confidence > 0]
    curve = fit_curve([j.confidence for j in quoted], [j.right for j in quoted], method)
    threshold = choose_threshold(
        [curve(j.confidence) for j in judged if j.answerable],
        [curve(j.confidence) for j in judged if not j.answerable],
        refuse_at_most=refuse_at_most,
    )
    return curve, threshold


def fit_curve(confidences: Sequence[float], right: Sequence[bool], method: Method) -> Curve:
    """Return the curve from confidence to the probability that the quotation is right.

    Platt scaling, a logistic regression on the confidence's log odds, has two numbers to learn
    (Platt, Advances in Large Margin Classifiers, 1999), here with a prior around leaving the
    confidence as it is, so that few questions change little; isotonic regression by pool adjacent
    violators learns any rising curve (Zadrozny and Elkan, KDD 2002), which pays from about 1000
    questions and overfits before (Niculescu-Mizil and Caruana, ICML 2005). Isotonic steps are
    joined at their centres, so that the order of two confidences is kept (Oron and Flournoy,
    Statistics in Biopharmaceutical Research, 2017). Raises CalibrationError where a higher
    confidence does not go with more right quotations.
    """
    logits = np.array([log_odds(c) for c in confidences])
    hits = np.array(right, dtype=np.int64)
    return _platt(logits, hits) if method == "platt" else _isotonic(logits, hits)


def _platt(logits: NDArray[np.float64], right: NDArray[np.int64]) -> Curve:
    from scipy.optimize import minimize

    def loss(line: NDArray[np.float64]) -> float:
        raised = line[0] * logits + line[1]
        prior = ((line - _AS_IT_IS) ** 2).sum() / (2 * _SPREAD**2)
        return float((np.logaddexp(0, raised) - right * raised).sum() + prior)

    slope, intercept = minimize(loss, _AS_IT_IS).x.tolist()
    if slope <= 0:
        raise CalibrationError(
            "on these questions a higher confidence does not go with more right quotations",
            "see with --report what goes wrong",
        )
    # The line, between where it leaves the range of confidences on either side.
    bound = log_odds(1 - EDGE)
    ends = sorted((edge - intercept) / slope for edge in (-bound, bound))
    low, high = max(-bound, ends[0]), min(bound, ends[1])
    return _curve([(x, slope * x + intercept) for x in (low, high)])


def _isotonic(logits: NDArray[np.float64], right: NDArray[np.int64]) -> Curve:
    from scipy.optimize import isotonic_regression

    values, place, count = np.unique(logits, return_inverse=True, return_counts=True)
    shares = np.bincount(place, weights=right) / count
    fitted = isotonic_regression(shares, weights=count)
    knots = []
    for first, end in zip(fitted.blocks[:-1], fitted.blocks[1:], strict=True):
        centre = np.average(values[first:end], weights=count[first:end])
        knots.append((float(centre), log_odds(float(fitted.x[first]))))
    return _curve(knots)


def _curve(knots: Sequence[tuple[float, float]]) -> Curve:
    """Return the curve through knots that are given as log odds."""
    pairs: dict[float, float] = {}
    for x, y in knots:
        a, b = (round(float(1 / (1 + np.exp(-v))), _DIGITS) for v in (x, y))
        pairs.setdefault(min(max(a, EDGE), 1 - EDGE), min(max(b, EDGE), 1 - EDGE))
    return Curve(tuple(pairs.items()))


def choose_threshold(
    answerable: Sequence[float],
    unanswerable: Sequence[float],
    *,
    refuse_at_most: float | None = None,
) -> float:
    """Return the threshold with the least sum of both shares: refused, and wrongly answered.

    That is Youden's index (Cancer, 1950). With `refuse_at_most` it is the highest threshold that
    refuses no larger share of the answerable questions. Candidates lie midway between confidences
    that occur; a 0 is refused whatever the threshold. Of equally good ones, the lowest.
    """
    values = np.unique([c for c in (*answerable, *unanswerable) if c > 0])
    if not len(values):
        return 1.0
    candidates = np.concatenate([values[:1] / 2, (values[1:] + values[:-1]) / 2, [1.0]])
    refused = np.searchsorted(np.sort(answerable), candidates) / max(1, len(answerable))
    answered = 1 - np.searchsorted(np.sort(unanswerable), candidates) / max(1, len(unanswerable))
    if refuse_at_most is None:
        best = int(np.argmin(np.round(refused + answered, 9)))
    else:
        best = max(0, int(np.searchsorted(refused, refuse_at_most + 1e-9, side="right")) - 1)
    return float(candidates[best])


def _cross_validated(
    judged: Sequence[Judged], method: Method, refuse_at_most: float | None
) -> Behaviour:
    folds = _folds(judged)
    calibrated, thresholds = [0.0] * len(judged), [0.0] * len(judged)
    for fold in range(FOLDS):
        rest = [j for j, f in zip(judged, folds, strict=True) if f != fold]
        curve, threshold = _fit(rest, method, refuse_at_most)
        for n, (j, f) in enumerate(zip(judged, folds, strict=True)):
            if f == fold:
                calibrated[n], thresholds[n] = curve(j.confidence), threshold
    return _behaviour(judged, calibrated, thresholds)


def _folds(judged: Sequence[Judged]) -> list[int]:
    """Deal the questions out, each kind and outcome in turn, so that all folds are alike."""
    dealt: dict[tuple[bool, bool], int] = {}
    folds = []
    for j in judged:
        kind = (j.answerable, j.right)
        folds.append(dealt.get(kind, 0) % FOLDS)
        dealt[kind] = dealt.get(kind, 0) + 1
    return folds


def _behaviour(
    judged: Sequence[Judged], confidences: Sequence[float], thresholds: Sequence[float]
) -> Behaviour:
    """Judge each confidence at its own threshold."""
    margins = [c - t for c, t in zip(confidences, thresholds, strict=True)]
    point = refusals_at(
        0.0,
        [m for j, m in zip(judged, margins, strict=True) if j.answerable],
        [m for j, m in zip(judged, margins, strict=True) if not j.answerable],
    )
    bins = reliability(confidences, [j.right for j in judged])
    return Behaviour(
        answerable_refused=point.answerable_refused,
        unanswerable_answered=point.unanswerable_answered,
        calibration_error=calibration_error(bins) or 0.0,
        reliability=tuple(bins),
    )
