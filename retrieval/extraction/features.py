"""Features of mentions: how well each string of the hits would do as the answer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from retrieval.extraction.mentions import Kind
from retrieval.extraction.places import COUNTRIES, STATES
from retrieval.extraction.question import Want

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from retrieval.extraction.question import Question
    from retrieval.extraction.reading import Reading
    from retrieval.extraction.words import Word

CANDIDATES = 120  # mentions that are looked at closely


@dataclass(slots=True)
class Candidate:
    """All mentions with one key. `places`: (sentence, first word, last word exclusive)."""

    key: str
    parts: tuple[str, ...]
    kind: Kind
    places: list[tuple[int, int, int]] = field(default_factory=list)


KIND_WANT = tuple(f"{k.value}:{w.value}" for k in Kind for w in Want)
MENTION_FEATURES = (
    "support", "support_least", "support_most", "articles", "agreement", "agreement_least",
    "overlap", "context", "frequency", "rarest", "burst", "rank", "title", "lead", "cosine",
    "closeness", "closeness_mean", "focus", "place_before", "said", "quoted", "apposition", "unit",
    "known", "words", "holds_focus", "capital", "country", "state", "type",
)  # fmt: skip


def gather(reading: Reading, question: Question) -> list[Candidate]:
    """Return the mentions worth a closer look, those that agree best with the question first."""
    found: dict[str, Candidate] = {}
    for n, sentence in enumerate(reading.sentences):
        for mention in sentence.mentions:
            candidate = found.get(mention.key)
            if candidate is None:
                parts = tuple(p for p in mention.key.split() if p)
                candidate = Candidate(mention.key, parts, mention.kind)
                found[mention.key] = candidate
            candidate.places.append((n, mention.first, mention.last))
    scored = []
    for candidate in found.values():
        if not candidate.parts or question.known.issuperset(candidate.parts):
            continue
        best: dict[int, float] = {}
        for n, *_ in candidate.places:
            sentence = reading.sentences[n]
            value = reading.weights[sentence.hit] * sentence.context**2
            best[sentence.hit] = max(best.get(sentence.hit, 0.0), value)
        value = sum(best.values()) * (1.0 if candidate.kind is not Kind.TERM else 0.5)
        scored.append((value, candidate))
    scored.sort(key=lambda pair: -pair[0])
    return [candidate for _, candidate in scored[:CANDIDATES]]


class MentionFeatures:
    """Computes the feature matrix of a question's candidates."""

    def __init__(
        self,
        question: Question,
        reading: Reading,
        idf: Callable[[str], float],
    ) -> None:
        self.question, self.reading, self.idf = question, reading, idf
        self._token_support: dict[str, float] = {}
        self._token_agreement: dict[str, float] = {}
        self._capital: dict[str, list[int]] = {}
        self._asked: dict[int, list[tuple[int, str, float]]] = {}
        self._index()

    def _index(self) -> None:
        reading = self.reading
        for hit, stems in enumerate(reading.stems):
            for stem in stems:
                self._token_support[stem] = (
                    self._token_support.get(stem, 0.0) + reading.weights[hit]
                )
        best: dict[tuple[int, str], float] = {}
        values = [reading.weights[s.hit] * s.context**2 for s in reading.sentences]
        most: dict[int, float] = {}
        for value, sentence in zip(values, reading.sentences, strict=True):
            most[sentence.hit] = max(value, most.get(sentence.hit, 0.0))
            for stem in sentence.stems:
                pair = (sentence.hit, stem)
                if value > best.get(pair, 0.0):
                    best[pair] = value
            for word in sentence.words:
                count = self._capital.setdefault(word.stem, [0, 0])
                count[0] += word.text[0].isupper()
                count[1] += 1
        for (_, stem), value in best.items():
            self._token_agreement[stem] = self._token_agreement.get(stem, 0.0) + value
        self._values = values
        self._ideal = sum(most.values()) or 1.0

    def word_agreement(self, stem: str) -> float:
        """Return how well the sentences with a word agree with the question, all together."""
        return self._token_agreement.get(stem, 0.0) / self._ideal

    def matrix(self, candidates: list[Candidate]) -> NDArray[np.float32]:
        """Return float32 (candidates, features)."""
        rows = [[*self._said_by(c), *self._stands(c), *self._is(c)] for c in candidates]
        return np.array(rows, dtype=np.float32).reshape(len(rows), len(MENTION_FEATURES))

    def _said_by(self, candidate: Candidate) -> list[float]:
        """Return who says the mention: hits and articles, and how well they fit the question."""
        reading = self.reading
        numbers = {n for n, *_ in candidate.places}
        sentences = [reading.sentences[n] for n in numbers]
        hits = {s.hit for s in sentences}
        new = self._new(candidate)
        supports = [self._token_support.get(p, 0.0) for p in new]
        agreement: dict[int, float] = {}
        for n, sentence in zip(numbers, sentences, strict=True):
            agreement[sentence.hit] = max(agreement.get(sentence.hit, 0.0), self._values[n])
        idfs = [self.idf(p) for p in candidate.parts]
        frequency = sum(idfs) / len(idfs)
        passages = [reading.hits[s.hit].passage for s in sentences]
        return [
            sum(reading.weights[h] for h in hits),
            min(supports),
            max(supports),
            math.log(len({reading.hits[h].article.id for h in hits})),
            sum(agreement.values()) / self._ideal,
            min(self.word_agreement(p) for p in new),
            max(s.overlap for s in sentences),
            max(s.context for s in sentences),
            frequency,
            max(idfs),
            math.log(len(hits) / len(reading.hits) + 0.01) + min(frequency, 12.0),
            1 / math.sqrt(1 + min(hits)),
            sum(reading.weights[n] for n, t in enumerate(reading.titles) if t.issuperset(new)),
            max(
                1 / (1 + p.ordinal + 0.3 * s.position)
                for p, s in zip(passages, sentences, strict=True)
            ),
            max(reading.hits[h].cosine for h in hits),
        ]

    def _stands(self, candidate: Candidate) -> list[float]:
        """Return how the mention stands in its sentences: what is near it and around it."""
        reading, question = self.reading, self.question
        near: list[float] = []
        weights: list[float] = []
        focus = 0.0
        counts = [0, 0, 0, 0]
        unit = False
        for n, first, last in candidate.places:
            sentence = reading.sentences[n]
            words, text = sentence.words, sentence.text
            near.append(self._closeness(n, first, last))
            weights.append(reading.weights[sentence.hit])
            focus = max(focus, _focus(words, question.head, first, last))
            before = words[first - 1].lower if first else ""
            after = words[last].lower if last < len(words) else ""
            start, end = words[first].start, words[last - 1].end
            counts[0] += before in _PLACE_BEFORE
            counts[1] += before in _SAYING or after in _SAYING
            counts[2] += text[start - 1 : start] in _QUOTES
            counts[3] += text[end : end + 1] == "," or (start > 1 and text[start - 2] == ",")
            unit = unit or (last < len(words) and words[last].stem in question.known)
        mean = sum(a * b for a, b in zip(near, weights, strict=True)) / sum(weights)
        shares = [count / len(candidate.places) for count in counts]
        return [max(near), mean, focus, *shares, float(unit)]

    def _is(self, candidate: Candidate) -> list[float]:
        """Return what the mention is by itself: its kind, its words, whether they are asked of."""
        parts, question = candidate.parts, self.question
        known = sum(p in question.known for p in parts) / len(parts)
        capitals = [self._capital.get(p, [0, 1]) for p in parts]
        n, first, last = candidate.places[0]
        name = " ".join(w.lower for w in self.reading.sentences[n].words[first:last])
        return [
            known,
            float(len(parts)),
            float(bool(question.head) and question.head in candidate.key.split()),
            sum(c / max(n, 1) for c, n in capitals) / len(parts),
            float(name in COUNTRIES),
            float(name in STATES),
            float(KIND_WANT.index(f"{candidate.kind.value}:{question.want.value}")),
        ]

    def _new(self, candidate: Candidate) -> list[str]:
        """Return the words of a candidate that the question hasn't."""
        return [p for p in candidate.parts if p not in self.question.known]

    def _closeness(self, number: int, first: int, last: int) -> float:
        """Return how near the question's words stand to words `first` to `last` of a sentence."""
        asked = self._asked.get(number)
        if asked is None:
            stems = self.question.stems
            asked = [
                (n, word.stem, stems[word.stem])
                for n, word in enumerate(self.reading.sentences[number].words)
                if word.stem in stems
            ]
            self._asked[number] = asked
        best: dict[str, float] = {}
        for n, stem, weight in asked:
            if first <= n < last:
                continue
            value = weight / (1 + 0.15 * (first - n if n < first else n - last + 1))
            if value > best.get(stem, 0.0):
                best[stem] = value
        return sum(best.values()) / self.question.weight


def _focus(words: Sequence[Word], head: str, first: int, last: int) -> float:
    """Return how near the noun that names what is asked for stands: 1 next to it, 0 far off."""
    if head:
        for distance in range(1, 5):
            for at in (first - distance, last - 1 + distance):
                if 0 <= at < len(words) and words[at].stem == head:
                    return 1 / distance
    return 0.0


_QUOTES = frozenset("\"“‘'")
_PLACE_BEFORE = frozenset("in at near from across outside to into of around".split())
_SAYING = frozenset(
    "said says told tweeted wrote added announced who whose president minister ceo".split()
)
