"""Haystack: an indexing and a query pipeline over its in-memory store.

https://docs.haystack.deepset.ai/docs/inmemoryembeddingretriever : document embedder → writer, and
text embedder → retriever. With its own cut, a `DocumentSplitter` (200 words) comes first.
"""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from haystack import Document, Pipeline
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.collection import read_texts
from benchmarks.peers.systems import TOP, Found, Ingested, Way, model_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.peers.collection import Files, Text
    from retrieval.evaluation.dataset import EvaluationQuestion

_STORE = "store.json"


class Peer:
    """Haystack with its defaults; progress bars are off."""

    def __init__(self, cut: str = "given") -> None:
        self._cut = cut

    def load(self, *, texts: bool) -> None:
        """Load the model in the component for texts, or in that for questions."""
        model = model_path()
        self._documents = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
        self._questions = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
        (self._documents if texts else self._questions).warm_up()

    def ingest(self, files: Files, folder: Path) -> Ingested:
        """Run the indexing pipeline, then write the store to disk."""
        store = InMemoryDocumentStore()
        pipeline = Pipeline()
        steps = {"embedder": self._documents, "writer": DocumentWriter(document_store=store)}
        if self._cut == "own":
            steps = {"splitter": DocumentSplitter(), **steps}
        for name, step in steps.items():
            pipeline.add_component(name, step)
        for sender, receiver in pairwise(steps):
            pipeline.connect(sender, receiver)
        texts = read_texts(files.articles if self._cut == "own" else files.passages)
        documents = [Document(id=text.id, content=text.whole) for text in texts]
        pipeline.run({next(iter(steps)): {"documents": documents}})
        return Ingested(store.count_documents(), _save(store, folder))

    def build(self, texts: Sequence[Text], vectors: NDArray[np.float32], folder: Path) -> None:
        """Write documents that have their embeddings."""
        store = InMemoryDocumentStore()
        pairs = zip(texts, vectors, strict=True)
        store.write_documents(
            [Document(id=t.id, content=t.whole, embedding=v.tolist()) for t, v in pairs]
        )
        _save(store, folder)

    def open(self, folder: Path) -> dict[str, Way]:
        """Load the store and connect the query pipeline."""
        store = InMemoryDocumentStore.load_from_disk(str(folder / _STORE))
        self._pipeline = Pipeline()
        self._pipeline.add_component("embedder", self._questions)
        self._pipeline.add_component(
            "retriever", InMemoryEmbeddingRetriever(document_store=store, top_k=TOP)
        )
        self._pipeline.connect("embedder.embedding", "retriever.query_embedding")
        return {"search": Way(self._search, self._search_async)}

    def judge(self, questions: Sequence[EvaluationQuestion]) -> None:  # noqa: ARG002 - as all have
        """Have the search judged."""
        return

    def _search(self, question: str) -> list[Found]:
        return _found(self._pipeline.run({"embedder": {"text": question}}))

    async def _search_async(self, question: str) -> list[Found]:
        return _found(await self._pipeline.run_async({"embedder": {"text": question}}))


def _save(store: InMemoryDocumentStore, folder: Path) -> float:
    started = time.perf_counter()
    store.save_to_disk(str(folder / _STORE))
    return time.perf_counter() - started


def _found(result: dict[str, Any]) -> list[Found]:
    return [Found(d.id, d.content) for d in result["retriever"]["documents"]]
