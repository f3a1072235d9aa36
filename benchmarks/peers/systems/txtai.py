"""txtai: an `Embeddings` index, as its introduction has it, and the texts by their ids beside it.

https://neuml.github.io/txtai/embeddings/ : `Embeddings(path=...)`, `index`, `save`, `load`,
`search`. Vectors lie in FAISS: exact up to 5,000 rows, an inverted file beyond that. With
`content=True` txtai would keep the texts itself, but such an index cannot be asked from several
threads: they share one SQLite cursor.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from txtai import Embeddings
from txtai.vectors import HFVectors

from benchmarks.peers.collection import read_texts, write_texts
from benchmarks.peers.systems import TOP, Found, Ingested, Way, model_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.peers.collection import Files, Text
    from retrieval.evaluation.dataset import EvaluationQuestion

_TEXTS = "texts.jsonl"
_known: dict[str, NDArray[np.float32]] = {}


class KnownVectors(HFVectors):  # type: ignore[misc]
    """txtai's own vectors but for passages whose vectors are known (a custom `method`)."""

    def encode(self, data: list[str], category: str | None = None) -> NDArray[np.float32]:
        """Look vectors up if all are known."""
        if all(text in _known for text in data):
            return np.stack([_known[text] for text in data])
        vectors: NDArray[np.float32] = super().encode(data, category)
        return vectors


class Peer:
    """txtai with its defaults."""

    def load(self, *, texts: bool) -> None:  # noqa: ARG002 - one model for both
        """Load the model, to be shared by the indexes."""
        self._models: dict[str, Any] = {}
        Embeddings(path=model_path(), models=self._models)

    def ingest(self, files: Files, folder: Path) -> Ingested:
        """Index the passages; txtai cuts nothing by itself."""
        embeddings = Embeddings(path=model_path(), models=self._models)
        return self._write(embeddings, list(read_texts(files.passages)), folder)

    def build(self, texts: Sequence[Text], vectors: NDArray[np.float32], folder: Path) -> None:
        """Index the passages with known vectors."""
        _known.update(zip([text.whole for text in texts], vectors, strict=True))
        method = f"{KnownVectors.__module__}.{KnownVectors.__name__}"
        self._write(Embeddings(path=model_path(), method=method), texts, folder)

    def open(self, folder: Path) -> dict[str, Way]:
        """Open the index, with txtai's own vectors for the questions."""
        self._embeddings = Embeddings(models=self._models)
        self._embeddings.load(str(folder), config={"method": None})
        self._texts = {text.id: text.text for text in read_texts(folder / _TEXTS)}
        return {"search": Way(self._search)}

    def judge(self, questions: Sequence[EvaluationQuestion]) -> None:  # noqa: ARG002 - as all have
        """Have the search judged."""
        return

    def _write(self, embeddings: Any, texts: Sequence[Text], folder: Path) -> Ingested:
        embeddings.index((text.id, text.whole) for text in texts)
        started = time.perf_counter()
        embeddings.save(str(folder))
        write_texts(folder / _TEXTS, texts)
        return Ingested(embeddings.count(), time.perf_counter() - started)

    def _search(self, question: str) -> list[Found]:
        rows = self._embeddings.search(question, TOP)
        return [Found(number, self._texts[number]) for number, _ in rows]
