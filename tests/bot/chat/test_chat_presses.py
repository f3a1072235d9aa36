"""Callback data: within 64 bytes, read back as written, nothing else is taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.keyboards import (
    MOST_ARTICLES,
    MOST_NUMBERS,
    NUMBERS_IN_ROW,
    excerpts_keyboard,
    further_keyboard,
    paragraph_keyboard,
    reason_keyboard,
    reply_keyboard,
)
from bot.chat.presses import Action, Press, decode_press, encode_press
from bot.chat.translations import translator
from retrieval.types import (
    Abstention,
    Answer,
    AnswerSentence,
    ArticleRef,
    Citation,
    Excerpt,
    Span,
)

SMALL = st.integers(0, 999_999_999)
IDS = st.integers(0, 2**63 - 1)
PRESSES = st.builds(Press, st.sampled_from(Action), IDS, SMALL, SMALL)
TITLES = st.text(max_size=200)
TR = translator("en")


@given(PRESSES)
def test_a_press_fits_and_reads_back(press):
    data = encode_press(press)
    assert len(data.encode()) <= 64
    assert decode_press(data) == press


@given(st.text(max_size=70))
def test_nothing_else_is_read_as_a_press(data):
    try:
        press = decode_press(data)
    except ValueError:
        return
    assert decode_press(encode_press(press)) == press


@pytest.mark.parametrize(
    "data",
    "|p|p.1|p.1.2|p.1.2.3.4|z.1.2.3|P.1.2.3|p.-1.2.3|p.1.2.3\n|p.٣.1.1|p.1.2.3 |p..2.3"
    f"|p.{2**63}.0.0|p.1.1234567890.1".split("|"),
)
def test_malformed_data_is_refused(data):
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for programmers
        decode_press(data)


def ref(title):
    return ArticleRef("a", title, None, "", None)


def cited(number):
    return Citation(number, "a", "p", "T", None, "", None, "So.", Span(0, 3), "So.")


def presses(keyboard):
    return [[decode_press(button.data) for button in row] for row in keyboard]


@given(IDS, st.integers(0, 90), st.lists(TITLES, max_size=15))
def test_keyboards_keep_to_telegram_s_sizes(answer_id, citations, titles):
    closest = tuple(map(ref, titles))
    sentence = AnswerSentence("So.", (1,))
    reply = Answer(
        "?", (sentence,), tuple(map(cited, range(1, citations + 1))), 1.0, None, 1, closest
    )
    refusal = Abstention("?", "No.", closest, 0.1, None, 1)
    for keyboard in (
        reply_keyboard(answer_id, reply, TR),
        reply_keyboard(answer_id, refusal, TR),
        further_keyboard(answer_id, closest, TR),
        excerpts_keyboard(answer_id, len(titles), TR),
        reason_keyboard(answer_id, TR),
    ):
        buttons = [button for row in keyboard for button in row]
        assert all(1 <= len(row) <= NUMBERS_IN_ROW for row in keyboard)
        assert len(buttons) <= 100
        assert all(button.label.strip() for button in buttons)
        assert sum(len(b.label.encode()) + len(b.data) + 40 for b in buttons) < 10_000
        assert {press.answer_id for row in presses(keyboard) for press in row} == {answer_id}
    numbers = [
        press.first
        for row in presses(reply_keyboard(answer_id, reply, TR))
        for press in row
        if press.action is Action.CITED
    ]
    assert numbers == list(range(1, min(citations, MOST_NUMBERS) + 1))
    rows = presses(reply_keyboard(answer_id, refusal, TR))[:-1]
    assert [row[0].first for row in rows] == list(range(min(len(titles), MOST_ARTICLES)))


def test_a_paragraph_leads_to_those_beside_it_and_back():
    press = Press(Action.CITED, 5, 2, 9)
    labels = {
        at: [[button.label for button in row] for row in paragraph_keyboard(press, at, 3, TR)]
        for at in range(3)
    }
    assert labels == {
        0: [["Next ›"], ["Back"]],
        1: [["‹ Previous", "Next ›"], ["Back"]],
        2: [["‹ Previous"], ["Back"]],
    }
    steps, back = presses(paragraph_keyboard(press, 1, 3, TR))
    assert steps == [Press(Action.CITED, 5, 2, 1), Press(Action.CITED, 5, 2, 3)]
    assert back == [Press(Action.BACK, 5)]
    assert presses(paragraph_keyboard(press, 0, 1, TR)) == [[Press(Action.BACK, 5)]]


def test_further_passages_are_numbered_and_lead_back_to_their_list():
    numbers, back = presses(excerpts_keyboard(5, 3, TR))
    assert numbers == [Press(Action.FURTHER, 5, n) for n in range(3)]
    assert back == [Press(Action.BACK, 5)]
    steps, back = presses(paragraph_keyboard(Press(Action.FURTHER, 5, 2), 0, 3, TR))
    assert steps == [Press(Action.FURTHER, 5, 2, 2)]
    assert back == [Press(Action.MORE, 5)]


@pytest.mark.parametrize(("closest", "further"), [(1, 0), (0, 1), (1, 1), (0, 0)])
def test_more_is_offered_where_there_is_more(closest, further):
    sentence = AnswerSentence("So.", (1,))
    articles = (ref("T"),) * closest
    reply = Answer("?", (sentence,), (cited(1),), 1.0, None, 1, articles)
    excerpts = (Excerpt(ref("T"), Span(0, 3), "So."),) * further
    last = presses(reply_keyboard(5, reply, TR, excerpts))[-1]
    assert (Action.MORE in [press.action for press in last]) is bool(closest or further)
