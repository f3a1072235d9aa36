"""Which number format the model runs fastest in here, measured once and remembered.

bfloat16 pays only on processors that multiply it in hardware (AVX512-BF16, AMX); elsewhere it is
slower than float32. So the choice is made by trying both, and only where the vectors agree.
"""

from __future__ import annotations

import copy
import json
import platform
import time
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Precision: TypeAlias = Literal["float32", "bfloat16"]

_SAMPLE = [
    "The two ministers met in the capital on Thursday and spoke for more than three hours about "
    "trade, energy and the safety of citizens abroad, officials of both countries said. " * 3
] * 16
_MIN_GAIN = 1.15  # below this a switch of formats isn't worth its rounding
_MIN_COSINE = 0.999
_ROUNDS = 3


def fixed(precision: Precision) -> Callable[[Any], Precision]:
    """Return a chooser that always chooses `precision`."""
    return lambda _model: precision


def measured(memory: Path | None) -> Callable[[Any], Precision]:
    """Return a chooser that measures once and remembers in the JSON file `memory`.

    A memory of another processor or torch counts as none; one that can't be written costs a
    second at the next start and nothing else.
    """

    def choose(model: Any) -> Precision:
        machine = _machine()
        if (known := _recall(memory, machine)) is not None:
            return known
        report = measure(model)
        _remember(memory, {"machine": machine, **report})
        chosen: Precision = report["precision"]
        return chosen

    return choose


def measure(model: Any) -> dict[str, Any]:
    """Time `model` as float32 and as bfloat16 on the same texts and compare the vectors.

    Returns texts per second of both, the lowest cosine between them, and the `precision` to use.
    """
    half = copy.deepcopy(model).bfloat16()
    rates = {"float32": 0.0, "bfloat16": 0.0}
    vectors: dict[str, Any] = {}
    for _ in range(_ROUNDS):  # interleaved, so that a busy moment hits both
        for name, candidate in (("float32", model), ("bfloat16", half)):
            started = time.perf_counter()
            vectors[name] = candidate.encode(
                _SAMPLE, convert_to_tensor=True, normalize_embeddings=True, show_progress_bar=False
            )
            rate = len(_SAMPLE) / (time.perf_counter() - started)
            rates[name] = max(rates[name], rate)
    products = vectors["float32"].float() * vectors["bfloat16"].float()
    cosine = float(np.min(products.sum(dim=1).cpu().numpy()))
    pays = rates["bfloat16"] >= _MIN_GAIN * rates["float32"] and cosine >= _MIN_COSINE
    return {
        "texts_per_second": {name: round(rate, 1) for name, rate in rates.items()},
        "cosine": round(cosine, 6),
        "precision": "bfloat16" if pays else "float32",
    }


def _machine() -> dict[str, str]:
    import torch

    return {
        "processor": _processor_name(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "torch": torch.__version__,
    }


def _processor_name() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _recall(memory: Path | None, machine: dict[str, str]) -> Precision | None:
    if memory is None:
        return None
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(known, dict) or known.get("machine") != machine:
        return None
    value = known.get("precision")
    return value if value in ("float32", "bfloat16") else None


def _remember(memory: Path | None, report: dict[str, Any]) -> None:
    if memory is None:
        return
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    except OSError:
        return
