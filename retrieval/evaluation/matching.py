"""When a text contains an accepted answer.

Both are normalised as in SQuAD's evaluation (Rajpurkar et al., EMNLP 2016): lower case,
punctuation and the articles a, an, the removed, white space folded.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PUNCTUATION = set(string.punctuation) | set("“”‘’–—…«»")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def normalise(text: str) -> str:
    """Return the text as SQuAD compares it."""
    bare = "".join(c for c in text.lower() if c not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def contains_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether the normalised text contains one of the normalised answers."""
    normal = normalise(text)
    return any(answer in normal for answer in map(normalise, answers) if answer)
