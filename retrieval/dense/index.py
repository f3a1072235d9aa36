"""The dense index of a generation: vectors, and above a number of them sketches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.dense import kinds
from retrieval.dense.flat import FlatVectors
from retrieval.dense.kinds import EXHAUSTIVE, DenseKind
from retrieval.dense.sketches import Sketches
from retrieval.errors import DamagedIndexError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SKETCHES = "sketches.faiss"  # both beside the vectors' file
CENTRE = "centre.npy"


class DenseIndex:
    """An inner-product index over unit vectors. Safe to search from many threads."""

    def __init__(
        self, vectors: FlatVectors, kind: DenseKind = EXHAUSTIVE, sketches: Sketches | None = None
    ) -> None:
        self.kind = kind
        self.stored = vectors
        self.sketches = sketches

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> DenseIndex:
        """Index `vectors`, float32 (n, dimension), unit rows; row numbers are input order."""
        return cls.following(None, None, [vectors], vectors.shape[1])

    @classmethod
    def following(
        cls,
        previous: DenseIndex | None,
        keep: NDArray[np.bool_] | None,
        new: Sequence[NDArray[np.float32]],
        dimension: int,
    ) -> DenseIndex:
        """Index the rows `keep` (n,) of `previous` (all when None), and after them the `new` ones.

        What stays is taken over bit by bit. The kind is chosen, and measured where it has to be.
        """
        kept = None if previous is None else previous.stored
        vectors = FlatVectors.assemble(dimension, kept=kept, keep=keep, new=new)
        rule = kinds.RULE
        if len(vectors) <= rule.exhaustive_at_most:
            return cls(vectors)
        if (
            previous is not None
            and previous.sketches is not None
            and kinds.holds(previous.kind, len(vectors), rule)
        ):
            rows = np.ones(len(previous), dtype=np.bool_) if keep is None else keep
            return cls(vectors, previous.kind, previous.sketches.carried_over(rows, vectors))
        sketches = Sketches.of(vectors)
        kind = kinds.measure(vectors, sketches, rule)
        return cls(vectors, kind, sketches if kind.name == "sketched" else None)

    @classmethod
    def read(cls, path: Path, kind: DenseKind = EXHAUSTIVE) -> DenseIndex:
        """Open the index of this kind whose vectors are at `path`. Raises DamagedIndexError."""
        vectors = FlatVectors.read(path)
        if kind.name == "exhaustive":
            return cls(vectors, kind)
        sketches = Sketches.read(path.with_name(SKETCHES), path.with_name(CENTRE))
        if len(sketches) != len(vectors) or len(sketches.centre) != vectors.dimension:
            raise DamagedIndexError(f"{path.with_name(SKETCHES)}: does not fit the vectors")
        return cls(vectors, kind, sketches)

    def write(self, path: Path) -> None:
        """Write the vectors to `path` and sketches beside it. Raises OSError."""
        self.stored.write(path)
        if self.sketches is not None:
            self.sketches.write(path.with_name(SKETCHES), path.with_name(CENTRE))

    def __len__(self) -> int:
        return len(self.stored)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.stored.dimension

    def search(
        self,
        vector: NDArray[np.float32],
        *,
        limit: int,
        allowed: NDArray[np.bool_] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows nearest to one unit vector, best first, and their cosines.

        `allowed` (n,) leaves out the rows where it is False; as few as are searched one by one
        anyway are so here too. Fewer than `limit` come back when there are fewer.
        """
        within = len(self) if allowed is None else int(np.count_nonzero(allowed))
        candidates = min(self.kind.candidates_for(limit), within)
        if (
            self.sketches is None
            or within <= kinds.RULE.exhaustive_at_most
            or candidates > within * kinds.RULE.largest_share
        ):
            return self.stored.search(vector, limit=limit, allowed=allowed)
        found = self.sketches.nearest(vector.reshape(1, -1), limit=candidates, allowed=allowed)[0]
        return self.stored.search_among(np.sort(found[found >= 0]), vector, limit=limit)

    def search_exhaustively(
        self, vector: NDArray[np.float32], *, limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Like `search`, every vector compared: what `search` is measured by."""
        return self.stored.search(vector, limit=limit)

    def vectors(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the stored vectors of `rows` (all when None), float32 (n, dimension)."""
        return self.stored.vectors(rows)
