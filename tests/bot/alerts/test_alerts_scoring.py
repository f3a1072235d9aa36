"""The score against its definition: by hand, pair by pair, and where words can't decide."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.scoring import (
    TopicWords,
    alert_score,
    least_meaning,
    meanings,
    opening,
    share,
    weighed_words,
    with_words,
)
from bot.alerts.types import Candidate
from tests.support.articles import NOW

RARITY = {"oil": 3.0, "port": 2.0, "rain": 1.0, "crane": 5.0}


def stems(text):
    return text.lower().split()


def unit(values):
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


def candidate(vectors=(), passages=(), title=""):
    rows = np.array(vectors, np.float32).reshape(len(vectors), -1 if len(vectors) else 2)
    return Candidate("a", "s", title, "", None, None, NOW, tuple(passages), rows)


def score(best, lead, words):
    return float(alert_score(np.array(best), np.array(lead), np.array(words)))


cosines = st.floats(-1, 1)
shares = st.floats(0, 1)
texts = st.lists(st.sampled_from([*RARITY, "the", "of", "other"]), max_size=6).map(" ".join)


@pytest.mark.parametrize(
    ("best", "lead", "words", "expected"),
    [
        (0.6, 0.5, 1.0, 0.7),  # all words: (0.6 + 0.5 + 1) / 3
        (0.6, 0.6, 0.6, 0.6),
        (0.7, 0.5, 0.0, 0.6),  # no word: the mean of the cosines
        (0.9, 0.9, 0.6, 0.9),  # words never lower it
    ],
)
def test_the_score_is_the_mean_of_meaning_and_words(best, lead, words, expected):
    assert score(best, lead, words) == pytest.approx(expected)


@given(cosines, cosines, shares, st.floats(-1, 1))
def test_no_words_lift_less_than_the_least_meaning_over_a_threshold(best, lead, words, threshold):
    if (best + lead) / 2 < least_meaning(threshold) - 1e-9:
        assert score(best, lead, words) < threshold


@given(st.floats(-0.3, 1))
def test_all_words_lift_the_least_meaning_to_the_threshold(threshold):
    least = np.array(least_meaning(threshold))
    assert float(with_words(least, np.array(1.0))) == pytest.approx(threshold)


def test_an_articles_meaning_is_the_mean_of_closest_and_first_passage():
    topics = np.stack([unit([1, 0]), unit([0, 1])])
    articles = [
        candidate([unit([1, 1]), unit([1, 0])]),
        candidate(),
        candidate([unit([-1, 0])]),
    ]
    half = math.sqrt(0.5)
    expected = [[(1 + half) / 2, -1, -1], [half, -1, 0]]
    np.testing.assert_allclose(meanings(topics, articles), expected, atol=1e-6)
    assert meanings(topics[:0], articles).shape == (0, 3)
    assert meanings(topics, []).shape == (2, 0)


def test_meanings_are_the_same_in_blocks(monkeypatch):
    random = np.random.default_rng(3)
    topics = np.stack([unit(row) for row in random.normal(size=(37, 8))])
    articles = [candidate([unit(row) for row in random.normal(size=(n % 4, 8))]) for n in range(20)]
    whole = meanings(topics, articles)
    monkeypatch.setattr("bot.alerts.scoring._CELLS", 70)
    np.testing.assert_allclose(meanings(topics, articles), whole, atol=1e-6)
    brute = [[_meaning(t, a.vectors) for a in articles] for t in topics]
    np.testing.assert_allclose(whole, brute, atol=1e-5)


def _meaning(topic, rows):
    found = [float(topic @ row) for row in rows]
    return (max(found) + found[0]) / 2 if found else -1.0


def test_a_topics_words_weigh_by_rarity_without_function_words():
    words = weighed_words("the oil of the port", stems, RARITY.__getitem__)
    assert words == {"oil": 3.0, "port": 2.0}
    assert share(words, {"oil", "rain"}) == pytest.approx(0.6)
    assert share(weighed_words("of the", stems, RARITY.__getitem__), {"the"}) == 0.0


def test_words_count_in_title_and_first_passage_alone():
    words = TopicWords(["oil rain crane"], stems, RARITY.__getitem__)
    article = candidate(
        [unit([1, 0]), unit([1, 0])], ["rain rain", "crane"], title="Oil and other things"
    )
    assert words.shares(article).tolist() == pytest.approx([4 / 9])
    assert words.shares(candidate()).tolist() == [0.0]


@given(st.lists(texts, max_size=5), texts, texts)
def test_shares_of_all_topics_at_once_are_those_of_each(topics, title, first):
    article = candidate([unit([1, 0])], [first], title=title)
    rarity = {**RARITY, "other": 0.0}.__getitem__
    found = TopicWords(topics, stems, rarity).shares(article)
    there = set(stems(opening(title, first)))
    expected = [share(weighed_words(topic, stems, rarity), there) for topic in topics]
    np.testing.assert_allclose(found, expected, atol=1e-6)
