"""Signals of how likely a retrieved passage is to hold the answer, one array a signal.

All are relative to the question and to what else was retrieved, so they mean the same in any
year's news: match, freshness, place in the article, the article as a whole, support.

Support by other sources is the idea of redundancy-based question answering: a name or a number
that several articles add to the question's own words is more likely its answer. (Dumais, Banko,
Brill, Lin, Ng: Web Question Answering: Is More Always Better?, SIGIR 2002.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SIGNALS: Final = (
    "cosine",
    "lexical",
    "fresh_7",
    "fresh_30",
    "fresh_180",
    "lead",
    "article_best",
    "article_hits",
    "article_rank",
    "neighbour",
    "covered",
    "covered_text",
    "support",
    "support_kind",
    "names",
    "questions",
)
_HALF_LIVES = (7, 30, 180)  # days
_TEMPERATURE = 0.1  # of the weights with which retrieved passages support each other
_MANY = 6  # passages of one article; more add nothing
_RARE = 8.0  # an inverse document frequency from which a name is as telling as any
_WORD = re.compile(r"\w+")
# A pattern that begins with characters, not with \b, is found many times faster; so whether a
# word starts there is asked after the first one.
_NAME = re.compile(r"[A-Z\d](?<!\w.)(?:(?<=[A-Z])\w+|(?<=\d)\d*(?:[.,]\d+)*)")
_NUMBER_ASKED = re.compile(
    r"\bhow (?:many|much|long|old|far|often|tall|big|fast)\b|\bwhen\b"
    r"|\bwhat (?:percent|percentage|year|date|age|number)\b",
    re.IGNORECASE,
)


class Words(Protocol):
    """Knows the collection's words."""

    def stems(self, text: str) -> list[str]:
        """Return the words of `text`, stemmed, in order."""
        ...

    def inverse_frequency(self, stem: str) -> float:
        """Return how much a match with the stem tells."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What a question asks with: how its words begin and how much each tells (terms,).

    `words` are all of its words; `number_asked`: whether it asks for a number or a date.
    """

    starts: tuple[str, ...]
    weights: NDArray[np.float64]
    words: frozenset[str]
    number_asked: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """What both rankings say of the passages in `rows`, ascending. All arrays are (n,).

    `bm25` is 0 where the lexical ranking does not reach; `ages` in days, infinite where unknown;
    ranks count from 1, 0 = not in that ranking.
    """

    rows: NDArray[np.int64]
    articles: NDArray[np.int64]
    ordinals: NDArray[np.int64]
    cosines: NDArray[np.float32]
    bm25: NDArray[np.float32]
    ages: NDArray[np.float64]
    fused: NDArray[np.float64]
    dense_ranks: NDArray[np.int64]
    lexical_ranks: NDArray[np.int64]


def question_terms(question: str, words: Words, *, skipped: frozenset[str]) -> Terms:
    """Return what the question asks with, without the words `skipped` unless none is left."""
    said = _WORD.findall(question)
    starts: dict[str, float] = {}
    for word in [w for w in said if w.lower() not in skipped] or said:
        for stem in words.stems(word)[:1]:
            # A stem need not begin its word ("happi", "happy"); what they share does.
            starts.setdefault(_shared_start(stem, word.lower()), words.inverse_frequency(stem))
    return Terms(
        starts=tuple(starts),
        weights=np.array(list(starts.values()), dtype=np.float64),
        words=frozenset(w.lower() for w in said),
        number_asked=_NUMBER_ASKED.search(question) is not None,
    )


