"""Mentions and the features that say who says them, against sums written out plainly."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest

from retrieval.extraction.features import MENTION_FEATURES, MentionFeatures, gather
from retrieval.extraction.question import analyse
from retrieval.extraction.reading import read
from retrieval.extraction.words import forms, split_words
from retrieval.types import Hit, Passage, Span
from tests.support.articles import make_article

if TYPE_CHECKING:
    from retrieval.extraction.features import Candidate
    from retrieval.extraction.reading import Reading, Sentence

TEXTS = [
    "The ferry Albatross sank off Brel on Monday. Captain Ines Moro said the ferry was old.",
    "Ines Moro steered the ferry for 12 years. Rescuers from Brel found all of the crew alive.",
    "Brel has a new harbour master. The harbour at Brel cost the town $3 million last year.",
    "Captain Moro was praised by the mayor of Brel. The mayor thanked Ines Moro in person.",
]


class PlainLexicon:
    """Words in lower case, stemmed by cutting a final s; long ones are rare."""

    def stems(self, text: str) -> list[str]:
        return [w.lower().removesuffix("s") for w in re.findall(r"\w+", text)]

    def inverse_frequency(self, stem: str) -> float:
        return float(len(stem))

    def __len__(self) -> int:
        return 100


LEXICON = PlainLexicon()


def _hits() -> list[Hit]:
    hits = []
    for n, text in enumerate(TEXTS):
        # The last passage is of the first one's article.
        article = make_article(f"story {n % 3}", text, title="Ferry sinks off Brel")
        passage = Passage(f"{article.id}.{n}", article.id, n, Span(0, len(text)), text)
        hits.append(Hit(passage, article, 1.0 / (n + 1), 0.9 - 0.1 * n, n + 1, n + 1, n + 1))
    return hits


@pytest.fixture(scope="module")
def worked() -> tuple[Reading, list[Candidate], dict[str, dict[str, float]]]:
    form = forms(LEXICON)
    question = analyse("Who was the captain of the ferry Albatross?", LEXICON, form)
    reading = read(_hits(), question, LEXICON, form)
    candidates = gather(reading, question)
    matrix = MentionFeatures(question, reading, LEXICON.inverse_frequency).matrix(candidates)
    rows = [dict(zip(MENTION_FEATURES, row.tolist(), strict=True)) for row in matrix]
    return reading, candidates, {c.key: row for c, row in zip(candidates, rows, strict=True)}


def _with(reading: Reading, key: str) -> list[Sentence]:
    return [s for s in reading.sentences if any(m.key == key for m in s.mentions)]


def test_each_mention_is_a_candidate_once_and_the_question_s_words_are_none(worked) -> None:
    reading, candidates, _ = worked
    keys = [c.key for c in candidates]
    said = {m.key for s in reading.sentences for m in s.mentions}
    assert len(keys) == len(set(keys))
    assert set(keys) == said - {"albatros", "captain", "ferry", "ferry albatros"} - {""}
    assert {"ine moro", "brel", "monday", "12 year"} <= set(keys)


def test_who_says_a_mention_is_counted_over_hits_and_articles(worked) -> None:
    reading, candidates, rows = worked
    values = [reading.weights[s.hit] * s.context**2 for s in reading.sentences]
    ideal = sum(
        max(v for v, s in zip(values, reading.sentences, strict=True) if s.hit == hit)
        for hit in range(len(reading.hits))
    )
    for candidate in candidates:
        sentences, row = _with(reading, candidate.key), rows[candidate.key]
        hits = {s.hit for s in sentences}
        articles = {reading.hits[h].article.id for h in hits}
        best = [
            max(reading.weights[h] * s.context**2 for s in sentences if s.hit == h) for h in hits
        ]
        leads = [
            1 / (1 + reading.hits[s.hit].passage.ordinal + 0.3 * s.position) for s in sentences
        ]
        assert row["support"] == pytest.approx(sum(reading.weights[h] for h in hits))
        assert row["articles"] == pytest.approx(math.log(len(articles)), abs=1e-6)
        assert row["agreement"] == pytest.approx(sum(best) / ideal)
        assert row["overlap"] == pytest.approx(max(s.overlap for s in sentences))
        assert row["context"] == pytest.approx(max(s.context for s in sentences))
        assert row["rank"] == pytest.approx(1 / math.sqrt(1 + min(hits)))
        assert row["lead"] == pytest.approx(max(leads))
        assert row["cosine"] == pytest.approx(max(reading.hits[h].cosine for h in hits))


def test_words_keep_their_place_and_lose_a_possessive() -> None:
    text = "Moro’s U.S. crew isn't Brel's; 3.5 boats"
    words = split_words(text, forms(LEXICON))
    assert [w.text for w in words] == ["Moro", "U.S", "crew", "isn't", "Brel", "3.5", "boats"]
    assert all(text[w.start : w.end] == w.text for w in words)
    assert [w.stem for w in words][-1] == "boat"
    assert [w.text for w in words if w.capital] == ["Moro", "U.S", "Brel"]
    assert [w.text for w in words if not w.content] == ["isn't"]
