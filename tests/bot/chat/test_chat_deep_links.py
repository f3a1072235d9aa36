"""Payloads of links to the bot."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.deep_links import (
    AskQuestion,
    OpenArticle,
    article_payload,
    parse_start,
    question_payload,
)


@given(st.text(max_size=60))
def test_a_question_comes_back_or_does_not_fit(question: str) -> None:
    payload = question_payload(question)
    if payload is None:
        assert len(question.encode()) > 46 or not question
    else:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
        asked = parse_start(payload)
        assert asked == (AskQuestion(question) if question.strip() else None)


@given(st.from_regex(r"[A-Za-z0-9_-]{1,62}", fullmatch=True))
def test_an_article_comes_back(article_id: str) -> None:
    assert parse_start(article_payload(article_id) or "") == OpenArticle(article_id)


@pytest.mark.parametrize("article_id", ["", "x" * 63, "a b", "é"])
def test_what_is_no_id_makes_no_link(article_id: str) -> None:
    payload = article_payload(article_id)
    assert payload is None or parse_start(payload) is None


@pytest.mark.parametrize(
    "payload", ["", "a_", "q_", "q_A", "q_____", "x_1", "a_" + "1" * 63, "q_ICA", "a_é", "q_-_-_"]
)
def test_broken_payloads_say_nothing(payload: str) -> None:
    assert parse_start(payload) is None
