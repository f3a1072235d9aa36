"""Each metric against examples worked by hand, and against its definition by brute force."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation.matching import contains_answer, normalise
from retrieval.evaluation.metrics.answer_within import answer_within
from retrieval.evaluation.metrics.auroc import auroc
from retrieval.evaluation.metrics.evidence_at import evidence_rank
from retrieval.evaluation.metrics.gold_at import gold_rank, reciprocal_rank
from retrieval.evaluation.metrics.latency import percentile
from retrieval.evaluation.metrics.refusals import refusal_curve, refusals_at
from retrieval.evaluation.metrics.reliability import calibration_error, reliability

SCORES = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The U.S. won, 3-0!", "us won 30"),
        ("  An  apple;\na day ", "apple day"),
        ("“Squid Game”", "squid game"),
        ("Theatre and another", "theatre and another"),
        ("", ""),
    ],
)
def test_texts_are_normalised_as_squad_does(text, normal):
    assert normalise(text) == normal


@pytest.mark.parametrize(
    ("text", "answers", "held"),
    [
        ("It was the Squid Game.", ["“Squid Game”"], True),
        ("Nothing of the kind", ["Squid Game", "kind"], True),
        ("Nothing", ["Squid Game"], False),
        ("Anything", ["the"], False),
        ("Anything", [], False),
    ],
)
def test_an_answer_is_contained_after_normalising(text, answers, held):
    assert contains_answer(text, answers) is held


def test_answer_within_cuts_at_the_length():
    # "Paris" ends at character 295 + 5 = 300 of the first, 296 + 5 = 301 of the second.
    assert answer_within(["x" * 293 + ".", "Paris."], ["Paris"])
    assert not answer_within(["x" * 294 + ".", "Paris."], ["Paris"])
    assert answer_within(["Paris."], ["Paris"], length=5)
    assert not answer_within(["Paris."], ["Paris"], length=4)


def test_answer_within_joins_sentences_with_a_blank():
    assert answer_within(["It was New", "York."], ["New York"])
    assert not answer_within([], ["Paris"])


def test_evidence_rank_is_the_first_that_holds():
    passages = ["Nothing here", "Paris is it", "Paris again"]
    assert evidence_rank(passages, ["paris"]) == 2
    assert evidence_rank(passages, ["Rome"]) is None


def test_gold_rank_counts_distinct_articles():
    urls = ["a", "a", None, "b", "a", "c"]
    assert gold_rank(urls, {"b"}) == 2
    assert gold_rank(urls, {"c", "x"}) == 3
    assert gold_rank(urls, {"x"}) is None
    assert [reciprocal_rank(r) for r in (1, 4, None)] == [1.0, 0.25, 0.0]


def test_auroc_by_hand():
    # Pairs: .9>.8 .9>.3 .4<.8 .4>.3: three of four.
    assert auroc([0.9, 0.4], [0.8, 0.3]) == pytest.approx(0.75)
    assert auroc([0.5], [0.5]) == pytest.approx(0.5)
    assert auroc([], [0.5]) is None
    assert auroc([0.5], []) is None


@given(SCORES, SCORES)
def test_auroc_is_the_share_of_pairs_in_order(positive, negative):
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    assert auroc(positive, negative) == pytest.approx(sum(pairs) / len(pairs))


def test_refusals_by_hand():
    point = refusals_at(0.5, [0.4, 0.5, 0.9, 0.6], [0.5, 0.1])
    assert (point.answerable_refused, point.unanswerable_answered) == (0.25, 0.5)
    assert refusals_at(0.5, [], []).answerable_refused == 0


@given(SCORES, SCORES)
def test_a_higher_threshold_refuses_more_of_both(answerable, unanswerable):
    curve = refusal_curve(answerable, unanswerable)
    assert len(curve) == 101
    for low, high in pairwise(curve):
        assert low.answerable_refused <= high.answerable_refused
        assert low.unanswerable_answered >= high.unanswerable_answered
    assert curve[0].answerable_refused == 0
    assert curve[0].unanswerable_answered == 1


def test_reliability_by_hand():
    bins = reliability([0.05, 0.95, 1.0, 0.92], [False, True, True, False])
    assert [(b.low, b.count) for b in bins] == [(0.0, 1), (0.9, 3)]
    assert bins[1].confidence == pytest.approx((0.95 + 1.0 + 0.92) / 3)
    assert bins[1].right == pytest.approx(2 / 3)
    gap = abs(2 / 3 - (0.95 + 1.0 + 0.92) / 3)
    assert calibration_error(bins) == pytest.approx(0.25 * 0.05 + 0.75 * gap)
    assert calibration_error([]) is None


def test_percentile_is_a_value_that_was_measured():
    times = [float(n) for n in range(1, 101)]
    assert percentile(times, 0.5) == 50
    assert percentile(times, 0.95) == 95
    assert percentile([7.0], 0.95) == 7
    assert percentile([], 0.5) is None


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_percentile_by_its_definition(values, share):
    found = percentile(values, share)
    assert found in values
    assert sum(v <= found for v in values) >= math.floor(share * len(values))
    smaller = [v for v in values if v < found]
    assert len(smaller) < share * len(values)
