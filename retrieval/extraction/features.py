"""Features of mentions: how well each string of the hits would do as the answer."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
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
    from retrieval.extraction.reading import Reading, Sentence

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
    kinds: dict[str, Kind] = {}
    places: dict[str, list[tuple[int, int, int]]] = {}
    for n, sentence in enumerate(reading.sentences):
        for kind, key, first, last in sentence.mentions:
            if key in places:
                places[key].append((n, first, last))
            else:
                kinds[key], places[key] = kind, [(n, first, last)]
    agreements = _agreements(reading)
    hits = [s.hit for s in reading.sentences]
    scored = []
    for key, found in places.items():
        parts = key.split()
        if not parts or question.known.issuperset(parts):
            continue
        if len(found) == 1:  # as most are
            value = agreements[found[0][0]]
        else:
            best: dict[int, float] = {}
            for n, *_ in found:
                best[hits[n]] = max(best.get(hits[n], 0.0), agreements[n])
            value = sum(best.values())
        scored.append((value if kinds[key] is not Kind.TERM else 0.5 * value, key))
    scored.sort(key=lambda pair: -pair[0])
    return [
        Candidate(key, tuple(key.split()), kinds[key], places[key])
        for _, key in scored[:CANDIDATES]
    ]


def _agreements(reading: Reading) -> list[float]:
    """Return how well each sentence agrees with the question, counted by its hit's weight."""
    return [reading.weights[s.hit] * s.context**2 for s in reading.sentences]


