"""Vectors already computed by a sync that has not ended: kept, so that an interrupted one goes on.

An append-only file of fixed records (16-byte text digest, then the vector as float16) behind a
header that names the embedder. A torn last record is left out on reading.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import numpy as np

from retrieval.index.layout import text_digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from io import FileIO
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.embedding import EmbedderSpec

_DIGEST = 16


class VectorSpool:
    """The spool at `path` for one embedder. One process at a time (the index lock sees to it)."""

    def __init__(self, path: Path, spec: EmbedderSpec, dimension: int) -> None:
        self._path = path
        self._header = json.dumps(
            [spec.model, spec.query_prefix, spec.passage_prefix, dimension]
        ).encode()
        self._record = np.dtype([("digest", f"V{_DIGEST}"), ("vector", "<f2", (dimension,))])
        self._stream: FileIO | None = None

    def load(self) -> dict[bytes, NDArray[np.float16]]:
        """Return text digest → vector of what is spooled; empty for another embedder's spool."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return {}
        header, newline, body = data.partition(b"\n")
        if not newline or header != self._header:
            return {}
        whole = len(body) // self._record.itemsize
        records = np.frombuffer(body, dtype=self._record, count=whole)
        return {bytes(r["digest"]): r["vector"] for r in records}

    def restart(self, kept: dict[bytes, NDArray[np.float16]]) -> None:
        """Begin the file anew with `kept`. Raises OSError."""
        self.close()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = self._path.open("wb", buffering=0)
        self._stream.write(self._header + b"\n")
        self._write(list(kept), list(kept.values()))

    def append(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add vectors of `texts` and hand them to the disk. Raises OSError."""
        self._write([text_digest(t) for t in texts], list(vectors.astype(np.float16)))

    def _write(self, digests: list[bytes], vectors: list[NDArray[np.float16]]) -> None:
        if self._stream is None:
            raise ValueError("the spool is not open: call restart() first")
        records = np.zeros(len(digests), dtype=self._record)
        for n, (digest, vector) in enumerate(zip(digests, vectors, strict=True)):
            records[n] = (np.void(digest), vector)
        data = memoryview(records.tobytes())
        while data:  # an unbuffered write may take only a part
            data = data[self._stream.write(data) :]
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Close the file; what is in it stays."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def remove(self) -> None:
        """Close and delete the file: its vectors are in a generation now."""
        self.close()
        self._path.unlink(missing_ok=True)
