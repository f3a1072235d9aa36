"""Sketches: which bits they are, and what they find, against counting by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dense.flat import FlatVectors
from retrieval.dense.sketches import Sketches
from retrieval.errors import DamagedIndexError
from tests.support.vectors import clustered, unit

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

DIMENSION = 20  # no multiple of 8
VECTORS = clustered(400, DIMENSION)


def flat(vectors: NDArray[np.float32]) -> FlatVectors:
    return FlatVectors.assemble(vectors.shape[1], new=[vectors])


def differing(
    vectors: NDArray[np.float32], centre: NDArray[np.float32], question: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Return for each vector in how many numbers it lies on the other side of the centre."""
    return np.asarray(((vectors > centre) != (question > centre)).sum(axis=1))


def test_a_bit_says_on_which_side_of_the_average_a_number_is() -> None:
    four = np.array([[3, 4, 0, 0], [4, 3, 0, 0], [0, 0, 3, 4], [0, 0, -4, 3]], dtype=np.float32) / 5
    sketches = Sketches.of(flat(four))
    np.testing.assert_allclose(sketches.centre, [0.35, 0.35, -0.05, 0.35], atol=1e-3)
    # Above the average: 1111 but for the last place, as 0 is above -0.05 and not above 0.35.
    assert sketches.nearest(four, limit=1)[:, 0].tolist()[2:] == [2, 3]
    np.testing.assert_array_equal(differing(four, sketches.centre, four[0]), [0, 0, 3, 4])
    assert sketches.nearest(four[:1], limit=4)[0].tolist()[2:] == [2, 3]


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 60),
    st.sampled_from([None, 0.02, 0.5, 1.0]),
)
def test_the_nearest_are_those_that_differ_least(
    seed: int, limit: int, share: float | None
) -> None:
    chance = np.random.default_rng(seed)
    vectors = flat(VECTORS)
    sketches = Sketches.of(vectors)
    allowed = None if share is None else chance.random(len(VECTORS)) < share
    question = unit(chance.standard_normal(DIMENSION))
    found = sketches.nearest(question[None], limit=limit, allowed=allowed)[0]
    rows = np.arange(len(VECTORS)) if allowed is None else np.flatnonzero(allowed)
    counts = differing(vectors.vectors(), sketches.centre, question)
    held = found[found >= 0]
    assert len(set(held.tolist())) == len(held) == min(limit, len(rows))
    assert set(held.tolist()) <= set(rows.tolist())
    # Which of equally different ones come last is open.
    assert counts[held].tolist() == sorted(counts[rows].tolist())[:limit]


@given(st.integers(0, 2**32 - 1), st.integers(0, 5))
def test_what_is_carried_over_is_what_would_be_made_anew(seed: int, more: int) -> None:
    before = flat(VECTORS)
    sketches = Sketches.of(before)
    keep = np.random.default_rng(seed).random(len(VECTORS)) < 0.7
    after = FlatVectors.assemble(
        DIMENSION, kept=before, keep=keep, new=[clustered(more, DIMENSION, 5)]
    )
    carried = sketches.carried_over(keep, after)
    question = VECTORS[:1]
    found = carried.nearest(question, limit=len(after))[0]
    counts = differing(after.vectors(), sketches.centre, question[0])
    assert sorted(found.tolist()) == list(range(len(after)))
    assert counts[found].tolist() == sorted(counts.tolist())
    np.testing.assert_array_equal(carried.centre, sketches.centre)


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    sketches = Sketches.of(flat(VECTORS))
    sketches.write(tmp_path / "sketches.faiss", tmp_path / "centre.npy")
    read = Sketches.read(tmp_path / "sketches.faiss", tmp_path / "centre.npy")
    np.testing.assert_array_equal(read.centre, sketches.centre)
    for limit in (1, 40, 400):
        np.testing.assert_array_equal(
            read.nearest(VECTORS[:5], limit=limit), sketches.nearest(VECTORS[:5], limit=limit)
        )


@pytest.mark.parametrize("name", ["sketches.faiss", "centre.npy"])
@pytest.mark.parametrize("keep", [0, 5, 40, -1])
def test_a_cut_off_file_is_damaged(tmp_path: Path, name: str, keep: int) -> None:
    Sketches.of(flat(VECTORS)).write(tmp_path / "sketches.faiss", tmp_path / "centre.npy")
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DamagedIndexError, match=name):
        Sketches.read(tmp_path / "sketches.faiss", tmp_path / "centre.npy")


@pytest.mark.parametrize(
    "centre", [np.zeros(30, np.float32), np.zeros(20), np.zeros((20, 1), np.float32)]
)
def test_a_centre_of_other_vectors_is_damaged(tmp_path: Path, centre: NDArray[np.floating]) -> None:
    Sketches.of(flat(VECTORS)).write(tmp_path / "sketches.faiss", tmp_path / "centre.npy")
    np.save(tmp_path / "centre.npy", centre)
    with pytest.raises(DamagedIndexError, match=r"centre\.npy"):
        Sketches.read(tmp_path / "sketches.faiss", tmp_path / "centre.npy")


def test_writing_where_nothing_can_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="could not write"):
        Sketches.of(flat(VECTORS)).write(tmp_path / "no" / "sketches.faiss", tmp_path / "centre")
