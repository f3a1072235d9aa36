"""Vectors for the texts of a sync: reused where the same text was embedded before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.index.layout import text_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from retrieval.embedding import Embedder
    from retrieval.index.generation import Generation
    from retrieval.index.spool import VectorSpool

_AT_ONCE = 512  # passages between two signs of life, and the most that a kill can lose


def embed_missing(
    texts: Sequence[str],
    embedder: Embedder,
    *,
    previous: Generation | None,
    spool: VectorSpool,
    on_progress: Callable[[int, int], None],
) -> tuple[NDArray[np.float32], int]:
    """Return the vectors of `texts`, float32 (n, dimension), and how many were computed.

    The others come from `previous` and from the spool of an interrupted sync. What is computed
    goes to the spool at once. Raises EmbeddingError, OSError.
    """
    vectors = np.zeros((len(texts), embedder.dimension), dtype=np.float32)
    digests = [text_digest(text) for text in texts]
    spooled = spool.load()
    rows = _rows_by_digest(previous, digests)
    missing: list[int] = []
    for n, digest in enumerate(digests):
        if (vector := spooled.get(digest)) is not None:
            vectors[n] = vector
        elif previous is not None and (row := rows.get(digest)) is not None:
            vectors[n] = previous.dense.vectors(np.array([row]))[0]
        else:
            missing.append(n)
    # Longest first: the estimate of the time left then errs on the long side.
    missing.sort(key=lambda n: len(texts[n]), reverse=True)
    if not missing:
        return vectors, 0
    try:
        spool.restart(spooled)
        on_progress(0, len(missing))
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            batch = [texts[n] for n in part]
            vectors[part] = embedder.embed_passages(batch)
            spool.append(batch, vectors[part])
            on_progress(start + len(part), len(missing))
    finally:
        spool.close()
    return vectors, len(missing)


def _rows_by_digest(generation: Generation | None, wanted: Sequence[bytes]) -> dict[bytes, int]:
    """Return digest → row of those passages of a generation that may be `wanted`."""
    if generation is None or not wanted:
        return {}
    digests = generation.passage_table["digest"]
    # By the first half of the digest: nearly all of a large collection is out of the question.
    halves = np.frombuffer(b"".join(wanted), dtype="<u8")[::2]
    rows = np.flatnonzero(np.isin(digests[:, 0], halves))
    return {digests[row].tobytes(): int(row) for row in rows}
