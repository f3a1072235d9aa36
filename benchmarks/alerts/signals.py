"""What is known of an article and a topic when the article arrives, and the scores made of it.

Every signal comes from the stored passage vectors (which have the title in front), the title and
the words, so that one matrix product of passages and topics is all the heavy work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.alerts.scoring import alert_score, opening, share, weighed_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.embedding import Embedder
    from retrieval.index.generation import Generation

    Floats = NDArray[np.float64]

SHIPPED = "alert score"


def signals(
    generation: Generation, topics: Sequence[str], vectors: NDArray[np.float32]
) -> dict[str, Floats]:
    """Return each signal's values, float64 (articles, topics); `vectors` are the topics'."""
    first = generation.article_table["first"].astype(np.int64)
    counts = generation.article_table["count"].astype(np.int64)
    passages = generation.dense.vectors()
    cosines = passages @ vectors.T
    shape = (len(first), len(topics))
    found = {name: np.zeros(shape) for name in ("best", "two", "three", "lead", "mean", "words")}
    lexical = generation.lexical
    weighed = [weighed_words(one, lexical.stems, lexical.inverse_frequency) for one in topics]
    for row, (start, count) in enumerate(zip(first.tolist(), counts.tolist(), strict=True)):
        own = -np.sort(-cosines[start : start + count], axis=0)
        for name, number in (("best", 1), ("two", 2), ("three", 3)):
            found[name][row] = own[:number].mean(axis=0)
        found["lead"][row] = cosines[start]
        middle = passages[start : start + count].mean(axis=0)
        found["mean"][row] = vectors @ (middle / np.linalg.norm(middle))
        beginning = opening(generation.article(row).title, generation.passage(start).text)
        stems = frozenset(lexical.stems(beginning))
        found["words"][row] = [share(words, stems) for words in weighed]
    return found


def titles(
    generation: Generation, embedder: Embedder, rows: Sequence[int], vectors: NDArray[np.float32]
) -> Floats:
    """Return the titles' cosines to the topics, (articles, topics); 0 in all but `rows`."""
    cosines = np.zeros((len(generation.article_table), len(vectors)))
    found = embedder.embed_passages([generation.article(row).title for row in rows])
    cosines[list(rows)] = found @ vectors.T
    return cosines


def scores(found: dict[str, Floats]) -> dict[str, Floats]:
    """Return the candidates by name, the shipped one among them."""
    best, lead, mean, words = (found[name] for name in ("best", "lead", "mean", "words"))
    meaning = (best + lead) / 2
    return {
        "best passage": best,
        "best two": found["two"],
        "best three": found["three"],
        "title": found["title"],
        "lead": lead,
        "mean vector": mean,
        "best, title": (best + found["title"]) / 2,
        "best, mean": (best + mean) / 2,
        "best, lead": meaning,
        "best, words": (2 * best + words) / 3,
        "best, mean, words": (best + mean + words) / 3,
        "best, lead, words": (best + lead + words) / 3,
        SHIPPED: np.asarray(alert_score(best, lead, words), np.float64),
    }
