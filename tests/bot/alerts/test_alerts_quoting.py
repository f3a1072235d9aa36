"""Quoted sentences: verbatim, of the closest passages, those that fit best."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from test_alerts_matching import candidate, subscription, unit

from bot.alerts.quoting import MOST_SENTENCES, quote, sentences_for
from bot.alerts.types import Wanted, Words
from tests.support.articles import prose


def stems(text):
    return [word.strip(".,") for word in text.lower().split()]


PORT = "The harbour opened a second pier on Monday. It took four years to build."
WEATHER = "Rain is expected over the hills tonight. Farmers in the valley are glad of it."
VOTE = "The council votes on the harbour tax in May. Nobody expects it to fail this time."


def test_sentences_come_from_the_closest_passages_in_the_articles_order():
    wish = subscription(1, Wanted("topic", "harbour"), unit([1, 0]))
    article = candidate(0, [unit([0.8, 0.6]), unit([0, 1]), unit([1, 0.1])], [PORT, WEATHER, VOTE])
    assert sentences_for(article, wish) == [
        "The harbour opened a second pier on Monday.",
        "It took four years to build.",
        "The council votes on the harbour tax in May.",
        "Nobody expects it to fail this time.",
    ]


def test_words_are_looked_for_in_every_passage():
    wish = subscription(1, Wanted("topic", "", Words(("council", "tax"))))
    article = candidate(0, [unit([1, 0])] * 3, [PORT, WEATHER, VOTE])
    sentences = sentences_for(article, wish)
    assert len(sentences) == 6
    assert "The council votes on the harbour tax in May." in quote(sentences, wish, stems)


def test_meaning_and_words_both_count():
    wish = subscription(1, Wanted("topic", "second pier"), unit([1, 0]))
    sentences = ["One about ships.", "A second pier opens.", "Another about ships.", "Rain."]
    assert quote(sentences, wish, stems) == ("One about ships.", "A second pier opens.")
    vectors = {s: unit([0, 1]) for s in sentences} | {"Rain.": unit([1, 0])}
    assert quote(sentences, wish, stems, vectors) == ("A second pier opens.", "Rain.")


def test_what_there_isnt_is_empty():
    wish = subscription(1, Wanted("all"))
    assert quote([], wish, stems) == ("", "")
    assert quote(["Only this."], wish, stems) == ("Only this.", "")
    assert sentences_for(candidate(0), wish) == []


@given(st.lists(prose, max_size=4), st.booleans())
def test_sentences_are_verbatim(passages, topical):
    vectors = [unit([1, n + 1]) for n in range(len(passages))]
    wanted = Wanted("topic", "rain") if topical else Wanted("all")
    wish = subscription(1, wanted, unit([1, 0]) if topical else None)
    sentences = sentences_for(candidate(0, vectors, passages), wish)
    assert len(sentences) <= MOST_SENTENCES
    for sentence in quote(sentences, wish, stems, {s: np.ones(2, np.float32) for s in sentences}):
        assert sentence == "" or any(sentence in passage for passage in passages)
