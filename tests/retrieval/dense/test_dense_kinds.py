"""The choice of a kind: by number, by measurement, and how long a measurement holds."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.dense.flat import FlatVectors
from retrieval.dense.kinds import DEPTH, EXHAUSTIVE, RULE, ChoiceRule, DenseKind, holds, measure
from retrieval.dense.sketches import Sketches
from tests.support.vectors import clustered, nearest, unit

SMALL = ChoiceRule(exhaustive_at_most=2000, fewest=150, largest_share=1 / 4)


def test_what_is_measured_is_what_comparing_all_finds() -> None:
    vectors = FlatVectors.assemble(64, new=[clustered(6000, 64)])
    sketches = Sketches.of(vectors)
    kind = measure(vectors, sketches, SMALL)
    assert (kind.name, kind.measured_on) == ("sketched", 6000)
    assert SMALL.fewest < kind.candidates <= 1500
    stored = vectors.vectors()
    shares = []
    for row in range(0, 6000, 60):
        best = nearest(stored, stored[row], DEPTH + 1)
        found = sketches.nearest(stored[row][None], limit=kind.candidates)[0]
        shares.append(np.isin(best[best != row][:DEPTH], found).mean())
    assert np.mean(shares) == pytest.approx(kind.recall, abs=0.005)
    assert kind.recall >= 0.99


def test_where_sketches_lead_nowhere_every_vector_is_compared() -> None:
    chance = np.random.default_rng(3)
    vectors = FlatVectors.assemble(8, new=[unit(chance.standard_normal((6000, 8)))])
    assert measure(vectors, Sketches.of(vectors), ChoiceRule(2000, 150, 1 / 16)) == EXHAUSTIVE


def test_equal_vectors_are_measured_too() -> None:
    one = unit(np.ones((6000, 64)))
    vectors = FlatVectors.assemble(64, new=[one])
    kind = measure(vectors, Sketches.of(vectors), SMALL)
    assert kind == EXHAUSTIVE or kind.recall >= 0.99


@pytest.mark.parametrize(
    ("count", "still"),
    [(399_999, False), (400_000, True), (500_000, True), (625_000, True), (625_001, False)],
)
def test_a_measurement_holds_for_about_as_many(count: int, *, still: bool) -> None:
    assert holds(DenseKind("sketched", 3000, 0.995, 500_000), count, RULE) is still


def test_no_measurement_holds_where_all_are_compared() -> None:
    assert not holds(DenseKind("sketched", 3000, 0.995, 52_000), 50_000, RULE)
    assert not holds(EXHAUSTIVE, 500_000, RULE)


def test_deeper_searches_take_more_candidates() -> None:
    kind = DenseKind("sketched", 3000, 0.995, 500_000)
    taken = [kind.candidates_for(n) for n in (1, DEPTH, 2 * DEPTH, 150)]
    assert taken == [3000, 3000, 6000, 4500]


@pytest.mark.parametrize(
    "fields", [{"name": "approximate"}, {"name": "sketched"}, {"name": "sketched", "candidates": 0}]
)
def test_a_kind_that_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"dense index|candidates"):
        DenseKind(**fields)  # type: ignore[arg-type]
