"""What large collections are made of: the articles of a small one, and vectors for their places."""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peers.generated import write_generated
from retrieval.embedding import EmbedderSpec
from retrieval.index.home import IndexHome
from retrieval.readers import read_file
from retrieval.types import Article

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSION = 384
_TOPICS, _SPREAD = 300, 1.2  # of generated vectors; the spread beside the topic's unit vector
_EVERY = 450  # code points from one generated vector's place to the next
_GENERATED_ARTICLES = 5000


@dataclass(frozen=True, slots=True)
class Base:
    """Articles, and for each the places in its text that vectors belong to, ascending.

    The vectors of article n are the rows `firsts[n]` and on of `vectors`, float16 (places, dim).
    """

    spec: EmbedderSpec
    articles: list[Article]
    places: list[list[int]]
    firsts: list[int]
    vectors: NDArray[np.float16]
    real: bool

    def row_at(self, article: int, offset: int) -> int:
        """Return the row of the vector at a place of an article's text."""
        place = max(0, bisect_right(self.places[article], offset) - 1)
        return self.firsts[article] + place


def from_index(folder: Path) -> Base:
    """Take articles and vectors from the index of a data folder."""
    generation = IndexHome(folder / "index").open()
    starts = generation.passage_table["start"].tolist()
    articles, places, firsts = [], [], []
    for row, record in enumerate(generation.article_table[["first", "count"]].tolist()):
        first, count = record
        if count:
            articles.append(generation.article(row))
            places.append(starts[first : first + count])
            firsts.append(first)
    vectors = generation.dense.vectors().astype(np.float16)
    return Base(generation.manifest.embedder, articles, places, firsts, vectors, real=True)


def from_articles(file: Path | None, seed: int = 7) -> Base:
    """Take the articles of a file (made-up ones when None), with vectors drawn about topics."""
    with tempfile.TemporaryDirectory() as folder:
        source = file or write_generated(Path(folder), _GENERATED_ARTICLES)[0]
        items = read_file(source, fetched=datetime.now(UTC))
        articles = [item for item in items if isinstance(item, Article) and item.text]
    places = [list(range(0, len(article.text), _EVERY)) for article in articles]
    counts = np.array([len(found) for found in places])
    firsts = (np.cumsum(counts) - counts).tolist()
    return Base(EmbedderSpec(), articles, places, firsts, _drawn(counts, seed), real=False)


def _drawn(counts: NDArray[np.int64], seed: int) -> NDArray[np.float16]:
    """Draw unit vectors: an article lies about its topic, its passages about the article."""
    chance = np.random.default_rng(seed)
    topics = _unit(chance.standard_normal((_TOPICS, DIMENSION)))
    stories = topics[chance.integers(0, _TOPICS, len(counts))]
    stories = _unit(stories + _noise(chance, stories.shape))
    passages = np.repeat(stories, counts, axis=0)
    return _unit(passages + _noise(chance, passages.shape)).astype(np.float16)


def _noise(chance: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    noise: NDArray[np.float64] = chance.standard_normal(shape) * (_SPREAD / DIMENSION**0.5)
    return noise


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
