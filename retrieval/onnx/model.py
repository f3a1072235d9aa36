"""Runs a model's ONNX graph for questions: texts to vectors in milliseconds, without torch."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.embedding import unit_rows
from retrieval.errors import EmbeddingError
from retrieval.onnx.bulk import BulkGraph
from retrieval.onnx.layout import (
    GRAPH,
    TOKENIZER,
    UnusableModelError,
    checksum,
    fingerprint,
    folder_of,
    read_record,
)
from retrieval.onnx.runtime import OpenVino
from retrieval.onnx.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.onnx.layout import Record
    from retrieval.precision import Choose, Precision

_SPECIAL = 2  # tokens around a text


class OnnxModel:
    """A model's graph and tokenizer, loaded. May be called from several threads."""

    def __init__(self, record: Record, runtime: OpenVino, tokens: Tokens, choose: Choose) -> None:
        """Compile it in the format that `choose` chooses. Raises UnusableModelError."""
        self.record = record
        self.tokens = tokens
        self._runtime = runtime
        self.precision = choose(_Tried(self, runtime))
        self._compiled = runtime.compile(self.precision, many=False)
        self._requests = threading.local()

    @property
    def window(self) -> int:
        """How many tokens of a text the model reads, special tokens left aside."""
        return self.record.max_tokens - _SPECIAL

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts. Returns float32 (n, dimension), unit rows, in input order.

        What is longer than the model reads is cut, as sentence-transformers does.
        Raises EmbeddingError if the graph fails or gives anything else.
        """
        vectors = np.empty((len(texts), self.record.dimension), dtype=np.float32)
        # One by one: that takes no longer than together, with padding and masks.
        for n, ids in enumerate(self.tokens.read(texts)):
            vectors[n] = self._run(ids)
        return unit_rows(vectors)

    def bulk(self, precision: Precision | None = None) -> BulkGraph:
        """Return the graph for many texts, in the same format if no other is given.

        Takes half a second. Raises UnusableModelError.
        """
        compiled = self._runtime.compile(precision or self.precision, many=True)
        return BulkGraph(self.tokens, self.record.dimension, compiled)

    def _run(self, ids: list[int]) -> NDArray[np.float32]:
        """Return the vector of one text's token numbers, as the graph gives it."""
        try:
            request: Any = getattr(self._requests, "own", None)
            if request is None:
                request = self._requests.own = self._compiled.create_infer_request()
            request.infer({"input_ids": np.array([ids], dtype=np.int64)})
            given: NDArray[np.float32] = request.get_output_tensor(0).data
            return given.reshape(self.record.dimension)
        except (RuntimeError, ValueError) as error:
            raise EmbeddingError(f"the model {self.record.model} failed: {error}") from error


class _Tried:
    """The formats of a model, to be tried."""

    def __init__(self, model: OnnxModel, runtime: OpenVino) -> None:
        self._model = model
        self.name = runtime.name
        self.offers = runtime.offers

    def open(self, precision: Precision, /) -> Callable[[Sequence[str]], NDArray[np.float32]]:
        return self._model.bulk(precision).embed


def open_model(home: Path, name: str, choose: Choose) -> OnnxModel:
    """Open the graph made of the model `name`, if it is whole and the model still the same.

    Takes half a second, and seconds more where `choose` tries the formats. Raises
    UnusableModelError that says what is wrong.
    """
    folder = folder_of(home, name)
    record = read_record(folder)
    if (record.model, record.source) != (name, fingerprint(name)):
        raise UnusableModelError("the model has changed since")
    if record.refused:
        raise UnusableModelError(record.refused)
    try:
        damaged = [
            file for file in (GRAPH, TOKENIZER) if checksum(folder / file) != record.sums[file]
        ]
    except (OSError, KeyError) as error:
        raise UnusableModelError(f"{folder} is incomplete") from error
    if damaged:
        raise UnusableModelError(f"{folder / damaged[0]} does not match its checksum")
    return start_model(folder, record, choose)


def start_model(folder: Path, record: Record, choose: Choose) -> OnnxModel:
    """Load the graph and the tokenizer in `folder`. Raises UnusableModelError."""
    runtime = OpenVino(folder / GRAPH)
    try:
        tokens = Tokens(folder / TOKENIZER)
    except Exception as error:  # the library's errors have no class in common
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise UnusableModelError(f"its tokenizer can't be read: {reason}") from error
    return OnnxModel(record, runtime, tokens, choose)
