"""Sketches of vectors: a bit for each number, whether it is above the collection's average.

Vectors at a small angle agree in most bits (random hyperplanes: Charikar, Similarity Estimation
Techniques from Rounding Algorithms, STOC 2002), and counting those that differ reads a sixteenth of
the bytes that comparing 16-bit vectors does. So sketches find candidates, and the vectors rank
them. They need no training, and those of vectors that stay are taken over as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from retrieval.dense.flat import CHUNK, selecting, threads
from retrieval.errors import DamagedIndexError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.dense.flat import FlatVectors


class Sketches:
    """Sketches by row, and the centre (dimension,) they were taken about. Threads may share them.

    A dimension that is no multiple of 8 is filled up with bits that are always 0.
    """

    def __init__(self, index: Any, centre: NDArray[np.float32]) -> None:
        self._index = index
        # By counting, not by a heap: thousands of candidates are wanted.
        self._index.use_heap = False
        self.centre = centre

    @classmethod
    def of(cls, vectors: FlatVectors) -> Sketches:
        """Take sketches of all `vectors` about their own average."""
        total = np.zeros(vectors.dimension, dtype=np.float64)
        for chunk in vectors.chunks():
            total += chunk.sum(axis=0, dtype=np.float64)
        centre = (total / max(1, len(vectors))).astype(np.float32)
        return cls._assemble(vectors, centre, np.empty((0, _width(vectors)), dtype=np.uint8))

    def carried_over(self, keep: NDArray[np.bool_], vectors: FlatVectors) -> Sketches:
        """Return the sketches of `vectors`, which begin with the rows `keep` (n,) of these.

        The centre stays; only the rows after them are read.
        """
        return self._assemble(vectors, self.centre, self._codes()[keep])

    @classmethod
    def _assemble(
        cls, vectors: FlatVectors, centre: NDArray[np.float32], kept: NDArray[np.uint8]
    ) -> Sketches:
        codes = np.empty((len(vectors), _width(vectors)), dtype=np.uint8)
        codes[: len(kept)] = kept
        start = len(kept)
        for chunk in vectors.chunks(start):
            codes[start : start + len(chunk)] = _bits(chunk, centre)
            start += len(chunk)
        index = faiss.IndexBinaryFlat(8 * codes.shape[1])
        for start in range(0, len(codes), CHUNK):
            index.add(codes[start : start + CHUNK])
        return cls(index, centre)

    @classmethod
    def read(cls, path: Path, centre_path: Path) -> Sketches:
        """Map the file at `path`. Raises DamagedIndexError if it or the centre is none."""
        try:
            index = faiss.read_index_binary(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise DamagedIndexError(f"{path}: not a FAISS index") from error
        try:
            centre = np.load(centre_path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise DamagedIndexError(f"{centre_path}: missing or unreadable") from error
        if centre.dtype != np.float32 or centre.ndim != 1 or -(-len(centre) // 8) * 8 != index.d:
            raise DamagedIndexError(f"{centre_path}: does not fit the sketches")
        return cls(index, centre)

    def write(self, path: Path, centre_path: Path) -> None:
        """Write sketches and centre. Raises OSError if the disk refuses."""
        try:
            faiss.write_index_binary(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"could not write {path}") from error
        np.save(centre_path, self.centre, allow_pickle=False)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(
        self,
        vectors: NDArray[np.float32],
        *,
        limit: int,
        allowed: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.int64]:
        """Return the `limit` rows that differ least from each of `vectors` (m, dimension).

        Shape (m, limit), least differing first, -1 where there are no more; of those `allowed`.
        """
        params = None if allowed is None else selecting(allowed)
        with threads():
            rows = self._index.search(_bits(vectors, self.centre), limit, params=params)[1]
        return np.asarray(rows, dtype=np.int64)

    def _codes(self) -> NDArray[np.uint8]:
        size = self._index.ntotal * self._index.code_size
        if size == 0:
            return np.empty((0, self._index.code_size), dtype=np.uint8)
        flat = faiss.rev_swig_ptr(self._index.xb.data(), size)
        return np.asarray(flat, dtype=np.uint8).reshape(-1, self._index.code_size)


def _width(vectors: FlatVectors) -> int:
    return -(-vectors.dimension // 8)


def _bits(vectors: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.packbits(vectors > centre, axis=1)
