"""The floor: sentence-transformers and an exact FAISS index, with nothing around them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.peers.collection import read_texts, write_texts
from benchmarks.peers.systems import TOP, Found, Ingested, Way, model_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.peers.collection import Files, Text
    from retrieval.evaluation.dataset import EvaluationQuestion


class Peer:
    """`SentenceTransformer.encode` and `faiss.IndexFlatIP`."""

    def load(self, *, texts: bool) -> None:  # noqa: ARG002 - one model for both
        """Load the model."""
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(model_path(), device="cpu")

    def ingest(self, files: Files, folder: Path) -> Ingested:
        """Embed and index the passages."""
        texts = list(read_texts(files.passages))
        vectors = self._encode([text.whole for text in texts])
        return Ingested(len(texts), self._write(texts, vectors, folder))

    def build(self, texts: Sequence[Text], vectors: NDArray[np.float32], folder: Path) -> None:
        """Index the vectors."""
        self._write(texts, vectors, folder)

    def open(self, folder: Path) -> dict[str, Way]:
        """Open the index; each search encodes one question."""
        import faiss

        self._index = faiss.read_index(str(folder / "vectors.faiss"))
        self._texts = list(read_texts(folder / "texts.jsonl"))
        return {"search": Way(self._search)}

    def judge(self, questions: Sequence[EvaluationQuestion]) -> None:  # noqa: ARG002 - as all have
        """Have the search judged."""
        return

    def _write(self, texts: Sequence[Text], vectors: NDArray[np.float32], folder: Path) -> float:
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        started = time.perf_counter()
        faiss.write_index(index, str(folder / "vectors.faiss"))
        write_texts(folder / "texts.jsonl", texts)
        return time.perf_counter() - started

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self._model.encode(
            texts, normalize_embeddings=True, show_progress_bar=False
        )
        return vectors

    def _search(self, question: str) -> list[Found]:
        _, rows = self._index.search(self._encode([question]), TOP)
        return [Found(self._texts[row].id, self._texts[row].text) for row in rows[0] if row >= 0]
