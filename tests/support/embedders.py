"""Stand-ins for the model, for tests in which the model isn't the thing under test."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import numpy as np

from retrieval.embedding import EmbedderSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def hash_vector(text: str, dimension: int) -> NDArray[np.float32]:
    """Return a unit vector that the text alone decides."""
    seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8])
    vector = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
    return vector / np.linalg.norm(vector)


def count_words(texts: Sequence[str], /) -> list[int]:
    """Count words and marks, as a word tokenizer does."""
    return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


class FakeEmbedder:
    """Hash vectors instead of a model's. Notes what it embedded; fails on demand."""

    def __init__(
        self,
        *,
        spec: EmbedderSpec | None = None,
        dimension: int = 16,
        window: int = 254,
        fail_at: int | None = None,
        error: BaseException | None = None,
    ) -> None:
        self.spec = spec or EmbedderSpec(model="fake")
        self.dimension = dimension
        self.window = window
        self.embedded: list[str] = []
        self._fail_at = fail_at  # how many texts it embeds before it fails
        self._error = error or KeyboardInterrupt()

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._fail_at is not None and len(self.embedded) + len(texts) > self._fail_at:
            raise self._error
        self.embedded.extend(texts)
        return self._vectors(self.spec.passage_prefix, texts)

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._vectors(self.spec.query_prefix, texts)

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        return count_words(texts)

    def _vectors(self, prefix: str, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([hash_vector(prefix + text, self.dimension) for text in texts])
