"""Texts to the numbers that a model reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Tokens:
    """A model's tokenizer. May be called from several threads."""

    def __init__(self, file: Path) -> None:
        """Load it. Raises whatever the library does where `file` is none."""
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")  # unset, it warns at every fork
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(file))
        self._counting: Any = None

    def read(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token numbers that the model reads of each text, special ones among them."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has, without special tokens and without a limit."""
        if not texts:
            return []
        if self._counting is None:
            from tokenizers import Tokenizer

            counting = Tokenizer.from_str(self._tokenizer.to_str())
            counting.no_truncation()
            self._counting = counting
        encodings = self._counting.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]
