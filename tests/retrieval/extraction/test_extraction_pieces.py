"""Clauses, the choice among pieces, and what is quoted before a piece that points back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.antecedents import points_back, with_antecedent
from retrieval.extraction.answer import Place
from retrieval.extraction.clauses import SHORTEST, clauses
from retrieval.extraction.logistic import Logistic, fit_logistic
from retrieval.extraction.pieces import Piece
from retrieval.extraction.scorer import Weights, default_weights
from retrieval.extraction.selection import alike, select
from retrieval.prose import is_prose
from retrieval.types import Hit, Passage, Span
from tests.support.articles import any_text, make_article, prose

LONG = (
    "The council voted to keep the old tram line on Monday, although the mayor had warned that "
    "repairs would cost the town forty million crowns."
)


def test_a_long_sentence_has_clauses_that_read_alone():
    texts = [c.span.of(LONG) for c in clauses(LONG)]
    assert texts[0] == LONG
    assert "The council voted to keep the old tram line on Monday" in texts
    assert not any(text.endswith(("that", "although", ",")) for text in texts)


@given(prose | any_text)
def test_clauses_are_slices_and_long_enough(sentence):
    found = clauses(sentence)
    assert found[0].span == Span(0, len(sentence))
    for clause in found[1:]:
        assert 0 <= clause.span.start < clause.span.end <= len(sentence)
        assert clause.span.end - clause.span.start >= SHORTEST


def _piece(number, length, start=0):
    text = f"{number}" * length
    return Piece(number, Span(start, start + length), text, True, (), frozenset({f"w{number}"}))


def test_pieces_that_add_the_most_are_chosen():
    pieces = [_piece(0, 100), _piece(1, 100), _piece(2, 100), _piece(3, 100)]
    chances = np.array([0.6, 0.5, 0.4, 0.1])
    # The second says the same name as the first; the third a name of its own.
    masses = [{"berg": 0.6}, {"berg": 0.5}, {"lund": 0.4}, {"voss": 0.1}]
    assert select(pieces, chances, masses, room=201, most=4) == [0, 2]


def test_the_room_is_kept_unless_one_piece_alone_is_longer():
    pieces = [_piece(0, 400), _piece(1, 100)]
    masses = [{"a": 1.0}, {"b": 1.0}]
    assert select(pieces, np.array([0.9, 0.1]), masses, room=300) == [0]
    assert select([], np.zeros(0), [], room=300) == []


@given(
    st.lists(st.tuples(st.integers(40, 200), st.floats(0.01, 0.99)), min_size=1, max_size=20),
    st.integers(60, 600),
    st.integers(1, 5),
)
def test_choices_stay_within_room_and_number(sizes, room, most):
    pieces = [_piece(n, length) for n, (length, _) in enumerate(sizes)]
    chances = np.array([chance for _, chance in sizes])
    masses = [{f"name{n}": chance} for n, (_, chance) in enumerate(sizes)]
    chosen = select(pieces, chances, masses, room=room, most=most)
    assert 1 <= len(chosen) <= most
    assert len(set(chosen)) == len(chosen)
    assert len(chosen) == 1 or sum(len(pieces[n].text) for n in chosen) + len(chosen) - 1 <= room
    assert [chances[n] for n in chosen] == sorted((chances[n] for n in chosen), reverse=True)


def test_texts_of_nearly_the_same_words_are_alike():
    assert alike({"a", "b", "c", "d"}, {"a", "b", "c", "e", "f"})
    assert not alike({"a", "b", "c", "d"}, {"a", "b", "e", "f"})


def _quoted(text, quote):
    article = make_article("a", text, title="Title")
    passage = Passage("a.0", article.id, 0, Span(0, len(article.text)), article.text)
    hit = Hit(passage, article, 1.0, 0.5, 1, 1, 1)
    start = article.text.index(quote)
    return Place(hit, Span(start, start + len(quote)), quote)


STORY = "Anna Berg flew to Oslo on Friday. She met the mayor. The weather was good in the north."


def test_a_sentence_that_points_back_gets_the_one_before():
    place = with_antecedent(_quoted(STORY, "She met the mayor."), room=100)
    assert place.text == "Anna Berg flew to Oslo on Friday. She met the mayor."
    assert place.span.of(place.hit.article.text) == place.text


@pytest.mark.parametrize(
    ("quote", "room"),
    [
        ("She met the mayor.", 10),
        ("The weather was good in the north.", 100),
        ("Anna Berg flew to Oslo on Friday.", 100),
        ("met the mayor.", 100),
    ],
)
def test_what_stands_alone_or_has_no_room_stays(quote, room):
    place = _quoted(STORY, quote)
    assert with_antecedent(place, room=room) == place


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("He said so.", True),
        ("“They left early.", True),
        ("This was new.", True),
        ("Italy said so.", False),
        ("Theresa left.", False),
        ("The two met.", True),
        ("The twin met.", False),
    ],
)
def test_words_that_point_back(text, back):
    assert points_back(text) is back


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("The council voted to keep the tram.", True),
        ("By Anna Berg and Tomas Lind, reporters.", False),
        ("Read more: the council keeps the tram.", False),
        ("This site uses cookies; accept our policy.", False),
        ("© 2022 Harbour Times, all rights reserved.", False),
        ("Photo: the tram line in winter, at night.", False),
        ("A heading without a full stop at its end", False),
        ("Short one.", False),
        ("Follow Anna Berg on Twitter for news of the harbour.", False),
        ("Write to the desk: @harbourdesk is where we read.", False),
        ("Watch out:Who will ride the tram when the snow comes?", False),
        ("Reporting by Anna Berg in Oslo and Tomas Lind in Turku.", False),
        ("This story was updated with the council's statement.", False),
        ("He said: The council will follow the plan on trams.", True),
        ("The vote, taken at 10:30 on Friday, was unanimous.", True),
        ("Ask anna@example.org, she wrote in her last column.", True),
    ],
)
def test_furniture_is_no_prose(line, kept):
    assert is_prose(line) is kept


def test_logistic_regression_finds_a_known_boundary():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(4000, 2))
    odds = 2.0 * x[:, 0] - 1.0 * x[:, 1] + 0.5
    y = (rng.random(4000) < 1 / (1 + np.exp(-odds))).astype(int)
    model = fit_logistic(x, y, ["a", "b"], ridge=1e-6)
    assert model.weights == pytest.approx([2.0, -1.0], abs=0.2)
    assert model.intercept == pytest.approx(0.5, abs=0.15)
    again = Logistic.from_json(model.as_json(), ["a", "b"])
    assert again(x[:5]) == pytest.approx(model(x[:5]), abs=1e-3)


def test_shipped_weights_can_be_written_and_read_again(tmp_path):
    weights = default_weights()
    weights.write(tmp_path / "weights.json")
    again = Weights.parse((tmp_path / "weights.json").read_text())
    assert again.piece.names == weights.piece.names
    assert again.confidence.weights == pytest.approx(weights.confidence.weights)
    # A surer raw score never lowers the calibrated confidence.
    assert weights.calibration.weights[0] > 0
