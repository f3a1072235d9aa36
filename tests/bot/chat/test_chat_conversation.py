"""What is a question and what is told to someone who sent something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import conversation
from bot.chat.conversation import QUESTION_CHARACTERS, Question, Refusal, check_question


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Who won?", "Who won?"),
        ("  Who\n\n won\t the\xa0race? \x00", "Who won the race?"),
        ("Кто выиграл?", "Кто выиграл?"),
        ("誰が勝った", "誰が勝った"),
        ("2022", "2022"),
        ("🏆 who?", "🏆 who?"),
        ("x" * QUESTION_CHARACTERS, "x" * QUESTION_CHARACTERS),
    ],
)
def test_a_text_with_words_is_a_question(text: str, question: str) -> None:
    assert check_question(text) == Question(question)


@pytest.mark.parametrize("text", ["", "   ", "\n\t\x00", "\u202e"])
def test_nothing_is_no_question(text: str) -> None:
    assert check_question(text) == Refusal(conversation.EMPTY)


@pytest.mark.parametrize(
    "text", ["?!", "👍", "👩‍👩‍👧 🇬🇧", "1\ufe0f\u20e3", "\u2139\ufe0f", "…", "😀" * 2000, "\u0301"]
)
def test_pictures_and_punctuation_are_no_question(text: str) -> None:
    assert check_question(text) == Refusal(conversation.WORDLESS)


def test_a_text_too_long_is_told_by_how_much() -> None:
    refusal = check_question("word " * 300)
    assert isinstance(refusal, Refusal)
    assert "1,000" in refusal.line
    assert "1,499" in refusal.line


@given(st.text(max_size=1500))
def test_every_question_is_clean_and_short_enough(text: str) -> None:
    match check_question(text):
        case Question(text=question):
            assert 0 < len(question) <= QUESTION_CHARACTERS
            assert question.isprintable() or " ".join(question.split()) == question
            assert check_question(question) == Question(question)
        case Refusal(line=line):
            assert line
            assert "\n" not in line
