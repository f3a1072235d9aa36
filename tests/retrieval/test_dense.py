"""The dense ranking, against brute force over the vectors as they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import faiss
import numpy as np
import pytest

from retrieval.dense import DenseIndex
from retrieval.errors import DamagedIndexError
from tests.support.embedders import hash_vector

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

COUNT, DIMENSION = 3000, 48


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    return np.stack([hash_vector(f"passage {n}", DIMENSION) for n in range(COUNT)])


@pytest.fixture(scope="module")
def dense(vectors: NDArray[np.float32]) -> DenseIndex:
    return DenseIndex.build(vectors)


def brute_force(
    dense: DenseIndex, question: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return all rows, best first, with their cosines, over the vectors as they are stored."""
    cosines = dense.vectors().astype(np.float64) @ question.astype(np.float64)
    order = np.argsort(-cosines, kind="stable")
    return order, cosines[order]


@pytest.mark.parametrize("limit", [1, 5, 100, COUNT])
def test_search_equals_brute_force(dense: DenseIndex, limit: int) -> None:
    for n in range(20):
        question = hash_vector(f"question {n}", DIMENSION)
        rows, cosines = dense.search(question, limit=limit)
        expected_rows, expected_cosines = brute_force(dense, question)
        np.testing.assert_allclose(cosines, expected_cosines[:limit], atol=1e-6)
        # Rows whose cosines differ by less than float32 tells apart may change places.
        moved = rows != expected_rows[:limit]
        assert moved.mean() <= 0.01
        assert len(set(rows.tolist())) == limit


MASKS: dict[str, Callable[[NDArray[np.int64]], NDArray[np.bool_]]] = {
    "every third": lambda rows: rows % 3 == 0,
    "one": lambda rows: rows == 1717,
    "the last": lambda rows: rows == COUNT - 1,
    "all": lambda rows: rows >= 0,
    "none": lambda rows: rows < 0,
    "the first half": lambda rows: rows < COUNT // 2,
}


@pytest.mark.parametrize("mask", MASKS)
def test_a_mask_leaves_rows_out(dense: DenseIndex, mask: str) -> None:
    allowed = MASKS[mask](np.arange(COUNT))
    question = hash_vector("masked", DIMENSION)
    rows, cosines = dense.search(question, limit=50, allowed=allowed)
    order, best = brute_force(dense, question)
    kept = allowed[order]
    assert rows.tolist() == order[kept][:50].tolist()
    np.testing.assert_allclose(cosines, best[kept][:50], atol=1e-6)


def test_a_limit_beyond_the_rows_gives_all_of_them(dense: DenseIndex) -> None:
    rows, cosines = dense.search(hash_vector("all", DIMENSION), limit=COUNT * 10)
    assert sorted(rows.tolist()) == list(range(COUNT))
    assert len(cosines) == COUNT


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    empty = DenseIndex.build(np.empty((0, DIMENSION), dtype=np.float32))
    empty.write(tmp_path / "empty")
    for index in (empty, DenseIndex.read(tmp_path / "empty")):
        rows, cosines = index.search(hash_vector("x", DIMENSION), limit=10)
        assert (len(index), len(rows), len(cosines)) == (0, 0, 0)
        assert index.dimension == DIMENSION
        assert index.vectors().shape == (0, DIMENSION)


def test_vectors_come_back_as_16_bit_floats_hold_them(
    dense: DenseIndex, vectors: NDArray[np.float32]
) -> None:
    stored = dense.vectors()
    np.testing.assert_array_equal(stored.astype(np.float16).astype(np.float32), stored)
    # Halfway between two of them either may be taken.
    nearest = np.abs(vectors.astype(np.float16).astype(np.float64) - vectors)
    np.testing.assert_array_equal(np.abs(stored.astype(np.float64) - vectors), nearest)
    some = np.array([2999, 0, 7, 7], dtype=np.int64)
    np.testing.assert_array_equal(dense.vectors(some), stored[some])
    assert dense.vectors(np.empty(0, dtype=np.int64)).shape == (0, DIMENSION)


def test_storing_stored_vectors_again_changes_nothing(dense: DenseIndex) -> None:
    again = DenseIndex.build(dense.vectors())
    np.testing.assert_array_equal(again.vectors(), dense.vectors())


def test_what_is_written_reads_back_the_same(dense: DenseIndex, tmp_path: Path) -> None:
    dense.write(tmp_path / "dense.faiss")
    read = DenseIndex.read(tmp_path / "dense.faiss")
    assert (len(read), read.dimension) == (COUNT, DIMENSION)
    question = hash_vector("round trip", DIMENSION)
    for ours, theirs in zip(
        dense.search(question, limit=30), read.search(question, limit=30), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("keep", [0, 3, 40, 5000])
def test_a_cut_off_file_is_damaged(dense: DenseIndex, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "dense.faiss"
    dense.write(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DamagedIndexError, match=r"dense\.faiss"):
        DenseIndex.read(path)


def test_another_kind_of_file_and_no_file_are_damaged(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no vectors here", encoding="utf-8")
    for name in ("text", "missing"):
        with pytest.raises(DamagedIndexError, match=name):
            DenseIndex.read(tmp_path / name)


def test_writing_where_nothing_can_be_written_is_an_os_error(
    dense: DenseIndex, tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="could not write"):
        dense.write(tmp_path / "no folder" / "dense.faiss")


def test_a_search_leaves_the_number_of_threads_as_it_was(dense) -> None:
    usual = faiss.omp_get_max_threads()
    try:
        faiss.omp_set_num_threads(3)
        dense.search(hash_vector("question", DIMENSION), limit=5)
        assert faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(usual)
