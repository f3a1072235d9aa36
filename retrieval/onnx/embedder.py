"""An `Embedder` that answers at once: questions soon, and passages with what loads later."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from retrieval.errors import EmbeddingError
from retrieval.onnx.layout import UnusableModelError, fingerprint
from retrieval.onnx.model import open_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.embedding import EmbedderSpec, PassageEmbedder
    from retrieval.onnx.bulk import BulkGraph
    from retrieval.onnx.model import OnnxModel
    from retrieval.precision import Choose, Precision

logger = logging.getLogger(__name__)


class LightEmbedder:
    """Embeds questions one by one, and passages side by side, with a model's ONNX graph.

    What runs passages is loaded when the first ones come, in whichever thread they come, and never
    again.
    """

    runtime = "openvino"

    def __init__(self, spec: EmbedderSpec, model: OnnxModel) -> None:
        self._spec = spec
        self._model = model
        self._loading = threading.Lock()
        self._bulk: BulkGraph | None = None

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

    @property
    def precision(self) -> Precision:
        """The number format of the weights."""
        return self._model.precision

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages. Returns float32 (n, dimension), unit rows, in input order.

        The first time takes half a second longer. Raises EmbeddingError.
        """
        prefixed = [self._spec.passage_prefix + text for text in texts]
        try:
            return self._for_many().embed(prefixed)
        except (RuntimeError, UnusableModelError) as error:
            raise EmbeddingError(f"the model {self._spec.model} failed: {error}") from error

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions. Returns float32 (n, dimension), unit rows, in input order.

        Raises EmbeddingError.
        """
        return self._model.embed([self._spec.query_prefix + text for text in texts])

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Return how many tokens each text has, without special tokens and without a limit."""
        return self._model.tokens.count(texts)

    def _for_many(self) -> BulkGraph:
        with self._loading:
            if self._bulk is None:
                self._bulk = self._model.bulk()
            return self._bulk


def open_embedder(
    spec: EmbedderSpec, home: Path, load: Callable[[], PassageEmbedder], choose: Choose
) -> PassageEmbedder:
    """Return an embedder that has its graph in `home`; takes half a second.

    The first time the graph is made and `choose` is asked for the number format, which takes
    several seconds. Where no graph can be had, the model that `load` gives embeds everything.
    Raises EmbeddingError.
    """
    try:
        return LightEmbedder(spec, open_model(home, spec.model, choose))
    except UnusableModelError:
        pass
    # A model that isn't on this disk comes to it by being loaded.
    loaded = None if _is_here(spec.model) else load()
    from retrieval.onnx.making import make_model

    try:
        make_model(home, spec.model)
        return LightEmbedder(spec, open_model(home, spec.model, choose))
    except UnusableModelError as error:
        logger.info("Texts are embedded with torch: %s", error)
        return loaded or load()


def _is_here(model: str) -> bool:
    try:
        fingerprint(model)
    except UnusableModelError:
        return False
    return True