class MentionFeatures:
    """Computes the feature matrix of a question's candidates."""

    def __init__(
        self,
        question: Question,
        reading: Reading,
        idf: Callable[[str], float],
    ) -> None:
        self.question, self.reading, self.idf = question, reading, idf
        self._token_support: defaultdict[str, float] = defaultdict(float)
        self._token_agreement: defaultdict[str, float] = defaultdict(float)
        self._capital: Counter[str] = Counter()
        self._count: Counter[str] = Counter()
        self._asked: dict[int, list[tuple[int, str, float]]] = {}
        self._heads: dict[int, list[int]] = {}
        self._titled: set[str] = set().union(*reading.titles)
        self._index()

    def _index(self) -> None:
        reading = self.reading
        for weight, stems in zip(reading.weights, reading.stems, strict=True):
            for stem in stems:
                self._token_support[stem] += weight
        self._values = _agreements(reading)
        best: list[dict[str, float]] = [{} for _ in reading.hits]
        most = [0.0] * len(reading.hits)
        # From the lowest value up, so that a word keeps the highest of its hit's sentences.
        for n in sorted(range(len(self._values)), key=self._values.__getitem__):
            sentence, value = reading.sentences[n], self._values[n]
            best[sentence.hit].update(dict.fromkeys(sentence.stems, value))
            most[sentence.hit] = value
            self._count.update([w.stem for w in sentence.words])
            self._capital.update([w.stem for w in sentence.words if w.capital])
        for words in best:
            for stem, value in words.items():
                self._token_agreement[stem] += value
        self._ideal = sum(most) or 1.0

    def word_agreement(self, stem: str) -> float:
        """Return how well the sentences with a word agree with the question, all together."""
        return self._token_agreement.get(stem, 0.0) / self._ideal

    def matrix(self, candidates: list[Candidate]) -> NDArray[np.float32]:
        """Return float32 (candidates, features)."""
        if not candidates:
            return np.zeros((0, len(MENTION_FEATURES)), dtype=np.float32)
        said = self._said_by(candidates)
        rows = [[*self._stands(c), *self._is(c)] for c in candidates]
        return np.hstack([said, np.array(rows)]).astype(np.float32)

    def _said_by(self, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
        """Return who says each mention: hits and articles, and how well they fit the question."""
        reading = self.reading
        places = _Places(reading, candidates)
        weights = np.array(reading.weights)
        owner, hit, agreement = places.by_hit(np.array(self._values))
        count = len(candidates)
        hits = np.bincount(owner, minlength=count)
        words = np.array([self._words(c) for c in candidates])
        frequency = words[:, 3]
        return np.column_stack(
            [
                np.bincount(owner, weights[hit], count),
                words[:, 0],
                words[:, 1],
                np.log(places.articles()),
                np.bincount(owner, agreement, count) / self._ideal,
                words[:, 2],
                places.most([s.overlap for s in reading.sentences]),
                places.most([s.context for s in reading.sentences]),
                frequency,
                words[:, 4],
                np.log(hits / len(reading.hits) + 0.01) + np.minimum(frequency, 12.0),
                places.most([1 / math.sqrt(1 + s.hit) for s in reading.sentences]),
                words[:, 5],
                places.most([_lead(reading, s) for s in reading.sentences]),
                places.most([reading.hits[s.hit].cosine for s in reading.sentences]),
            ]
        )

    def _words(self, candidate: Candidate) -> list[float]:
        """Return how a candidate's words are borne out, how rare they are and how far titles."""
        reading, new = self.reading, self._new(candidate)
        supports = [self._token_support.get(p, 0.0) for p in new]
        idfs = [self.idf(p) for p in candidate.parts]
        titles = 0.0
        if self._titled.issuperset(new):
            titles = sum(
                [
                    w
                    for w, t in zip(reading.weights, reading.titles, strict=True)
                    if t.issuperset(new)
                ]
            )
        return [
            min(supports),
            max(supports),
            min([self.word_agreement(p) for p in new]),
            sum(idfs) / len(idfs),
            max(idfs),
            titles,
        ]

    def _stands(self, candidate: Candidate) -> list[float]:
        """Return how the mention stands in its sentences: what is near it and around it."""
        reading, known = self.reading, self.question.known
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
            focus = max(focus, self._focus(n, first, last))
            before = words[first - 1].lower if first else ""
            after = words[last].lower if last < len(words) else ""
            start, end = words[first].start, words[last - 1].end
            counts[0] += before in _PLACE_BEFORE
            counts[1] += before in _SAYING or after in _SAYING
            counts[2] += text[start - 1 : start] in _QUOTES
            counts[3] += text[end : end + 1] == "," or (start > 1 and text[start - 2] == ",")
            unit = unit or (last < len(words) and words[last].stem in known)
        mean = sum([a * b for a, b in zip(near, weights, strict=True)]) / sum(weights)
        shares = [count / len(candidate.places) for count in counts]
        return [max(near), mean, focus, *shares, float(unit)]

    def _is(self, candidate: Candidate) -> list[float]:
        """Return what the mention is by itself: its kind, its words, whether they are asked of."""
        parts, question = candidate.parts, self.question
        known = len([p for p in parts if p in question.known]) / len(parts)
        capitals = [self._capital.get(p, 0) / self._count.get(p, 1) for p in parts]
        n, first, last = candidate.places[0]
        name = " ".join([w.lower for w in self.reading.sentences[n].words[first:last]])
        return [
            known,
            float(len(parts)),
            float(bool(question.head) and question.head in parts),
            sum(capitals) / len(parts),
            float(name in COUNTRIES),
            float(name in STATES),
            float(_TYPES[candidate.kind, question.want]),
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

    def _focus(self, number: int, first: int, last: int) -> float:
        """Return how near the noun that names what is asked for stands: 1 next to it, 0 far off."""
        head = self.question.head
        if not head:
            return 0.0
        heads = self._heads.get(number)
        if heads is None:
            words = self.reading.sentences[number].words
            heads = self._heads[number] = [n for n, w in enumerate(words) if w.stem == head]
        apart = [first - n if n < first else n - last + 1 for n in heads if not first <= n < last]
        nearest = min(apart, default=_FAR)
        return 1 / nearest if nearest < _FAR else 0.0


class _Places:
    """Where candidates stand, as arrays of one number a place; in order of candidates."""

    def __init__(self, reading: Reading, candidates: Sequence[Candidate]) -> None:
        counts = [len(c.places) for c in candidates]
        self._count = len(candidates)
        self._first = np.cumsum([0, *counts[:-1]])
        self._owner = np.repeat(np.arange(len(candidates)), counts)
        self._sentence = np.array([n for c in candidates for n, _, _ in c.places])
        self._hit = np.array([s.hit for s in reading.sentences])[self._sentence]
        numbers: dict[str, int] = {}
        articles = [numbers.setdefault(h.article.id, len(numbers)) for h in reading.hits]
        self._article = np.array(articles)[self._hit]
        self._hits = len(reading.hits)

    def most(self, values: Sequence[float]) -> NDArray[np.float64]:
        """Return for each candidate the most that a sentence with it has of `values`."""
        most: NDArray[np.float64] = np.maximum.reduceat(
            np.array(values)[self._sentence], self._first
        )
        return most

    def articles(self) -> NDArray[np.int64]:
        """Return how many articles say each candidate."""
        said = np.zeros((self._count, self._hits), dtype=np.bool_)
        said[self._owner, self._article] = True
        count: NDArray[np.int64] = np.count_nonzero(said, axis=1)
        return count

    def by_hit(
        self, values: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return candidate, hit and the most of `values` for each pair where the hit says it."""
        # Places stand in order of candidates and of hits, so those of one pair are neighbours.
        pairs = self._owner * self._hits + self._hit
        firsts = np.flatnonzero(np.diff(pairs, prepend=-1))
        most = np.maximum.reduceat(values[self._sentence], firsts)
        return self._owner[firsts], self._hit[firsts], most


def _lead(reading: Reading, sentence: Sentence) -> float:
    return 1 / (1 + reading.hits[sentence.hit].passage.ordinal + 0.3 * sentence.position)


_FAR = 5  # words
_TYPES = {(k, w): KIND_WANT.index(f"{k.value}:{w.value}") for k in Kind for w in Want}
_QUOTES = frozenset("\"“‘'")
_PLACE_BEFORE = frozenset("in at near from across outside to into of around".split())
_SAYING = frozenset(
    "said says told tweeted wrote added announced who whose president minister ceo".split()
)
