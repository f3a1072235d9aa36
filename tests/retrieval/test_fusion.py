"""Fusion, against its formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import FusionWeights, ages_in_days, fuse
from retrieval.lexical import UNDATED

rows = st.lists(
    st.tuples(
        st.floats(-1, 1, width=32),
        st.floats(0, 40, width=32),
        st.floats(-5, 10_000) | st.just(math.inf),
    ),
    max_size=20,
)
parts = st.floats(0, 2)
weights = st.builds(FusionWeights, parts, parts, parts, st.floats(0.5, 400))


@given(rows, weights)
def test_fused_scores_are_the_formula_s(
    given_rows: list[tuple[float, float, float]], weight: FusionWeights
) -> None:
    cosines = np.array([row[0] for row in given_rows], dtype=np.float32)
    bm25 = np.array([row[1] for row in given_rows], dtype=np.float32)
    ages = np.array([row[2] for row in given_rows], dtype=np.float64)
    fused = fuse(cosines, bm25, ages, weight)
    best = max((row[1] for row in given_rows), default=0.0)
    for score, (cosine, words, age) in zip(fused, given_rows, strict=True):
        share = words / best if best else 0.0
        recency = 0.0 if age == math.inf else 2 ** (-max(age, 0.0) / weight.half_life)
        expected = weight.dense * cosine + weight.lexical * share + weight.recency * recency
        assert score == pytest.approx(expected, abs=1e-5)


def test_recency_halves_every_half_life() -> None:
    weight = FusionWeights(dense=0, lexical=0, recency=1, half_life=30)
    zeros = np.zeros(5, dtype=np.float32)
    ages = np.array([0, 30, 60, np.inf, -2])
    assert fuse(zeros, zeros, ages, weight).tolist() == [1.0, 0.5, 0.25, 0.0, 1.0]


def test_no_words_matched_is_no_division_by_zero() -> None:
    weight = FusionWeights(dense=1, lexical=1, recency=0)
    zeros = np.zeros(2, dtype=np.float32)
    assert fuse(zeros, zeros, np.array([1.0, 2.0]), weight).tolist() == [0.0, 0.0]


def test_ages() -> None:
    days = np.array([100, 90, 101, UNDATED, -5], dtype=np.int32)
    assert ages_in_days(days, 100).tolist() == [0, 10, -1, math.inf, 105]
