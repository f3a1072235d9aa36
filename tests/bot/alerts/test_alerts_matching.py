"""Matching against a pair-by-pair brute force; scores against their definition."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.matching import Matcher, article_scores, reasons_of
from bot.alerts.types import Candidate, Reason, Subscription, Wanted, Words
from tests.support.articles import NOW

WORDS = ("oil", "port", "rain", "crane")
SOURCES = ("Courier", "The Hill Post")


def stems(text):
    return text.lower().split()


def unit(values):
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


def candidate(number=0, vectors=(), passages=(), *, title="", source="Courier", arrived=NOW):
    rows = np.array(vectors, np.float32).reshape(len(vectors), -1 if len(vectors) else 2)
    return Candidate(
        f"{number:016x}", "s", title, source, None, None, arrived, tuple(passages), rows
    )


def subscription(number=0, wanted=None, vector=None, threshold=0.5, created=NOW):
    wanted = wanted or Wanted("all")
    return Subscription(
        number, 1, None, wanted, "", threshold, "now", "active", None, created, None, vector
    )


directions = st.integers(0, 23).map(
    lambda n: unit([np.cos(n * np.pi / 12), np.sin(n * np.pi / 12)])
)
moments = st.integers(-2, 2).map(lambda hours: NOW + timedelta(hours=hours))
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
some_words = st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple)


@st.composite
def candidates(draw):
    passages = draw(st.lists(st.tuples(directions, texts), max_size=3))
    return [
        candidate(
            0,
            [vector for vector, _ in passages],
            [text for _, text in passages],
            title=draw(texts),
            source=draw(st.sampled_from([*SOURCES, "courier"])),
            arrived=draw(moments),
        )
    ]


@st.composite
def subscriptions(draw):
    topic = draw(st.sampled_from(["", "a topic"]))
    wanted = Wanted(
        "topic",
        topic,
        Words(draw(some_words), draw(some_words)),
        draw(st.sampled_from(["", *SOURCES])),
    )
    vector = draw(st.none() | directions) if topic else None
    return subscription(0, wanted, vector, draw(st.integers(-10, 10)) / 10, draw(moments))


def fits(one, article):
    """Say it once more, pair by pair."""
    wanted = one.wanted
    if article.arrived < one.created:
        return False
    if wanted.source and wanted.source.lower() != article.source.lower():
        return False
    there = set(" ".join([article.title, *article.passages]).split())
    if not set(wanted.words.required) <= there or set(wanted.words.excluded) & there:
        return False
    if not wanted.topic:
        return True
    if one.vector is None or not len(article.vectors):
        return one.threshold <= -1
    return max(float(row @ one.vector) for row in article.vectors) >= np.float32(one.threshold)


@given(
    st.lists(candidates().map(lambda c: c[0]), max_size=5), st.lists(subscriptions(), max_size=5)
)
def test_every_pair_that_fits_is_found_and_no_other(articles, wishes):
    articles = [
        Candidate(f"{n:016x}", *(getattr(a, f) for f in list(a.__dataclass_fields__)[1:]))
        for n, a in enumerate(articles)
    ]
    wishes = [
        subscription(n, w.wanted, w.vector, w.threshold, w.created) for n, w in enumerate(wishes)
    ]
    found = Matcher(wishes, stems).match(articles)
    pairs = [(one.article_id, one.subscription_id) for one in found]
    assert pairs == [(a.article_id, w.id) for a in articles for w in wishes if fits(w, a)]


def test_an_articles_score_is_that_of_its_closest_passage():
    topics = np.stack([unit([1, 0]), unit([0, 1])])
    articles = [
        candidate(0, [unit([1, 1]), unit([1, 0])]),
        candidate(1),
        candidate(2, [unit([-1, 0])]),
    ]
    half = np.sqrt(0.5)
    np.testing.assert_allclose(
        article_scores(topics, articles), [[1, -1, -1], [half, -1, 0]], atol=1e-6
    )
    assert article_scores(topics[:0], articles).shape == (0, 3)
    assert article_scores(topics, []).shape == (2, 0)


def test_scores_are_the_same_in_blocks(monkeypatch):
    random = np.random.default_rng(3)
    topics = np.stack([unit(row) for row in random.normal(size=(37, 8))])
    articles = [
        candidate(n, [unit(row) for row in random.normal(size=(n % 4, 8))]) for n in range(20)
    ]
    whole = article_scores(topics, articles)
    monkeypatch.setattr("bot.alerts.matching._CELLS", 70)
    np.testing.assert_allclose(article_scores(topics, articles), whole, atol=1e-6)
    brute = [
        [max((float(t @ row) for row in a.vectors), default=-1.0) for a in articles] for t in topics
    ]
    np.testing.assert_allclose(whole, brute, atol=1e-5)


@pytest.mark.parametrize(
    ("wanted", "reasons"),
    [
        (Wanted("all"), [Reason("all")]),
        (Wanted("source", source="Courier"), [Reason("source", "Courier")]),
        (
            Wanted("topic", "peace", Words(("Geneva",), ("football",)), "Courier"),
            [Reason("topic", "peace"), Reason("word", "Geneva"), Reason("source", "Courier")],
        ),
    ],
)
def test_reasons_name_what_was_asked_for_and_met(wanted, reasons):
    assert list(reasons_of(subscription(wanted=wanted))) == reasons


def test_a_match_says_what_and_how_close():
    near = subscription(4, Wanted("topic", "peace"), unit([1, 0]), 0.6)
    (match,) = Matcher([near], stems).match([candidate(9, [unit([0.8, 0.6])], ["oil"])])
    assert (match.subscription_id, match.article_id) == (4, f"{9:016x}")
    assert match.score == pytest.approx(0.8)
    assert match.reasons == (Reason("topic", "peace"),)
