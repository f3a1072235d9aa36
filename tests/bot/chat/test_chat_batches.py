"""What several messages in a row mean."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.batches import (
    CUT_UNITS,
    MOST_QUESTIONS,
    continues,
    joined,
    looks_unfinished,
    plan_batch,
)
from bot.chat.parts import PartsMemory


@pytest.mark.parametrize(
    "text",
    [
        "What did Lavrov say about",
        "When Lavrov visited Delhi,",
        "One thing:",
        "Tell me -",
        "Tell me —",
        "So I wondered...",
        "So I wondered…",
        "Who won the",
        "What about Germany and  \n",
        "Als Lawrow in Delhi war,",
        "Was sagte er über",
        "Qué dijo Lavrov sobre",
        "Что сказал Лавров о",
        "ماذا قال لافروف،",
        "拉夫罗夫说，",
        "लावरोव और",
        "x" * CUT_UNITS,
        "👍" * (CUT_UNITS // 2),
    ],
)
def test_what_plainly_goes_on(text: str) -> None:
    assert looks_unfinished(text)


@pytest.mark.parametrize(
    "text",
    [
        "What did Lavrov say about?",
        "Who won",
        "Who won?...",
        "Кто победил?..",
        "Τι είπε ο Λαβρόφ;",
        "The",  # a lone word may be meant so
        "Where is he from",
        "What is this for",
        "Was ist das",
        "COVID-19",
        "",
        "👍",
        "...",
        "Who won the (first) cup",
        "What is 3.5",
    ],
)
def test_what_may_be_all(text: str) -> None:
    assert not looks_unfinished(text)


@pytest.mark.parametrize(
    ("texts", "questions"),
    [
        (["Who won?"], ["Who won?"]),
        (
            ["What did Lavrov say", "about the pipeline?"],
            ["What did Lavrov say about the pipeline?"],
        ),
        (["Who won?", "Who lost?"], ["Who won?", "Who lost?"]),
        (["谁赢了？", "什么时候？"], ["谁赢了？", "什么时候？"]),
        (["Τι είπε;", "Πότε;"], ["Τι είπε;", "Πότε;"]),
        (["Who won", "???"], ["Who won ???"]),
        (["Who won?", "👍"], ["Who won? 👍"]),
        (["Hello,", "when did", "the flood begin?"], ["Hello, when did the flood begin?"]),
        (["What did he say", "when he visited Delhi?"], ["What did he say when he visited Delhi?"]),
        (
            ["what did lavrov say", "when did he say it"],
            ["what did lavrov say", "when did he say it"],
        ),
        (["Who won the", "Did I say cup?"], ["Who won the Did I say cup?"]),
        (["Tell me", "who won the cup"], ["Tell me who won the cup"]),
        (["Wer hat gewonnen", "Wann war das Spiel"], ["Wer hat gewonnen", "Wann war das Spiel"]),
        (["Was sagte er damals", "wann er kam"], ["Was sagte er damals wann er kam"]),
        (["I read of a flood.", "Where was it?"], ["I read of a flood.", "Where was it?"]),
        (["word " * 900, "and the end?"], ["word " * 900 + " and the end?"]),
    ],
)
def test_parts_become_questions(texts: list[str], questions: list[str]) -> None:
    assert [asking.text for asking in plan_batch(texts).askings] == questions


def test_only_what_can_lean_waits_for_the_answer_before() -> None:
    plan = plan_batch(
        ["Why?", "What did Sergei Lavrov say in India?", "And Sweden?", "Why did he?"]
    )
    assert [asking.leans for asking in plan.askings] == [False, False, True, True]


def test_the_first_five_questions_are_answered() -> None:
    plan = plan_batch(["Who won", "the cup?", "a?", "b?", "c?", "d?", "e?", "f", "g?"])
    assert [asking.text for asking in plan.askings] == ["Who won the cup?", "a?", "b?", "c?", "d?"]
    assert plan.answered == 6
    assert plan_batch(["a?"] * 5).answered == 5


PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["Who won?", "about the", "what did he say", "did he", "…", "?", "и", " ", "a,"]
    ),
)


@given(st.lists(PIECES, max_size=12))
def test_every_part_is_in_one_question_in_order(texts: list[str]) -> None:
    plan = plan_batch(texts)
    taken = [n for asking in plan.askings for n in range(asking.first, asking.last + 1)]
    assert taken == list(range(plan.answered))
    assert len(plan.askings) <= MOST_QUESTIONS
    assert plan.answered == len(texts) or len(plan.askings) == MOST_QUESTIONS
    for asking in plan.askings:
        parts = texts[asking.first : asking.last + 1]
        assert asking.text == joined(parts)
        assert all(continues(a, b) for a, b in pairwise(parts))
    for one, after in pairwise(plan.askings):
        assert not continues(texts[one.last], texts[after.first])


@given(st.text(max_size=60), st.sampled_from("?？؟⸮"))
def test_a_question_mark_ends_a_message(text: str, mark: str) -> None:
    assert not looks_unfinished(text + mark)
    assert not continues(f"{text} Who{mark}", "And when?")


@given(st.text(max_size=60), st.sampled_from([",", "،", "，", ":", " —", "…"]))
def test_an_open_end_goes_on_whatever_comes(text: str, end: str) -> None:
    said = f"{text} a word{end}"
    assert looks_unfinished(said)
    assert continues(said, "Who won?")


def test_an_edit_changes_its_part_of_the_latest_question_alone() -> None:
    memory = PartsMemory(places=2)
    memory.remember("a", {1: "What about", 2: "Rome?"})
    assert memory.with_edit("a", 1, "Where is") == {1: "Where is", 2: "Rome?"}
    assert memory.with_edit("a", 3, "Who?") == {3: "Who?"}
    assert memory.with_edit("b", 1, "Who?") == {1: "Who?"}
    memory.remember("b", {5: "x", 6: "y"})
    memory.remember("a", {7: "alone"})
    assert memory.with_edit("a", 1, "Who?") == {1: "Who?"}
    memory.remember("c", {8: "x", 9: "y"})
    memory.remember("d", {10: "x", 11: "y"})
    assert memory.with_edit("b", 5, "Who?") == {5: "Who?"}
    assert list(memory.with_edit("d", 10, "z").values()) == ["z", "y"]
