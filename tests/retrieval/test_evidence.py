"""The re-ranker's signals, worked by hand, and the linear model over them."""

import json
import re
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evidence import SIGNALS, Pool, pool_signals, question_terms, text_signals
from retrieval.reranking import RankingModel, default_model


class PlainWords:
    """Words stemmed by cutting a final s; "the" and "said" are common, the rest is rare."""

    def stems(self, text):
        return [w.lower().removesuffix("s") for w in re.findall(r"\w+", text)]

    def inverse_frequency(self, stem):
        return 1.0 if stem in ("the", "said") else 8.0


WORDS = PlainWords()


def _pool():
    """Two articles, 5 with rows 10, 11 and 13, and 9 with row 20."""
    return Pool(
        rows=np.array([10, 11, 13, 20]),
        articles=np.array([5, 5, 5, 9]),
        ordinals=np.array([0, 1, 3, 4]),
        cosines=np.array([0.5, 0.25, 0.75, 0.5], dtype=np.float32),
        bm25=np.array([2.0, 0.0, 4.0, 1.0], dtype=np.float32),
        ages=np.array([0.0, 7.0, 30.0, np.inf]),
        fused=np.array([0.4, 0.2, 0.9, 0.3]),
        dense_ranks=np.array([2, 4, 1, 3]),
        lexical_ranks=np.array([2, 0, 1, 3]),
    )


def test_signals_of_the_pool_by_hand():
    signals = pool_signals(_pool(), np.array([2, 0, 1, 3]))
    assert signals["cosine"].tolist() == [0.75, 0.5, 0.25, 0.5]
    assert signals["lexical"].tolist() == [1.0, 0.5, 0.0, 0.25]
    assert signals["fresh_7"] == pytest.approx([2 ** (-30 / 7), 1.0, 0.5, 0.0])
    assert signals["fresh_30"] == pytest.approx([0.5, 1.0, 2 ** (-7 / 30), 0.0])
    assert signals["lead"] == pytest.approx([1 / 4, 1.0, 1 / 2, 1 / 5])
    assert signals["article_best"].tolist() == [0.9, 0.9, 0.9, 0.3]
    assert signals["article_hits"] == pytest.approx([0.5, 0.5, 0.5, 1 / 6])
    assert signals["article_rank"].tolist() == [0, 1, 2, 0]
    # Only rows 10 and 11 stand next to each other.
    assert signals["neighbour"].tolist() == [0.0, 0.2, 0.4, 0.0]


def test_signals_of_the_texts_by_hand():
    terms = question_terms("Who won the ferries?", WORDS, skipped=frozenset({"who", "the"}))
    assert terms.starts == ("won", "ferrie")
    titles = ["Ferries race", "Other", "Other"]
    texts = ["Berg won it. Berg said so.", "It was Berg?", "The ferries sank. Lund won 3."]
    signals = text_signals(
        terms, titles, texts, np.array([1, 2, 3]), np.array([0.5, 0.5, 0.5]), WORDS
    )
    assert signals["covered"].tolist() == [1.0, 0.0, 1.0]
    assert signals["covered_text"].tolist() == [0.5, 0.0, 1.0]
    assert signals["questions"] == pytest.approx([0.0, 2.0, 0.0])
    # Berg is said by articles 1 and 2: each supports the other with a third of the weight.
    assert signals["support"] == pytest.approx([1 / 3, 1 / 3, 0.0])
    assert signals["support_kind"] == pytest.approx([1 / 3, 1 / 3, 0.0])


def test_a_number_is_asked_for():
    for question in ("How many came?", "When was it?", "what year"):
        assert question_terms(question, WORDS, skipped=frozenset()).number_asked
    assert not question_terms("Who came?", WORDS, skipped=frozenset()).number_asked


def test_a_model_is_a_weighted_sum():
    rows = [
        {"name": "cosine", "mean": 0.5, "deviation": 0.25, "weight": 2.0},
        {"name": "lead", "mean": 0.0, "deviation": 1.0, "weight": -1.0},
    ]
    model = RankingModel.parse(json.dumps({"signals": rows}))
    scores = model.scores({"cosine": np.array([0.75, 0.5]), "lead": np.array([1.0, 0.0])})
    # Raw: 2 * 1 - 1 = 1 and 0; the best becomes 1, a unit below it is a fifth less.
    assert scores.tolist() == pytest.approx([1.0, 0.8])


def test_the_shipped_model_uses_the_signals_there_are():
    assert set(default_model().signals) <= set(SIGNALS)
    text = files("retrieval").joinpath("ranking.json").read_text("utf-8")
    assert all(row["deviation"] > 0 for row in json.loads(text)["signals"])


def test_a_model_of_unequal_lengths_is_refused():
    one = np.ones(1)
    with pytest.raises(ValueError, match="one mean"):
        RankingModel(("a", "b"), one, one, one)


def _plainly_named(text):
    """Return how many words with a capital and how many numbers `text` has, told word by word."""
    return len(re.findall(r"\b(?:[A-Z]\w+|\d+(?:[.,]\d+)*)", text))


@given(st.text(st.sampled_from(list("ABab19.,- _\n’é٣字")), max_size=40))
def test_names_are_capitalised_words_and_numbers(text):
    terms = question_terms("where", WORDS, skipped=frozenset())
    signals = text_signals(terms, [""], [text], np.array([1]), np.array([0.5]), WORDS)
    assert signals["names"][0] == pytest.approx(10 * _plainly_named(text) / max(1, len(text)))
