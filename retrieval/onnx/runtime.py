"""OpenVINO: what runs a model's ONNX graph, in the number formats that this processor has."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from retrieval.onnx.layout import UnusableModelError
from retrieval.onnx.rounding import round_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from retrieval.precision import Precision

_GROUP = "128"  # numbers of a row that share a scale where the runtime rounds it
_THREADS = min(2, os.cpu_count() or 1)  # a question is short: more would wait for each other
_TELLS_ITS_MAKER = "openvino_telemetry"


class OpenVino:
    """A graph's file, to be compiled. `offers`: the formats there are here, the finest first."""

    def __init__(self, file: Path) -> None:
        """Take the graph in `file`. Raises UnusableModelError where OpenVINO can't be loaded."""
        try:
            with _telling_nobody():
                import openvino

            self._core = openvino.Core()
            fast = self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        except Exception as error:  # a library of another processor fails in many ways
            raise _unusable(error) from error
        self.name = f"openvino {openvino.__version__.split('-')[0]}"
        self._file = str(file)
        coarser: dict[Precision, str] = {"bfloat16": "BF16", "int8": "INT8"}
        in_hardware = [precision for precision, name in coarser.items() if name in fast]
        self.offers: Sequence[Precision] = ("float32", *in_hardware)

    def compile(self, precision: Precision, *, many: bool) -> Any:
        """Return the graph ready to run: one text soon, or `many` with one on each processor.

        Takes half a second. Raises UnusableModelError.
        """
        # Beside int8 weights, attention and the like are of the next finer format there is.
        halved = precision != "float32" and "bfloat16" in self.offers
        settings: dict[str, object] = {
            "INFERENCE_PRECISION_HINT": "bf16" if halved else "f32",
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": _GROUP if precision == "int8" else "0",
            "ENABLE_CPU_PINNING": False,  # searching and extraction run beside it
        }
        if many:
            settings |= {"PERFORMANCE_HINT": "THROUGHPUT"}
        else:
            settings |= {"NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": _THREADS}
        try:
            graph = self._core.read_model(self._file)
            if precision == "int8":
                round_weights(graph)
            return self._core.compile_model(graph, "CPU", settings)
        except RuntimeError as error:
            raise _unusable(error) from error


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
