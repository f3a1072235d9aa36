"""The dense ranking: unit vectors → rows and cosines.

`flat` holds the vectors as 16-bit floats, `sketches` one bit a number of them, `kinds` decides by
measurement which of both a collection is searched with, `index` searches.
"""

from retrieval.dense.index import DenseIndex
from retrieval.dense.kinds import EXHAUSTIVE, DenseKind

__all__ = ["EXHAUSTIVE", "DenseIndex", "DenseKind"]
