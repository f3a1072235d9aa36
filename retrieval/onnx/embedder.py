"""An `Embedder` that answers at once: questions by onnxruntime, torch only for new passages."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from retrieval.errors import EmbeddingError
from retrieval.onnx.layout import UnusableModelError
from retrieval.onnx.model import open_model
from retrieval.onnx.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.embedding import Embedder, EmbedderSpec
    from retrieval.onnx.model import OnnxModel

logger = logging.getLogger(__name__)

_MIN_COSINE = 0.999  # between both ways; the passages' may run as bfloat16
_SPECIAL = 2  # tokens around a text


class LightEmbedder:
    """Embeds questions with an ONNX graph, and passages with what `load` gives.

    `load` is called when the first passages come, in whichever thread they come, and never
    again. Both are of one model, so their vectors can be compared; should they turn out to differ
    (the model was exchanged meanwhile), questions are embedded like passages from then on.
    """

    def __init__(self, spec: EmbedderSpec, model: OnnxModel, load: Callable[[], Embedder]) -> None:
        self._spec = spec
        self._model = model
        self._load = load
        self._loading = threading.Lock()
        self._loaded: Embedder | None = None
        self._differs = False

    @property
    def spec(self) -> EmbedderSpec:
        """What decides the vectors."""
        return self._spec

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._model.record.dimension

    @property
    def window(self) -> int:
        """How many tokens of a text the model reads, special tokens left aside."""
        return self._model.record.max_tokens - _SPECIAL

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages. Returns float32 (n, dimension), unit rows, in input order.

        The first time takes seconds longer. Raises EmbeddingError.
        """
        return self._passages().embed_passages(texts)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions. Returns float32 (n, dimension), unit rows, in input order.

        Raises EmbeddingError.
        """
        if self._differs and self._loaded is not None:
            return self._loaded.embed_questions(texts)
        return self._model.embed([self._spec.query_prefix + text for text in texts])

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Return how many tokens each text has, without special tokens and without a limit."""
        return self._model.count_tokens(texts)

    def _passages(self) -> Embedder:
        with self._loading:
            if self._loaded is None:
                loaded = self._load()
                self._differs = not self._agrees(loaded)
                self._loaded = loaded
            return self._loaded

    def _agrees(self, loaded: Embedder) -> bool:
        """Tell whether both ways give the same directions. Raises EmbeddingError."""
        if loaded.dimension != self.dimension:
            raise EmbeddingError(
                f"the model {self._spec.model} was exchanged: its vectors have {loaded.dimension} "
                f"numbers, not {self.dimension}",
                "start Newsdesk again",
            )
        samples = [text for text in SAMPLES if text]
        products = loaded.embed_questions(samples) * self.embed_questions(samples)
        lowest = float(products.sum(axis=1).min())
        if lowest < _MIN_COSINE:
            logger.info("The model %s has changed: questions go by torch.", self._spec.model)
        return lowest >= _MIN_COSINE


def open_embedder(spec: EmbedderSpec, home: Path, load: Callable[[], Embedder]) -> Embedder:
    """Return an embedder that has its graph in `home`; takes half a second.

    The first time the graph is made, with the model that `load` gives loaded, which takes several
    seconds. Where none can be had, that model embeds questions too. Raises EmbeddingError.
    """
    try:
        return LightEmbedder(spec, open_model(home, spec.model), load)
    except UnusableModelError:
        pass
    loaded = load()
    from retrieval.onnx.making import make_model

    try:
        return LightEmbedder(spec, make_model(home, spec.model), lambda: loaded)
    except UnusableModelError as error:
        logger.info("Questions are embedded with torch: %s", error)
        return loaded
