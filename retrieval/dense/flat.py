"""Vectors as 16-bit floats in the order they came (FAISS's SQfp16), searched one by one.

Half the memory of float32, and on news passages the same ten best. The file is mapped into memory:
opening reads nothing, and processes that have the same generation open share its pages.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from retrieval.errors import DamagedIndexError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

CHUNK = 65_536  # vectors handled at once where all are


class FlatVectors:
    """Unit vectors by row. Nothing in them changes, so threads may share them."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def assemble(
        cls,
        dimension: int,
        *,
        kept: FlatVectors | None = None,
        keep: NDArray[np.bool_] | None = None,
        new: Sequence[NDArray[np.float32]] = (),
    ) -> FlatVectors:
        """Join the rows `keep` (n,) of `kept` (all when None), bit by bit, and the `new` ones.

        Each of `new` is float32 (n, dimension), unit rows. Their rows follow in that order.
        """
        index = _empty(dimension)
        rows = np.empty(0, dtype=np.int64)
        if kept is not None:
            rows = np.arange(len(kept)) if keep is None else np.flatnonzero(keep)
        index.ntotal = len(rows) + sum(map(len, new))
        index.codes.resize(index.ntotal * index.code_size)
        codes = _codes(index)
        if kept is not None and len(rows):
            # "clip" spares a copy of everything; the rows are known to be there.
            np.take(kept.codes, rows, axis=0, out=codes[: len(rows)], mode="clip")
        start = len(rows)
        for part in new:
            if len(part):
                codes[start : start + len(part)] = index.sa_encode(np.ascontiguousarray(part))
            start += len(part)
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> FlatVectors:
        """Map the file at `path`. Raises DamagedIndexError if it holds no such vectors."""
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise DamagedIndexError(f"{path}: not a FAISS index") from error
        if not isinstance(index, faiss.IndexScalarQuantizer):
            raise DamagedIndexError(f"{path}: not an index of 16-bit vectors")
        return cls(index)

    def write(self, path: Path) -> None:
        """Write the vectors to `path`. Raises OSError if the disk refuses."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"could not write {path}") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def codes(self) -> NDArray[np.uint8]:
        """The vectors' bytes (n, 2 × dimension); valid as long as this object is."""
        return _codes(self._index)

    def search(
        self,
        vector: NDArray[np.float32],
        *,
        limit: int,
        allowed: NDArray[np.bool_] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the `limit` rows nearest to one unit vector of those `allowed`, best first."""
        params = None if allowed is None else selecting(allowed)
        return _ranked(self._index, vector, limit, params)

    def search_among(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32], *, limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the `limit` rows nearest to one unit vector of `rows` (ascending), best first."""
        some = _empty(self.dimension)
        some.ntotal = len(rows)
        some.codes.resize(some.ntotal * some.code_size)
        if len(rows):
            np.take(self.codes, rows, axis=0, out=_codes(some), mode="clip")
        places, cosines = _ranked(some, vector, limit, None)
        return rows[places], cosines

    def search_many(self, vectors: NDArray[np.float32], *, limit: int) -> NDArray[np.int64]:
        """Return the rows nearest to each of `vectors`, (n, limit), on all processors."""
        with threads(len(os.sched_getaffinity(0))):
            return np.asarray(self._index.search(vectors, limit)[1], dtype=np.int64)

    def vectors(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the vectors of `rows` (all when None), float32 (n, dimension)."""
        if len(self) == 0 or (rows is not None and len(rows) == 0):
            return np.empty((0, self.dimension), dtype=np.float32)
        with threads():
            if rows is None:
                return np.asarray(self._index.reconstruct_n(0, len(self)), dtype=np.float32)
            found = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return np.asarray(found, dtype=np.float32)

    def chunks(self, start: int = 0) -> Iterator[NDArray[np.float32]]:
        """Yield all vectors from row `start` on, float32 (up to CHUNK, dimension)."""
        for first in range(start, len(self), CHUNK):
            count = min(CHUNK, len(self) - first)
            with threads():
                chunk = self._index.reconstruct_n(first, count)
            yield np.asarray(chunk, dtype=np.float32)


@contextmanager
def threads(count: int = 1) -> Iterator[None]:
    """Let FAISS work in `count` threads as long as the block lasts.

    To search for one vector is one thread's work to it; a second OpenMP thread finds nothing to do
    and spins. OpenMP keeps the number per calling thread, so it is set where the search is.
    """
    usual = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(count)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(usual)


def selecting(allowed: NDArray[np.bool_]) -> Any:
    """Return FAISS's parameters for a search of the rows where `allowed` (n,) is True."""
    bitmap = np.packbits(allowed, bitorder="little")
    # The signatures in FAISS's stubs are those of the C++ side.
    selector = faiss.IDSelectorBitmap(bitmap)  # type: ignore[call-arg, arg-type]
    return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]


def _ranked(
    index: Any, vector: NDArray[np.float32], limit: int, params: Any
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    limit = min(limit, int(index.ntotal))
    if limit < 1:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    with threads():
        cosines, rows = index.search(vector.reshape(1, -1), limit, params=params)
    found = rows[0] >= 0
    return rows[0][found], cosines[0][found]


def _empty(dimension: int) -> Any:
    index = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    index.train(np.zeros((1, dimension), dtype=np.float32))
    return index


def _codes(index: Any) -> NDArray[np.uint8]:
    shape = (int(index.ntotal), int(index.code_size))
    if shape[0] == 0:
        return np.empty(shape, dtype=np.uint8)
    flat = faiss.rev_swig_ptr(index.codes.data(), shape[0] * shape[1])
    return np.asarray(flat, dtype=np.uint8).reshape(shape)
