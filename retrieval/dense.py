"""The dense ranking: unit vectors in FAISS → rows and cosines.

Vectors are kept as 16-bit floats (FAISS's SQfp16, searched exhaustively): half the memory of
float32, and on news passages the same ten best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from retrieval.errors import DamagedIndexError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


class DenseIndex:
    """An exhaustive inner-product index over unit vectors. Safe to search from many threads."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> DenseIndex:
        """Index `vectors`, float32 (n, dimension), unit rows; row numbers are input order."""
        index = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        index.train(np.zeros((1, vectors.shape[1]), dtype=np.float32))
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> DenseIndex:
        """Load an index from disk. Raises DamagedIndexError if it is none."""
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise DamagedIndexError(f"{path}: not a FAISS index") from error

    def write(self, path: Path) -> None:
        """Write the index to `path`. Raises OSError if the disk refuses."""
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

    def search(
        self,
        vector: NDArray[np.float32],
        *,
        limit: int,
        allowed: NDArray[np.bool_] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows nearest to one unit vector, best first, and their cosines.

        `allowed` (n,) leaves out the rows where it is False. Fewer than `limit` come back when
        there are fewer.
        """
        limit = min(limit, len(self))
        if limit == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        params = None
        if allowed is not None:
            bitmap = np.packbits(allowed, bitorder="little")
            # The signatures in FAISS's stubs are those of the C++ side.
            selector = faiss.IDSelectorBitmap(bitmap)  # type: ignore[call-arg, arg-type]
            params = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        cosines, rows = self._index.search(vector.reshape(1, -1), limit, params=params)
        found = rows[0] >= 0
        return rows[0][found], cosines[0][found]

    def vectors(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the stored vectors of `rows` (all when None), float32 (n, dimension)."""
        if rows is None:
            if len(self) == 0:
                return np.empty((0, self.dimension), dtype=np.float32)
            return np.asarray(self._index.reconstruct_n(0, len(self)), dtype=np.float32)
        if len(rows) == 0:
            return np.empty((0, self.dimension), dtype=np.float32)
        found = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return np.asarray(found, dtype=np.float32)
