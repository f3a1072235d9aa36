"""A dense index above and below the number from which it has sketches, against brute force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dense import EXHAUSTIVE, DenseIndex, DenseKind, kinds
from retrieval.errors import DamagedIndexError
from tests.support.vectors import clustered, nearest, unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

COUNT, DIMENSION = 12_000, 384
RULE = kinds.ChoiceRule(exhaustive_at_most=2000, fewest=150, largest_share=1 / 4)


@pytest.fixture(scope="module", autouse=True)
def small_rule() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kinds, "RULE", RULE)
        yield


@pytest.fixture(scope="module")
def dense() -> DenseIndex:
    return DenseIndex.build(clustered(COUNT, DIMENSION))


@pytest.fixture(scope="module")
def questions() -> NDArray[np.float32]:
    """Return vectors that are not stored, as far from those that are as questions lie."""
    near = clustered(100, DIMENSION, seed=9)
    noise = np.random.default_rng(4).standard_normal(near.shape) / DIMENSION**0.5
    return unit(near + 0.7 * noise)


def test_the_kind_follows_from_the_number(dense: DenseIndex) -> None:
    assert (dense.kind.name, dense.kind.measured_on) == ("sketched", COUNT)
    assert DenseIndex.build(clustered(2000, DIMENSION)).kind == EXHAUSTIVE
    assert DenseIndex.build(clustered(2001, DIMENSION)).kind.measured_on in (0, 2001)


def test_nearly_all_of_the_nearest_are_found(
    dense: DenseIndex, questions: NDArray[np.float32]
) -> None:
    stored = dense.vectors()
    at_10, at_100 = [], []
    for question in questions:
        rows, _ = dense.search(question, limit=100)
        best = nearest(stored, question, 100)
        at_10.append(np.isin(best[:10], rows).mean())
        at_100.append(np.isin(best, rows).mean())
    assert np.mean(at_10) >= 0.99
    assert np.mean(at_100) >= 0.97


def test_what_is_found_is_ranked_by_its_exact_cosines(
    dense: DenseIndex, questions: NDArray[np.float32]
) -> None:
    for question in questions[:20]:
        rows, cosines = dense.search(question, limit=30)
        assert len(set(rows.tolist())) == 30
        np.testing.assert_allclose(cosines, dense.vectors(rows) @ question, atol=1e-6)
        assert (np.diff(cosines) <= 0).all()


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.0005, 0.02, 0.15]))
def test_a_narrow_mask_is_searched_exactly(dense: DenseIndex, seed: int, share: float) -> None:
    chance = np.random.default_rng(seed)
    allowed = chance.random(COUNT) < share
    question = unit(chance.standard_normal(DIMENSION))
    assert allowed.sum() <= RULE.exhaustive_at_most
    rows, _ = dense.search(question, limit=50, allowed=allowed)
    inside = np.flatnonzero(allowed)
    best = inside[nearest(dense.vectors(inside), question, 50)]
    assert set(rows.tolist()) == set(best.tolist())


@pytest.mark.parametrize("mask", ["the first half", "most", "all"])
def test_a_wide_mask_leaves_rows_out_and_finds_the_others(
    dense: DenseIndex, questions: NDArray[np.float32], mask: str
) -> None:
    rows_of = {"the first half": COUNT // 2, "most": COUNT - 1, "all": COUNT}
    allowed = np.arange(COUNT) < rows_of[mask]
    stored, shares = dense.vectors(), []
    for question in questions[:50]:
        rows, _ = dense.search(question, limit=100, allowed=allowed)
        assert allowed[rows].all()
        best = nearest(stored[allowed], question, 100)
        shares.append(np.isin(best, rows).mean())
    assert np.mean(shares) >= 0.97


@pytest.mark.parametrize("limit", [3000, COUNT, COUNT * 10])
def test_a_deep_search_compares_all(
    dense: DenseIndex, questions: NDArray[np.float32], limit: int
) -> None:
    rows, cosines = dense.search(questions[0], limit=limit)
    exact = np.sort(dense.vectors() @ questions[0])[::-1]
    assert len(rows) == len(set(rows.tolist())) == min(limit, COUNT)
    np.testing.assert_allclose(cosines, exact[:limit], atol=1e-6)


def test_what_stays_is_taken_over_bit_by_bit(dense: DenseIndex) -> None:
    keep = np.random.default_rng(2).random(COUNT) < 0.97
    new = [clustered(20, DIMENSION, 5), clustered(0, DIMENSION, 6), clustered(30, DIMENSION, 7)]
    after = DenseIndex.following(dense, keep, new, DIMENSION)
    expected = np.concatenate([dense.vectors()[keep], DenseIndex.build(new[0]).vectors()])
    np.testing.assert_array_equal(after.vectors()[: len(expected)], expected)
    assert len(after) == keep.sum() + 50
    assert after.kind == dense.kind
    for row in (0, len(after) - 50, len(after) - 1):
        assert row in after.search(after.vectors(np.array([row]))[0], limit=3)[0]


def test_growth_is_measured_anew(dense: DenseIndex) -> None:
    after = DenseIndex.following(dense, None, [clustered(COUNT // 2, DIMENSION, 8)], DIMENSION)
    assert (after.kind.name, after.kind.measured_on) == ("sketched", COUNT * 3 // 2)


def test_an_index_that_shrinks_needs_no_sketches(dense: DenseIndex, tmp_path: Path) -> None:
    after = DenseIndex.following(dense, np.arange(COUNT) < 2000, [], DIMENSION)
    assert after.kind == EXHAUSTIVE
    after.write(tmp_path / "dense.faiss")
    assert [p.name for p in tmp_path.iterdir()] == ["dense.faiss"]


def test_what_is_written_finds_the_same(
    dense: DenseIndex, questions: NDArray[np.float32], tmp_path: Path
) -> None:
    dense.write(tmp_path / "dense.faiss")
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "centre.npy",
        "dense.faiss",
        "sketches.faiss",
    ]
    read = DenseIndex.read(tmp_path / "dense.faiss", dense.kind)
    assert (len(read), read.dimension, read.kind) == (COUNT, DIMENSION, dense.kind)
    for question in questions[:10]:
        for ours, theirs in zip(
            dense.search(question, limit=30), read.search(question, limit=30), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


def test_files_are_mapped_and_may_be_deleted_meanwhile(dense: DenseIndex, tmp_path: Path) -> None:
    dense.write(tmp_path / "dense.faiss")
    read = DenseIndex.read(tmp_path / "dense.faiss", dense.kind)
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
    for name in ("dense.faiss", "sketches.faiss"):
        assert str(tmp_path / name) in mapped
        (tmp_path / name).unlink()
    np.testing.assert_array_equal(read.vectors(), dense.vectors())


def test_sketches_of_other_vectors_are_damage(dense: DenseIndex, tmp_path: Path) -> None:
    DenseIndex.build(clustered(COUNT - 500, DIMENSION)).write(tmp_path / "dense.faiss")
    others = (tmp_path / "sketches.faiss").read_bytes()
    dense.write(tmp_path / "dense.faiss")
    (tmp_path / "sketches.faiss").write_bytes(others)
    with pytest.raises(DamagedIndexError, match=r"sketches\.faiss"):
        DenseIndex.read(tmp_path / "dense.faiss", dense.kind)
    (tmp_path / "sketches.faiss").unlink()
    with pytest.raises(DamagedIndexError, match=r"sketches\.faiss"):
        DenseIndex.read(tmp_path / "dense.faiss", DenseKind("sketched", 500, 0.99, COUNT))
