"""How close an article comes to a topic: by meaning, and by the topic's words. Pure.

An article's meaning is the mean of two cosines with the topic: its closest passage's (MaxP: Dai and
Callan, SIGIR 2019) and its first passage's, which says what the article is about as a whole. The
score is the mean of both and of the share of the topic's words that stand in title and first
passage; without the words where they would lower it, for the same thing may be said in other words.
`benchmarks/alerts` has the labelled pairs that this form was chosen on.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from retrieval.lexical import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from bot.alerts.types import Candidate, Vectors
    from bot.alerts.words import Stems

    Floats: TypeAlias = NDArray[np.floating[Any]]

Rarity: TypeAlias = "Callable[[str], float]"
"""Takes a stem to its inverse document frequency; `LexicalIndex.inverse_frequency`."""

_CELLS = 16_000_000
"""Numbers of a block of the product, 64 MB: it is done in blocks of topics."""


def alert_score(best: Floats, lead: Floats, words: Floats) -> Floats:
    """Return the score that a threshold is compared with.

    `best` and `lead` are the cosines of the closest and the first passage, `words` is the share of
    the topic's words; all of one shape, which is the result's.
    """
    return with_words((best + lead) / 2, words)


def with_words(meaning: Floats, words: Floats) -> Floats:
    """Return the score made of an article's meaning and the share of the topic's words."""
    return np.maximum(meaning, (2 * meaning + words) / 3)


def least_meaning(threshold: float) -> float:
    """Return the meaning below which not even all of a topic's words reach a threshold."""
    return min(threshold, (3 * threshold - 1) / 2)


def meanings(topics: Vectors, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
    """Return what articles mean to topics, float32 (topics, candidates), cosines.

    `topics` are float32 (s, dim), unit rows. An article without passages has −1.
    """
    found = np.full((len(topics), len(candidates)), -1.0, np.float32)
    filled = [n for n, one in enumerate(candidates) if len(one.vectors)]
    if not filled or not len(topics):
        return found
    vectors = np.concatenate([candidates[n].vectors for n in filled])
    counts = [len(candidates[n].vectors) for n in filled]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    step = max(1, _CELLS // len(vectors))
    for start in range(0, len(topics), step):
        # Passages are the rows, so that the highest of an article's is taken along whole rows.
        product = vectors @ topics[start : start + step].T
        best = np.maximum.reduceat(product, starts, axis=0)
        found[start : start + step, filled] = ((best + product[starts]) / 2).T
    return found


def weighed_words(topic: str, stems: Stems, rarity: Rarity) -> dict[str, float]:
    """Return the stems that a topic is made of and how rare each is, function words left out."""
    kept = dict.fromkeys(stem for stem in stems(topic) if stem not in FUNCTION_WORDS)
    return {stem: rarity(stem) for stem in kept}


def share(words: Mapping[str, float], stems: Collection[str]) -> float:
    """Return the weight of the words that are among `stems`, of all their weight; 0 of none."""
    total = sum(words.values())
    return sum(rarity for word, rarity in words.items() if word in stems) / total if total else 0.0


def opening(title: str, first: str) -> str:
    """Return the text of an article in which a topic's words are looked for."""
    return f"{title}\n{first}"


class TopicWords:
    """Topics' words, ready for articles. Not changed after it is made; safe in threads."""

    def __init__(self, topics: Sequence[str], stems: Stems, rarity: Rarity) -> None:
        self._stems = stems
        self._count = len(topics)
        rows: defaultdict[str, list[int]] = defaultdict(list)
        shares: defaultdict[str, list[float]] = defaultdict(list)
        for row, topic in enumerate(topics):
            words = weighed_words(topic, stems, rarity)
            total = sum(words.values())
            for word, weight in words.items():
                rows[word].append(row)
                shares[word].append(weight / total if total else 0.0)
        self._rows = {word: np.array(found, np.intp) for word, found in rows.items()}
        self._shares = {word: np.array(found, np.float64) for word, found in shares.items()}

    def shares(self, candidate: Candidate) -> NDArray[np.float32]:
        """Return `share` of each topic's words in an article, float32 (topics,)."""
        first = candidate.passages[0] if candidate.passages else ""
        stems = dict.fromkeys(self._stems(opening(candidate.title, first)))
        found = [stem for stem in stems if stem in self._rows]
        if not found:
            return np.zeros(self._count, np.float32)
        rows = np.concatenate([self._rows[stem] for stem in found])
        weights = np.concatenate([self._shares[stem] for stem in found])
        return np.bincount(rows, weights, minlength=self._count).astype(np.float32)
