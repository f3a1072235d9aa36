"""Runs a model's ONNX graph with onnxruntime: texts to vectors in milliseconds, without torch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.embedding import unit_rows
from retrieval.errors import EmbeddingError
from retrieval.onnx.layout import (
    GRAPH,
    TOKENIZER,
    UnusableModelError,
    checksum,
    fingerprint,
    folder_of,
    read_record,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from retrieval.onnx.layout import Record

_THREADS = min(2, os.cpu_count() or 1)  # a question is short: more would wait for each other
_SPECIAL = 2  # tokens around a text
_FATAL = 4  # what onnxruntime prints; it raises its errors as well


class OnnxModel:
    """A model's graph and tokenizer, loaded. May be called from several threads."""

    def __init__(self, record: Record, session: Any, tokenizer: Tokenizer) -> None:
        self.record = record
        self._session = session
        self._tokenizer = tokenizer
        self._counting: Tokenizer | None = None

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
        for n, ids in enumerate(self.tokens(texts)):
            vectors[n] = self._run(ids)
        return unit_rows(vectors)

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token numbers that the model reads of each text, special tokens among them."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has, without special tokens and without a limit."""
        if not texts:
            return []
        if self._counting is None:
            from tokenizers import Tokenizer

            counting = Tokenizer.from_str(self._tokenizer.to_str())
            counting.no_truncation()
            self._counting = counting
        encodings = self._counting.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def _run(self, ids: list[int]) -> NDArray[np.float32]:
        """Return the vector of one text's token numbers, as the graph gives it."""
        tokens = np.array([ids], dtype=np.int64)
        try:
            given = self._session.run(None, {"input_ids": tokens})
            vector: NDArray[np.float32] = given[0].reshape(self.record.dimension)
        except Exception as error:  # onnxruntime's own have no class in common
            raise EmbeddingError(f"the model {self.record.model} failed: {error}") from error
        return vector


def open_model(home: Path, name: str) -> OnnxModel:
    """Open the graph made of the model `name`, if it is whole and the model still the same.

    Takes half a second. Raises UnusableModelError that says what is wrong.
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
    return start_model(folder, record)


def start_model(folder: Path, record: Record) -> OnnxModel:
    """Load the graph and the tokenizer in `folder`. Raises UnusableModelError."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")  # unset, it warns wherever one forks
    try:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        options.inter_op_num_threads = 1
        options.log_severity_level = _FATAL
        # Threads that spin while they wait would take a core from searching.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
        return OnnxModel(record, session, Tokenizer.from_file(str(folder / TOKENIZER)))
    except Exception as error:  # neither library's errors have a class in common
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise UnusableModelError(f"onnxruntime can't use {folder}: {reason}") from error
