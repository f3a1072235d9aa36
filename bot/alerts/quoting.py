"""The two sentences of an article that fit a subscription best, verbatim.

Only sentences of the passages closest to the topic are looked at; each is an exact slice of its
passage. They are compared with the topic by their own vectors where those are given, by the share
of the topic's and the words' stems that they hold in any case; earlier ones win ties.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from retrieval.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from bot.alerts.types import Candidate, Subscription, Vectors

StemSet: TypeAlias = "Callable[[str], Collection[str]]"
"""Takes a text to its words' stems."""

PASSAGES = 2
"""Passages whose sentences are looked at, the closest to the topic."""
MOST_SENTENCES = 12
SHORTEST = 25
"""Code points from which on a sentence says something; shorter ones only for want of longer."""
_SHARED = 0.5
"""What all words shared count, as a cosine."""
_POSITION = 0.02
"""What each place further down costs, likewise."""


def sentences_for(candidate: Candidate, subscription: Subscription) -> list[str]:
    """Return the sentences to choose from, in the article's order, each once."""
    found: dict[str, None] = {}
    for number in _closest(candidate, subscription):
        found |= dict.fromkeys(_sentences(candidate.passages[number]))
    sentences = list(found)
    telling = [one for one in sentences if len(one) >= SHORTEST]
    return (telling if len(telling) >= 2 else sentences)[:MOST_SENTENCES]


def quote(
    sentences: Sequence[str],
    subscription: Subscription,
    stems: StemSet,
    vectors: Mapping[str, Vectors] | None = None,
) -> tuple[str, str]:
    """Return the two of `sentences` that fit best, in their order; "" for what there isn't.

    `vectors` are unit vectors of sentences; one without a vector counts by its words.
    """
    wanted = subscription.wanted
    asked = {stem for text in (wanted.topic, *wanted.words.required) for stem in stems(text)}
    scores = [
        _score(sentence, place, asked, subscription.vector, stems, vectors or {})
        for place, sentence in enumerate(sentences)
    ]
    best = sorted(range(len(sentences)), key=lambda n: (-scores[n], n))[:2]
    chosen = [sentences[n] for n in sorted(best)]
    first, second = (*chosen, "", "")[:2]
    return first, second


@lru_cache(maxsize=4096)  # a popular article matches thousands of subscriptions
def _sentences(passage: str) -> tuple[str, ...]:
    return tuple(span.of(passage) for span in sentence_spans(passage))


def _closest(candidate: Candidate, subscription: Subscription) -> list[int]:
    """Return the passages to quote from, in order: the closest, or the first ones."""
    count = min(len(candidate.passages), PASSAGES)
    if subscription.vector is None or not subscription.wanted.topic:
        words = subscription.wanted.words.required
        if not words:
            return list(range(count))
        return list(range(len(candidate.passages)))
    cosines = candidate.vectors @ subscription.vector
    return sorted(int(n) for n in np.argsort(-cosines, kind="stable")[:count])


def _score(
    sentence: str,
    place: int,
    asked: set[str],
    topic: Vectors | None,
    stems: StemSet,
    vectors: Mapping[str, Vectors],
) -> float:
    shared = len(asked & set(stems(sentence))) / len(asked) if asked else 0.0
    vector = vectors.get(sentence)
    cosine = float(vector @ topic) if vector is not None and topic is not None else 0.0
    return cosine + _SHARED * shared - _POSITION * place
