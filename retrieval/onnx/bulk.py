"""Many texts to vectors with the same ONNX graph, run by OpenVINO on all processors."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.embedding import unit_rows
from retrieval.errors import EmbeddingError
from retrieval.onnx.layout import GRAPH, UnusableModelError
from retrieval.onnx.rounding import round_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.embedding import EmbedderSpec
    from retrieval.onnx.model import OnnxModel
    from retrieval.precision import Choose, Precision

_AT_ONCE = 256  # texts between two callers' turns; at the end of each some processors wait
_GROUP = "128"  # numbers of a row that share a scale where the runtime rounds it
_TELLS_ITS_MAKER = "openvino_telemetry"


class BulkEmbedder:
    """Embeds passages in a number format of its own. May be called from several threads.

    Texts are run one by one, one on each processor at a time, without padding: a text's vector
    doesn't depend on its company.
    """

    runtime = "openvino"

    def __init__(self, spec: EmbedderSpec, model: OnnxModel, graph: BulkGraph) -> None:
        self._spec = spec
        self._model = model
        self._graph = graph

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
        return self._graph.precision

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages. Returns float32 (n, dimension), unit rows, in input order.

        Raises EmbeddingError.
        """
        return self._embed([self._spec.passage_prefix + text for text in texts])

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions in the passages' format. Returns the same as `embed_passages`."""
        return self._embed([self._spec.query_prefix + text for text in texts])

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Return how many tokens each text has, without special tokens and without a limit."""
        return self._model.count_tokens(texts)

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        try:
            return self._graph.embed(texts)
        except RuntimeError as error:
            raise EmbeddingError(f"the model {self._spec.model} failed: {error}") from error


class BulkGraph:
    """A graph loaded in one format, and the requests that run it side by side."""

    def __init__(self, model: OnnxModel, compiled: Any, precision: Precision) -> None:
        import openvino

        self.precision = precision
        self._model = model
        self._turn = threading.Lock()
        self._requests = openvino.AsyncInferQueue(compiled)
        self._requests.set_callback(_keep)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts. Returns float32 (n, dimension), unit rows. Raises RuntimeError."""
        vectors = np.empty((len(texts), self._model.record.dimension), dtype=np.float32)
        # The longest first, so that no processor ends with a long one while others wait.
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]), reverse=True)
        for start in range(0, len(order), _AT_ONCE):
            rows = order[start : start + _AT_ONCE]
            tokens = self._model.tokens([texts[n] for n in rows])
            with self._turn:
                for row, ids in zip(rows, tokens, strict=True):
                    given = {"input_ids": np.array([ids], dtype=np.int64)}
                    self._requests.start_async(given, vectors[row])
                self._requests.wait_all()
        return unit_rows(vectors)


class OpenVinoRuntime:
    """The formats that OpenVINO runs a model's graph in on this processor."""

    def __init__(self, model: OnnxModel, file: Path) -> None:
        """Take the graph in `file`, which is `model`'s. Raises UnusableModelError."""
        try:
            with _telling_nobody():
                import openvino

            self._core = openvino.Core()
            self._file = str(file)
            self.name = f"openvino {openvino.__version__.split('-')[0]}"
            fast = self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        except Exception as error:  # a library of another processor fails in many ways
            raise _unusable(error) from error
        self._model = model
        coarser: dict[Precision, str] = {"bfloat16": "BF16", "int8": "INT8"}
        in_hardware = [precision for precision, name in coarser.items() if name in fast]
        self.offers: Sequence[Precision] = ("float32", *in_hardware)

    def load(self, precision: Precision) -> BulkGraph:
        """Load the graph in that format; takes a second. Raises UnusableModelError."""
        # Beside int8 weights, attention and the like are of the next finer format there is.
        halved = precision != "float32" and "bfloat16" in self.offers
        settings = {
            "INFERENCE_PRECISION_HINT": "bf16" if halved else "f32",
            "PERFORMANCE_HINT": "THROUGHPUT",
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": _GROUP if precision == "int8" else "0",
            "ENABLE_CPU_PINNING": False,  # questions are answered meanwhile
        }
        try:
            graph = self._core.read_model(self._file)
            if precision == "int8" and not round_weights(graph):
                raise UnusableModelError("it has no weights to round")
            return BulkGraph(
                self._model, self._core.compile_model(graph, "CPU", settings), precision
            )
        except RuntimeError as error:
            raise _unusable(error) from error

    def open(self, precision: Precision, /) -> Callable[[Sequence[str]], NDArray[np.float32]]:
        """Return what embeds texts in that format: float32 (n, dimension), unit rows."""
        return self.load(precision).embed


def open_bulk(spec: EmbedderSpec, model: OnnxModel, folder: Path, choose: Choose) -> BulkEmbedder:
    """Return an embedder for passages that runs the graph in `folder`, which is `model`'s.

    Takes a second, and seconds more where `choose` tries the formats. Raises UnusableModelError
    where OpenVINO can't run it.
    """
    runtime = OpenVinoRuntime(model, folder / GRAPH)
    return BulkEmbedder(spec, model, runtime.load(choose(runtime)))


def _keep(request: Any, row: NDArray[np.float32]) -> None:
    row[:] = request.get_output_tensor(0).data.reshape(-1)


def _unusable(error: Exception) -> UnusableModelError:
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    return UnusableModelError(f"OpenVINO can't use it: {reason}")


@contextmanager
def _telling_nobody() -> Iterator[None]:
    """Keep the import of openvino from reporting itself to its maker over the network.

    It does so through a package of its own, and does without where there is none.
    """
    modules: dict[str, Any] = sys.modules
    known = modules.get(_TELLS_ITS_MAKER)
    modules[_TELLS_ITS_MAKER] = None  # how Python spells "can't be imported"
    try:
        yield
    finally:
        if known is None:
            del modules[_TELLS_ITS_MAKER]
        else:
            modules[_TELLS_ITS_MAKER] = known
