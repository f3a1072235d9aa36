"""Matching against a pair-by-pair brute force."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.alerts.matching import Matcher, reasons_of
from bot.alerts.types import Candidate, Reason, Subscription, Wanted, Words
from tests.support.articles import NOW

WORDS = ("oil", "port", "rain", "crane")
SOURCES = ("Courier", "The Hill Post")


def stems(text):
    return text.lower().split()


def rarity(stem):
    return float(1 + WORDS.index(stem))


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
    topic = draw(st.sampled_from(["", "oil", "rain and crane", "port oil rain"]))
    wanted = Wanted(
        draw(st.sampled_from(["topic", "question", "story"])),
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
    cosines = [float(row @ one.vector) for row in article.vectors]
    score = meaning = (max(cosines) + cosines[0]) / 2
    if wanted.kind != "story":
        asked = [word for word in wanted.topic.split() if word != "and"]
        met = {*article.title.split(), *article.passages[0].split()}
        share = sum(rarity(word) for word in asked if word in met) / sum(map(rarity, asked))
        score = max(meaning, (max(cosines) + cosines[0] + share) / 3)
    assume(abs(score - one.threshold) > 1e-5)  # else it is rounding that decides
    return score > one.threshold


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
    found = Matcher(wishes, stems, rarity).match(articles)
    pairs = [(one.article_id, one.subscription_id) for one in found]
    assert pairs == [(a.article_id, w.id) for a in articles for w in wishes if fits(w, a)]


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
    (match,) = Matcher([near], stems, lambda _: 1.0).match(
        [candidate(9, [unit([0.8, 0.6])], ["oil"])]
    )
    assert (match.subscription_id, match.article_id) == (4, f"{9:016x}")
    assert match.score == pytest.approx(0.8)
    assert match.reasons == (Reason("topic", "peace"),)


def test_a_topics_words_bring_what_meaning_alone_would_not():
    asked = [
        subscription(n, Wanted(kind, "oil port"), unit([1, 0]), 0.62)
        for n, kind in enumerate(("topic", "question", "story"))
    ]
    article = candidate(9, [unit([0.6, 0.8])], ["crane"], title="Oil rain")
    found = Matcher(asked, stems, lambda _: 1.0).match([article])
    assert found == []
    article = candidate(9, [unit([0.6, 0.8])], ["port"], title="Oil rain")
    found = Matcher(asked, stems, lambda _: 1.0).match([article])
    assert [(one.subscription_id, round(one.score, 4)) for one in found] == [
        (0, 0.7333),
        (1, 0.7333),
    ]
