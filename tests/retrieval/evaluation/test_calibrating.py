"""Fitting a calibration, against known truths, definitions by brute force, and its own parts."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.calibration import EDGE
from retrieval.errors import CalibrationError
from retrieval.evaluation.calibrating import (
    FEWEST,
    FOLDS,
    Judged,
    choose_threshold,
    fit_calibration,
    fit_curve,
)
from retrieval.evaluation.metrics.refusals import refusals_at

CONFIDENCES = st.lists(st.sampled_from([n / 20 for n in range(20)]), min_size=1, max_size=25)


def truth(confidence):
    """Return how often a model that is sure by half too little of itself is right."""
    return 1 / (1 + math.exp(-(1.5 * math.log(confidence / (1 - confidence)) + 0.5)))


def questions(count, seed=3):
    """Make questions, two thirds answerable, whose quotations are right as often as `truth`."""
    rng = random.Random(seed)  # noqa: S311
    made = []
    for n in range(count):
        answerable = n % 3 != 0
        confidence = rng.betavariate(4, 3) if answerable else rng.betavariate(2, 5)
        right = answerable and rng.random() < truth(confidence)
        made.append(Judged(confidence, right, answerable))
    return made


def test_platt_scaling_finds_the_truth_that_made_the_data():
    confidences, right = [], []
    for confidence in (n / 20 for n in range(1, 20)):
        hits = round(400 * truth(confidence))
        confidences += [confidence] * 400
        right += [True] * hits + [False] * (400 - hits)
    curve = fit_curve(confidences, right, "platt")
    for confidence in (0.05, 0.2, 0.5, 0.8, 0.95):
        assert curve(confidence) == pytest.approx(truth(confidence), abs=0.01)
    assert EDGE <= curve(1e-9) <= curve(1.0) <= 1 - EDGE


def test_isotonic_regression_by_hand():
    # 1 before 0 is out of order: both become 1/2, at the middle of their log odds, -ln 2 and ln 2.
    curve = fit_curve([0.1, 1 / 3, 2 / 3, 0.9], [False, True, False, True], "isotonic")
    assert [x for x, _ in curve.knots] == pytest.approx([0.1, 0.5, 0.9], abs=1e-5)
    assert [y for _, y in curve.knots] == pytest.approx([EDGE, 0.5, 1 - EDGE], abs=1e-5)


@given(st.lists(st.tuples(st.integers(1, 19), st.booleans()), min_size=1, max_size=30))
def test_isotonic_steps_are_those_of_the_definition(pairs):
    pairs = sorted(pairs)
    curve = fit_curve([c / 20 for c, _ in pairs], [r for _, r in pairs], "isotonic")
    # The max-min formula: the largest, over starts, of the smallest mean of a run from there.
    groups = [[r for c, r in pairs if c == value] for value in sorted({c for c, _ in pairs})]

    def mean(first, last):
        run = [r for group in groups[first : last + 1] for r in group]
        return sum(run) / len(run)

    steps = {
        max(min(mean(j, k) for k in range(n, len(groups))) for j in range(n + 1))
        for n in range(len(groups))
    }
    clipped = sorted({min(max(step, EDGE), 1 - EDGE) for step in steps})
    assert [y for _, y in curve.knots] == pytest.approx(clipped, abs=1e-5)


def test_a_confidence_that_misleads_is_refused():
    with pytest.raises(CalibrationError, match="higher confidence"):
        fit_curve([0.2] * 20 + [0.8] * 20, [True] * 20 + [False] * 20, "platt")


def cost(threshold, answerable, unanswerable):
    point = refusals_at(threshold, answerable, unanswerable)
    return point.answerable_refused + point.unanswerable_answered


def test_a_threshold_by_hand():
    # At 0.4 one of four is refused and none answered wrongly; anywhere else it is more.
    assert choose_threshold([0.1, 0.5, 0.6, 0.9], [0.2, 0.3]) == pytest.approx(0.4)
    assert choose_threshold([0.1, 0.5, 0.6, 0.9], [0.2, 0.3], refuse_at_most=0) == 0.05
    assert choose_threshold([0.1, 0.5, 0.6, 0.9], [0.2, 0.3], refuse_at_most=0.5) == 0.55
    assert choose_threshold([0.0], [0.0]) == 1.0


@given(CONFIDENCES, CONFIDENCES)
def test_no_threshold_costs_less(answerable, unanswerable):
    chosen = choose_threshold(answerable, unanswerable)
    others = [n / 200 for n in range(1, 201)]
    least = min(cost(t, answerable, unanswerable) for t in others)
    assert cost(chosen, answerable, unanswerable) == pytest.approx(least)


@given(CONFIDENCES, CONFIDENCES, st.floats(0, 1))
def test_no_higher_threshold_keeps_the_bound(answerable, unanswerable, bound):
    chosen = choose_threshold(answerable, unanswerable, refuse_at_most=bound)
    refused = refusals_at(chosen, answerable, unanswerable).answerable_refused
    unavoidable = sum(c == 0 for c in answerable) / len(answerable)
    assert refused <= max(bound, unavoidable) + 1e-9
    for other in (n / 200 for n in range(1, 201)):
        point = refusals_at(other, answerable, unanswerable)
        if point.answerable_refused <= bound:
            answered = refusals_at(chosen, answerable, unanswerable).unanswerable_answered
            assert answered <= point.unanswerable_answered + 1e-9


def test_a_fit_mends_confidence_that_is_off():
    judged = questions(600)
    fit = fit_calibration(judged, before_threshold=0.2)
    assert (fit.method, fit.answerable, fit.unanswerable) == ("platt", 400, 200)
    assert fit.after.calibration_error < fit.before.calibration_error
    before = fit.before.answerable_refused + fit.before.unanswerable_answered
    assert fit.after.answerable_refused + fit.after.unanswerable_answered < before
    sure = [j.confidence for j in judged if j.answerable]
    unsure = [j.confidence for j in judged if not j.answerable]
    assert fit.before.answerable_refused == refusals_at(0.2, sure, unsure).answerable_refused
    assert fit.before.unanswerable_answered == refusals_at(0.2, sure, unsure).unanswerable_answered


@pytest.mark.parametrize("bound", [None, 0.1])
def test_each_question_is_judged_by_a_fit_without_it(bound):
    judged = questions(300)
    # Grouped by kind, so the folds are every fifth of each.
    judged.sort(key=lambda j: (j.answerable, j.right))
    refused = answered = 0
    for fold in range(FOLDS):
        left_out, rest = [], []
        for kind in {(j.answerable, j.right) for j in judged}:
            group = [j for j in judged if (j.answerable, j.right) == kind]
            left_out += group[fold::FOLDS]
            rest += [j for n, j in enumerate(group) if n % FOLDS != fold]
        curve = fit_curve([j.confidence for j in rest], [j.right for j in rest], "platt")
        threshold = choose_threshold(
            [curve(j.confidence) for j in rest if j.answerable],
            [curve(j.confidence) for j in rest if not j.answerable],
            refuse_at_most=bound,
        )
        refused += sum(j.answerable and curve(j.confidence) < threshold for j in left_out)
        answered += sum(not j.answerable and curve(j.confidence) >= threshold for j in left_out)
    after = fit_calibration(judged, before_threshold=0.2, refuse_at_most=bound).after
    assert after.answerable_refused == pytest.approx(refused / 200)
    assert after.unanswerable_answered == pytest.approx(answered / 100)


def test_many_questions_are_fitted_isotonically():
    fit = fit_calibration(questions(1200), before_threshold=0.2)
    assert fit.method == "isotonic"
    assert fit.after.calibration_error < fit.before.calibration_error


def test_questions_without_a_quotation_stay_refused():
    judged = [*questions(300), *[Judged(0.0, right=False, answerable=True)] * 100]
    with_them = fit_calibration(judged, before_threshold=0.2)
    without = fit_calibration(questions(300), before_threshold=0.2)
    assert with_them.curve == without.curve
    assert with_them.curve(0.0) == 0.0
    assert with_them.after.answerable_refused >= 100 / 300


def test_too_few_questions_are_refused_by_name():
    right = [Judged(0.7, right=True, answerable=True)] * FEWEST
    unanswerable = [Judged(0.3, right=False, answerable=False)] * FEWEST
    with pytest.raises(CalibrationError, match=f"{FEWEST} answerable questions, there are 29"):
        fit_calibration([*right[1:], *unanswerable], before_threshold=0.2)
    with pytest.raises(CalibrationError, match=f"{FEWEST} unanswerable questions, there are 29"):
        fit_calibration([*right, *unanswerable[1:]], before_threshold=0.2)
    wrong = [Judged(0.7, right=False, answerable=True)] * FEWEST
    with pytest.raises(CalibrationError, match="quotation is right, there are 0"):
        fit_calibration([*wrong, *unanswerable], before_threshold=0.2)


def test_a_fit_is_plain_json():
    record = fit_calibration(questions(300), before_threshold=0.2).to_json()
    assert record["method"] == "platt"
    assert all(len(knot) == 2 for knot in record["knots"])
    assert set(record["after"]) == {
        "answerable_refused",
        "unanswerable_answered",
        "calibration_error",
        "reliability",
    }
