"""Many texts to vectors with a model's ONNX graph, on all processors at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.embedding import unit_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.onnx.tokens import Tokens

_AT_ONCE = 64  # texts between two callers' turns
_WAITING = 4  # texts handed over for each that runs


class BulkGraph:
    """A compiled graph, and the requests that run it side by side; several threads may share it.

    Texts are run one by one, one on each processor at a time, without padding: a text's vector
    doesn't depend on its company.
    """

    def __init__(self, tokens: Tokens, dimension: int, compiled: Any) -> None:
        import openvino

        self._tokens = tokens
        self._dimension = dimension
        self._turn = threading.Lock()
        # More than run at a time: as one ends the next one is there.
        self._requests = openvino.AsyncInferQueue(compiled, _WAITING * _side_by_side(compiled))
        self._requests.set_callback(_keep)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts. Returns float32 (n, dimension), unit rows.

        Raises RuntimeError, and EmbeddingError if a vector is missing.
        """
        shape = (len(texts), self._dimension)
        vectors = np.full(shape, np.nan, dtype=np.float32)
        # The longest first, so that no processor ends with a long one while others wait.
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]), reverse=True)
        for start in range(0, len(order), _AT_ONCE):
            rows = order[start : start + _AT_ONCE]
            tokens = self._tokens.read([texts[n] for n in rows])
            with self._turn:
                for row, ids in zip(rows, tokens, strict=True):
                    given = {"input_ids": np.array([ids], dtype=np.int64)}
                    self._requests.start_async(given, vectors[row])
        with self._turn:
            self._requests.wait_all()
        return unit_rows(vectors)


def _side_by_side(compiled: Any) -> int:
    return int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))


def _keep(request: Any, row: NDArray[np.float32]) -> None:
    row[:] = request.get_output_tensor(0).data.reshape(-1)
