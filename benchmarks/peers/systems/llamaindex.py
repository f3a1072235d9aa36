"""LlamaIndex: a `VectorStoreIndex` over its FAISS store.

https://developers.llamaindex.ai/python/examples/vector_stores/faissindexdemo : `IndexFlatL2`,
`from_documents`, `persist`, `load_index_from_storage`, `as_retriever`. Its `SentenceSplitter`
(1,024 tokens, 20 of them overlapping) always runs; passages are too short for it to cut.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import faiss
from llama_index.core import (
    Document,
    StorageContext,
    VectorStoreIndex,
    load_index_from_storage,
)
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.faiss import FaissVectorStore

from benchmarks.peers.collection import read_texts
from benchmarks.peers.systems import TOP, Found, Ingested, Way, model_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.peers.collection import Files, Text
    from retrieval.evaluation.dataset import EvaluationQuestion

_DIMENSION = 384


class Peer:
    """LlamaIndex with its defaults."""

    def __init__(self, cut: str = "given") -> None:
        self._cut = cut

    def load(self, *, texts: bool) -> None:  # noqa: ARG002 - one model for both
        """Load the model."""
        self._model = HuggingFaceEmbedding(model_name=model_path())

    def ingest(self, files: Files, folder: Path) -> Ingested:
        """Make an index of documents and persist it."""
        texts = read_texts(files.articles if self._cut == "own" else files.passages)
        documents = [Document(id_=text.id, text=text.whole) for text in texts]
        index = VectorStoreIndex.from_documents(
            documents, storage_context=_storage(), embed_model=self._model
        )
        return Ingested(len(index.docstore.docs), _save(index, folder))

    def build(self, texts: Sequence[Text], vectors: NDArray[np.float32], folder: Path) -> None:
        """Make an index of nodes that have their embeddings."""
        pairs = zip(texts, vectors, strict=True)
        nodes = [TextNode(id_=t.id, text=t.whole, embedding=v.tolist()) for t, v in pairs]
        _save(VectorStoreIndex(nodes, storage_context=_storage(), embed_model=self._model), folder)

    def open(self, folder: Path) -> dict[str, Way]:
        """Load the index and make a retriever."""
        vectors = FaissVectorStore.from_persist_dir(str(folder))
        storage = StorageContext.from_defaults(vector_store=vectors, persist_dir=str(folder))
        index = load_index_from_storage(storage, embed_model=self._model)
        self._retriever = index.as_retriever(similarity_top_k=TOP)
        return {"search": Way(self._search, self._search_async)}

    def judge(self, questions: Sequence[EvaluationQuestion]) -> None:  # noqa: ARG002 - as all have
        """Have the search judged."""
        return

    def _search(self, question: str) -> list[Found]:
        return _found(self._retriever.retrieve(question))

    async def _search_async(self, question: str) -> list[Found]:
        return _found(await self._retriever.aretrieve(question))


def _storage() -> StorageContext:
    store = FaissVectorStore(faiss_index=faiss.IndexFlatL2(_DIMENSION))
    return StorageContext.from_defaults(vector_store=store)


def _save(index: Any, folder: Path) -> float:
    started = time.perf_counter()
    index.storage_context.persist(persist_dir=str(folder))
    return time.perf_counter() - started


def _found(hits: Sequence[Any]) -> list[Found]:
    return [Found(hit.node.ref_doc_id or hit.node.node_id, hit.node.get_content()) for hit in hits]
