"""Which number format a model runs fastest in here, measured once and remembered.

bfloat16 and int8 pay only on processors that multiply them in hardware (AVX512-BF16, VNNI, AMX);
elsewhere they are slower than float32. So the choice is made by trying what a runtime offers, and
only among formats whose vectors agree with float32's.
"""

from __future__ import annotations

import json
import platform
import time
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

Precision: TypeAlias = Literal["float32", "bfloat16", "int8"]

_WORDS = (
    "The two ministers met in the capital on Thursday and spoke for more than three hours about "
    "trade, energy and the safety of citizens abroad, officials of both countries said. "
).split() * 5
# Of different lengths, as passages are: some runtimes prepare for each length.
_SAMPLE = [" ".join(_WORDS[:n]) for n in range(20, 148, 8)]
_MIN_GAIN = 1.1  # below this a coarser format isn't worth its rounding
# The lowest cosine to float32's vectors that is taken.
_MIN_COSINE: dict[Precision, float] = {"float32": 1.0, "bfloat16": 0.999, "int8": 0.99}
_ROUNDS = 3


class Runtime(Protocol):
    """What runs a model, in one of several number formats."""

    @property
    def name(self) -> str:
        """The library and its version; a choice made for another one doesn't count."""
        ...

    @property
    def offers(self) -> Sequence[Precision]:
        """The formats that can be tried here, the finest first: float32, then others."""
        ...

    def open(self, precision: Precision, /) -> Callable[[Sequence[str]], NDArray[np.float32]]:
        """Return what embeds texts in that format: float32 (n, dimension), unit rows."""
        ...


Choose: TypeAlias = "Callable[[Runtime], Precision]"


def fixed(precision: Precision) -> Choose:
    """Return a chooser that always chooses `precision`, or the next finer that is offered."""
    wanted = list(_MIN_COSINE)
    finer = wanted[: wanted.index(precision) + 1]
    return lambda runtime: next(p for p in reversed(finer) if p in runtime.offers)


def measured(memory: Path | None) -> Choose:
    """Return a chooser that measures once and remembers in the JSON file `memory`.

    A memory of another processor or runtime counts as none; one that can't be written costs
    seconds at the next start and nothing else.
    """

    def choose(runtime: Runtime) -> Precision:
        machine = {"processor": _processor_name(), "runtime": runtime.name}
        if (known := _recall(memory, machine)) is not None:
            return known
        report = measure(runtime)
        _remember(memory, {"machine": machine, **report})
        chosen: Precision = report["precision"]
        return chosen

    return choose


def measure(runtime: Runtime) -> dict[str, Any]:
    """Time the same texts in every format that `runtime` offers and compare the vectors.

    Returns texts per second and the lowest cosine to float32 of each, and the `precision` to use.
    """
    ways = {precision: runtime.open(precision) for precision in runtime.offers}
    rates: dict[Precision, float] = dict.fromkeys(ways, 0.0)
    vectors: dict[Precision, NDArray[np.float32]] = {}
    for _ in range(_ROUNDS):  # interleaved, so that a busy moment hits all
        for precision, embed in ways.items():
            started = time.perf_counter()
            vectors[precision] = embed(_SAMPLE)
            rate = len(_SAMPLE) / (time.perf_counter() - started)
            rates[precision] = max(rates[precision], rate)
    cosines = {p: float((vectors["float32"] * v).sum(axis=1).min()) for p, v in vectors.items()}
    return {
        "texts_per_second": {p: round(rate, 1) for p, rate in rates.items()},
        "cosine": {p: round(cosine, 6) for p, cosine in cosines.items()},
        "precision": fastest(rates, cosines),
    }


def fastest(rates: dict[Precision, float], cosines: dict[Precision, float]) -> Precision:
    """Return the format to use: the next coarser one where its speed is worth its rounding.

    `rates`: texts per second, the finest format first; `cosines`: to float32's vectors.
    """
    best: Precision = "float32"
    for precision, rate in rates.items():
        if cosines[precision] >= _MIN_COSINE[precision] and rate >= _MIN_GAIN * rates[best]:
            best = precision
    return best


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
    return value if value in _MIN_COSINE else None


def _remember(memory: Path | None, report: dict[str, Any]) -> None:
    if memory is None:
        return
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    except OSError:
        return
