"""An `Embedder` that answers at once: questions by onnxruntime, passages by what loads later."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from retrieval.errors import EmbeddingError
from retrieval.onnx.layout import UnusableModelError, fingerprint, folder_of
from retrieval.onnx.model import open_model
from retrieval.onnx.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.embedding import Embedder, EmbedderSpec, PassageEmbedder
    from retrieval.onnx.model import OnnxModel
    from retrieval.precision import Choose

logger = logging.getLogger(__name__)

# To the questions' vectors; the passages' may be of a coarser number format.
_MIN_COSINE = 0.999
_MIN_COSINE_INT8 = 0.98  # of single words and empty texts; passages are nearer


class LightEmbedder:
    """Embeds questions with an ONNX graph, and passages with what is loaded for them.

    That is done when the first passages come, in whichever thread they come, and never again:
    `bulk` runs the same graph, for many texts; where it raises UnusableModelError or its vectors
    differ, `load` gives the model itself. Should that one's differ too (the model was exchanged
    meanwhile), questions are embedded like passages from then on.
    """

    def __init__(
        self,
        spec: EmbedderSpec,
        model: OnnxModel,
        load: Callable[[], PassageEmbedder],
        bulk: Callable[[], PassageEmbedder] | None = None,
    ) -> None:
        self._spec = spec
        self._model = model
        self._load = load
        self._bulk = bulk
        self._loading = threading.Lock()
        self._loaded: PassageEmbedder | None = None
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
        return self._model.window

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages. Returns float32 (n, dimension), unit rows, in input order.

        The first time takes seconds longer. Raises EmbeddingError.
        """
        return self.for_passages().embed_passages(texts)

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

    def for_passages(self) -> PassageEmbedder:
        """Return what embeds passages, loaded. Raises EmbeddingError."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._same_graph() or self._model_itself()
            return self._loaded

    def _same_graph(self) -> PassageEmbedder | None:
        if self._bulk is None:
            return None
        try:
            bulk = self._bulk()
            if self._agrees(bulk):
                return bulk
            logger.info("Passages are embedded with torch: %s differs here.", bulk.runtime)
        except (UnusableModelError, EmbeddingError) as error:
            logger.info("Passages are embedded with torch: %s", error)
        return None

    def _model_itself(self) -> PassageEmbedder:
        loaded = self._load()
        if loaded.dimension != self.dimension:
            raise EmbeddingError(
                f"the model {self._spec.model} was exchanged: its vectors have {loaded.dimension} "
                f"numbers, not {self.dimension}",
                "start Newsdesk again",
            )
        self._differs = not self._agrees(loaded)
        if self._differs:
            logger.info("The model %s has changed: questions go by torch.", self._spec.model)
        return loaded

    def _agrees(self, loaded: PassageEmbedder) -> bool:
        """Tell whether both ways give the same directions. Raises EmbeddingError."""
        samples = [text for text in SAMPLES if text]
        products = loaded.embed_questions(samples) * self.embed_questions(samples)
        least = _MIN_COSINE_INT8 if loaded.precision == "int8" else _MIN_COSINE
        return float(products.sum(axis=1).min()) >= least


def open_embedder(
    spec: EmbedderSpec, home: Path, load: Callable[[], PassageEmbedder], choose: Choose
) -> Embedder:
    """Return an embedder that has its graph in `home`; takes half a second.

    The first time the graph is made, which takes several seconds. Where none can be had, the
    model that `load` gives embeds everything; `choose` is asked for the passages' number format
    where the graph embeds them too. Raises EmbeddingError.
    """
    try:
        return light_embedder(spec, open_model(home, spec.model), home, load, choose)
    except UnusableModelError:
        pass
    # A model that isn't on this disk comes to it by being loaded.
    loaded = None if _is_here(spec.model) else load()
    from retrieval.onnx.making import make_model

    try:
        return light_embedder(spec, make_model(home, spec.model), home, load, choose)
    except UnusableModelError as error:
        logger.info("Everything is embedded with torch: %s", error)
        return loaded or load()


def _is_here(model: str) -> bool:
    try:
        fingerprint(model)
    except UnusableModelError:
        return False
    return True


def light_embedder(
    spec: EmbedderSpec,
    model: OnnxModel,
    home: Path,
    load: Callable[[], PassageEmbedder],
    choose: Choose,
) -> LightEmbedder:
    """Return the embedder of a model that was opened from `home`."""

    def bulk() -> PassageEmbedder:
        from retrieval.onnx.bulk import open_bulk

        return open_bulk(spec, model, folder_of(home, spec.model), choose)

    return LightEmbedder(spec, model, load, bulk)
