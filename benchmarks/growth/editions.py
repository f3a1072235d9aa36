"""A base's articles told again: other words of the same length, vectors moved a little."""

from __future__ import annotations

import hashlib
import random
import re
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.readers import article_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from benchmarks.growth.base import Base
    from retrieval.embedding import EmbedderSpec
    from retrieval.types import Article

_WORD = re.compile(r"(\W+)")
_TAG = re.compile(r" \((\d+)\.(\d+)\)$")
_REPLACED = 0.15  # of the words
_MOVED = 0.6  # noise beside the unit vector: a cosine of 0.86 to where it was
_TOKEN = 4.6  # code points of news a token of the model, on average
_POOL = 400  # articles whose words take the place of others


def editions(base: Base, places: int, *, skip: int = 0, seed: int = 7) -> Iterator[Article]:
    """Yield articles with about `places` vectors, from the one that follows `skip` vectors.

    First come the base's own, then edition after edition of them.
    """
    words = _words_by_length(base.articles[:_POOL])
    number = seen = 0
    while seen < skip + places:
        edition, row = divmod(number, len(base.articles))
        number += 1
        seen += len(base.places[row])
        if seen > skip:
            yield _edition(base.articles[row], row, edition, words, seed)


def _edition(
    article: Article, row: int, edition: int, words: dict[int, list[str]], seed: int
) -> Article:
    title = f"{article.title} ({row}.{edition})"
    text = article.text
    if edition:
        text = _reworded(text, words, random.Random(f"{seed} {row} {edition}"))  # noqa: S311
    name = hashlib.blake2b(title.encode(), digest_size=8).hexdigest()
    return replace(article, id=name, title=title, text=text, digest=article_digest(title, text))


def _reworded(text: str, words: dict[int, list[str]], chance: random.Random) -> str:
    parts = _WORD.split(text)  # words stand at even places
    for _ in range(int(len(parts) // 2 * _REPLACED)):
        n = 2 * chance.randrange(len(parts) // 2 + 1)
        if parts[n].islower() and (others := words.get(len(parts[n]))):
            parts[n] = others[int(chance.random() * len(others))]
    return "".join(parts)


def _words_by_length(articles: Sequence[Article]) -> dict[int, list[str]]:
    pool: dict[int, list[str]] = {}
    for word in dict.fromkeys(w for a in articles for w in _WORD.split(a.text) if w.islower()):
        pool.setdefault(len(word), []).append(word)
    return pool


class PlacedEmbedder:
    """Gives a passage the vector at its place in the base, moved a little for each edition.

    Tokens are estimated from a text's length. `strangers` counts passages that are at no place
    (two spaces at a cut may do that): theirs is a vector drawn by their words.
    """

    def __init__(self, base: Base) -> None:
        self._base = base
        self._texts: dict[str, str] = {}
        self.strangers = 0

    def watching(self, articles: Iterator[Article]) -> Iterator[Article]:
        """Yield the articles, and know them from now on."""
        for article in articles:
            self._texts[article.title] = article.text
            yield article

    @property
    def spec(self) -> EmbedderSpec:
        """What the base was embedded with."""
        return self._base.spec

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._base.vectors.shape[1])

    @property
    def window(self) -> int:
        """How many tokens a text may have."""
        return 254

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Return about how many tokens each text has."""
        return [int(len(text) / _TOKEN) + 1 for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of the passages' places, float32 (n, dimension), unit rows."""
        places = [self._place(text) for text in texts]
        vectors = self._base.vectors[[row for row, _ in places]].astype(np.float32)
        moved = np.array([bool(edition) for _, edition in places])
        chance = np.random.default_rng(zlib.crc32(texts[0].encode("utf-8", "replace")))
        noise = chance.standard_normal((int(moved.sum()), self.dimension), dtype=np.float32)
        vectors[moved] += _MOVED / np.sqrt(self.dimension) * noise
        unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the same as for passages."""
        return self.embed_passages(texts)

    def _place(self, text: str) -> tuple[int, int]:
        title, _, passage = text.partition("\n")
        tag = _TAG.search(title)
        offset = self._texts.get(title, "").find(passage)
        if tag is None or offset < 0:
            self.strangers += 1
            return zlib.crc32(text.encode("utf-8", "replace")) % len(self._base.vectors), 1
        return self._base.row_at(int(tag[1]), offset), int(tag[2])
