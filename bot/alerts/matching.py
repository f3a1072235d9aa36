"""New articles × subscriptions → matches: one matrix product, one pass over the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.alerts.scoring import TopicWords, least_meaning, meanings, with_words
from bot.alerts.types import Match, Reason
from bot.alerts.wanting import folded
from bot.alerts.words import WordIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bot.alerts.scoring import Rarity
    from bot.alerts.types import Candidate, Subscription
    from bot.alerts.words import Stems

_NO_TOPIC = 1.0
_ROUNDING = 1e-5
"""What a meaning may lack of the least and still be looked at."""


class Matcher:
    """Subscriptions made ready for articles. Not changed after it is made; safe in threads."""

    def __init__(self, subscriptions: Sequence[Subscription], stems: Stems, rarity: Rarity) -> None:
        """Take subscriptions; one with a topic but no vector matches nothing."""
        self.subscriptions = tuple(subscriptions)
        self._words = WordIndex([one.wanted.words for one in self.subscriptions], stems)
        self._topical = np.array([bool(one.wanted.topic) for one in self.subscriptions], np.bool_)
        self._compared = _Compared(self.subscriptions, stems, rarity)
        self._thresholds = np.array([one.threshold for one in self.subscriptions], np.float32)
        self._sources = np.array([folded(one.wanted.source) for one in self.subscriptions], object)
        self._sourced = np.array([bool(one.wanted.source) for one in self.subscriptions], np.bool_)
        self._reasons = [reasons_of(one) for one in self.subscriptions]
        self._created = np.array(
            [one.created.timestamp() for one in self.subscriptions], np.float64
        )

    def match(self, candidates: Sequence[Candidate]) -> list[Match]:
        """Return the matches of articles, by article and subscription, without sentences.

        A subscription gets no article that arrived before it was made.
        """
        if not candidates or not self.subscriptions:
            return []
        scores = self.scores(candidates)
        matches: list[Match] = []
        for column, candidate in enumerate(candidates):
            close = ~self._topical | (scores[:, column] >= self._thresholds)
            close &= self._created <= candidate.arrived.timestamp()
            close &= ~self._sourced | (self._sources == folded(candidate.source))
            if close.any():
                close &= self._words.passing((candidate.title, *candidate.passages))
            matches += [
                self.describe(int(row), candidate, float(scores[row, column]))
                for row in np.flatnonzero(close)
            ]
        return matches

    def scores(self, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """Return all scores, float32 (subscriptions, candidates); 1 for one without a topic."""
        scores = np.full((len(self.subscriptions), len(candidates)), -1.0, np.float32)
        scores[~self._topical] = _NO_TOPIC
        if len(self._compared.rows):
            scores[self._compared.rows] = self._compared.scores(candidates)
        return scores

    def describe(self, row: int, candidate: Candidate, score: float) -> Match:
        """Return the match of the subscription in a row, met or not, with its reasons."""
        subscription = self.subscriptions[row]
        return Match(
            subscription_id=subscription.id,
            article_id=candidate.article_id,
            story=candidate.story,
            score=min(1.0, max(-1.0, score)),
            reasons=self._reasons[row],
        )


class _Compared:
    """The subscriptions whose topics are compared; `rows` says which they are."""

    def __init__(self, subscriptions: Sequence[Subscription], stems: Stems, rarity: Rarity) -> None:
        numbered = [
            (row, one, one.vector)
            for row, one in enumerate(subscriptions)
            if one.wanted.topic and one.vector is not None
        ]
        self.rows = np.array([row for row, _, _ in numbered], np.intp)
        vectors = [vector for _, _, vector in numbered]
        self._vectors = np.stack(vectors) if vectors else np.empty((0, 0), np.float32)
        self._least = np.array([meaning_sought(one) for _, one, _ in numbered], np.float32)
        self._by_words = np.array([counts_words(one) for _, one, _ in numbered], np.bool_)
        topics = [one.wanted.topic if counts_words(one) else "" for _, one, _ in numbered]
        self._words = TopicWords(topics, stems, rarity)

    def scores(self, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """Return scores, float32 (rows, candidates): where words may decide, with the words."""
        scores = meanings(self._vectors, candidates)
        near = (scores >= self._least[:, None] - _ROUNDING) & self._by_words[:, None]
        for column in np.flatnonzero(near.any(axis=0)).tolist():
            rows = np.flatnonzero(near[:, column])
            shares = self._words.shares(candidates[column])[rows]
            scores[rows, column] = with_words(scores[rows, column], shares)
        return scores


def counts_words(subscription: Subscription) -> bool:
    """Tell whether a topic's own words count: not those of a story's title and beginning."""
    return subscription.wanted.kind != "story"


def meaning_sought(subscription: Subscription) -> float:
    """Return the least meaning with which an article can match."""
    threshold = subscription.threshold
    return least_meaning(threshold) if counts_words(subscription) else threshold


def reasons_of(subscription: Subscription) -> tuple[Reason, ...]:
    """Return what an article meets that a subscription asks for: all that it names."""
    wanted = subscription.wanted
    reasons = [Reason("word", word) for word in wanted.words.required]
    if wanted.topic:
        reasons.insert(0, Reason("topic", wanted.topic))
    if wanted.source:
        reasons.append(Reason("source", wanted.source))
    return tuple(reasons) or (Reason("all"),)