def pool_signals(pool: Pool, window: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Return the signals that need no text, for the places `window` of the pool."""
    count = len(pool.rows)
    _, article, hits = np.unique(pool.articles, return_inverse=True, return_counts=True)
    # Places by article, best first within each; a place's rank counts from its article's first.
    order = np.lexsort((-pool.fused, article))
    firsts = np.concatenate([[0], np.cumsum(hits)[:-1]])
    rank = np.empty(count)
    rank[order] = np.arange(count) - np.repeat(firsts, hits)
    best = pool.fused[order[firsts]]
    adjacent = (np.diff(pool.rows) == 1) & (np.diff(pool.articles) == 0)
    neighbour = np.zeros(count)
    neighbour[:-1][adjacent] = pool.fused[1:][adjacent]
    neighbour[1:][adjacent] = np.maximum(neighbour[1:][adjacent], pool.fused[:-1][adjacent])
    highest = float(pool.bm25.max(initial=0.0)) or 1.0
    ages = np.maximum(pool.ages[window], 0.0)
    return {
        "cosine": pool.cosines[window].astype(np.float64),
        "lexical": (pool.bm25[window] / highest).astype(np.float64),
        **{f"fresh_{life}": np.exp2(-ages / life) for life in _HALF_LIVES},
        "lead": 1.0 / (1.0 + pool.ordinals[window]),
        "article_best": best[article[window]],
        "article_hits": np.minimum(hits[article[window]], _MANY) / _MANY,
        "article_rank": rank[window],
        "neighbour": neighbour[window],
    }


def text_signals(
    terms: Terms,
    titles: Sequence[str],
    texts: Sequence[str],
    articles: NDArray[np.int64],
    fused: NDArray[np.float64],
    words: Words,
) -> dict[str, NDArray[np.float64]]:
    """Return the signals read from the window's passages, given their articles' titles."""
    total = float(terms.weights.sum()) or 1.0
    in_title, in_text = _holds(terms, titles), _holds(terms, texts)
    names = [_NAME.findall(text) for text in texts]
    support, kind = _support(terms, names, articles, fused, words)
    lengths = np.array([max(1, len(text)) for text in texts], dtype=np.float64)
    questions = np.array([text.count("?") for text in texts], dtype=np.float64)
    return {
        "covered": (in_title | in_text) @ terms.weights / total,
        "covered_text": in_text @ terms.weights / total,
        "support": support,
        "support_kind": kind,
        "names": 10.0 * np.array([len(found) for found in names]) / lengths,
        "questions": np.minimum(100.0 * questions / lengths, 2.0),
    }


def _holds(terms: Terms, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return whether each term begins a word of each text, (texts, terms)."""
    known: dict[str, list[bool]] = {}
    for text in texts:
        if text not in known:
            folded = text.lower()
            known[text] = [_begins_word(start, folded) for start in terms.starts]
    return np.array([known[text] for text in texts], dtype=np.bool_)


def _shared_start(stem: str, word: str) -> str:
    """Return what a word begins with like its stem; the word itself if that is hardly any."""
    length = 0
    while length < min(len(stem), len(word)) and stem[length] == word[length]:
        length += 1
    return word[:length] if 2 * length > len(word) else word


def _begins_word(start: str, text: str) -> bool:
    place = text.find(start)
    while place > 0 and text[place - 1].isalnum():
        place = text.find(start, place + 1)
    return place >= 0


def _support(
    terms: Terms,
    names: Sequence[Sequence[str]],
    articles: NDArray[np.int64],
    fused: NDArray[np.float64],
    words: Words,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far other articles say the names and numbers that each passage adds.

    The first array sums a passage's three best supported ones; the second takes the best one of
    the kind asked for, number or name. A better passage's word counts for more.
    """
    weights = np.exp((fused - fused.max(initial=-np.inf)) / _TEMPERATURE).tolist()
    owners = articles.tolist()
    added = [{name.lower() for name in found} - terms.words for found in names]
    trust: dict[int, float] = {}
    sayers: dict[str, dict[int, float]] = {}
    for new, article, weight in zip(added, owners, weights, strict=True):
        trust[article] = max(trust.get(article, 0.0), weight)
        for name in new:
            said = sayers.setdefault(name, {})
            said[article] = max(said.get(article, 0.0), weight)
    total = sum(trust.values())
    shared = {
        name: (sum(said.values()), _rarity(name, words) / total)
        for name, said in sayers.items()
        if len(said) > 1
    }
    support, kind = np.zeros(len(names)), np.zeros(len(names))
    for n, (new, article) in enumerate(zip(added, owners, strict=True)):
        values = {
            name: (shared[name][0] - sayers[name][article]) * shared[name][1]
            for name in new & shared.keys()
        }
        support[n] = sum(sorted(values.values(), reverse=True)[:3])
        asked = [v for name, v in values.items() if name[0].isdigit() == terms.number_asked]
        kind[n] = max(asked, default=0.0)
    return support, kind


def _rarity(name: str, words: Words) -> float:
    """Return how telling a name is, 0 to 1: names in every other article tell nothing."""
    stems = words.stems(name)
    return min(words.inverse_frequency(stems[0]) / _RARE, 1.0) if stems else 0.0
