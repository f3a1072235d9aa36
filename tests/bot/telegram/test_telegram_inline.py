"""Inline queries and mentions in groups, with the real library and real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from telegram_bench import FixedDesk, answer, bot_at_work

import bot.desk
from bot.desk import Desk, open_desk
from bot.settings import load_settings
from tests.support.collections import index_paths, write_article

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.playground.people import User
    from bot.playground.state import BotApiState

NOW = datetime(2026, 3, 14, tzinfo=UTC)


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann")


@pytest.fixture
def desk(tmp_path, monkeypatch, embedder) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bot.desk, "load_embedder", lambda _settings: embedder)
    folder = tmp_path / "articles"
    folder.mkdir()
    for town, count in (("Avaldsnes", 12), ("Birkeland", 31), ("Cederby <b>", 47)):
        write_article(folder, town, f"The town of {town} counted {count} lanterns on Sunday.")
    settings = load_settings(data=Path("d"))
    index_paths(settings, [folder], now=NOW, embedder=embedder)
    opened = open_desk(settings)
    yield opened
    opened.close()


async def test_a_question_typed_anywhere_is_offered_an_answer_and_passages(state, ann, desk):
    async with bot_at_work(state, desk):
        query = state.inline(ann, "How many lanterns did Birkeland count?")
        offered = await state.inline_answer(query)
        titles = [result.title for result in offered.results]
        assert "Birkeland counted 31 lanterns" in titles[0]
        assert len(titles) == 4
        assert sorted(titles[1:]) == [
            f"News of {t}" for t in ("Avaldsnes", "Birkeland", "Cederby <b>")
        ]
        group = state.add_group("Readers")
        sent = state.choose(ann, offered.results[0], group)
        assert "31 lanterns" in sent.text
        assert "[1] News of Birkeland" in sent.text
    assert state.violations == []


async def test_an_inline_question_is_embedded_once(state, ann, desk, embedder):
    embedded = []

    class Counting:
        def embed_questions(self, texts):
            embedded.extend(texts)
            return embedder.embed_questions(texts)

    question = "How many lanterns did Birkeland count?"
    async with Desk(desk.library, Counting()) as counted, bot_at_work(state, counted):
        offered = await state.inline_answer(state.inline(ann, question))
        assert len(offered.results) == 4
    assert embedded == [question]


async def test_what_is_no_question_is_offered_nothing(state, ann, desk):
    async with bot_at_work(state, desk):
        for text in ("", "?", "ab"):
            offered = await state.inline_answer(state.inline(ann, text))
            assert list(offered.results) == []


async def test_who_types_on_is_answered_once(state, ann):
    asked = FixedDesk()
    async with bot_at_work(state, asked):
        for text in ("When do", "When do they", "When do they talk?"):
            last = state.inline(ann, text)
        await state.inline_answer(last)
    assert asked.asked == ["When do they talk?"]


async def test_a_mention_in_a_group_is_a_question(state, ann):
    group = state.add_group("Readers")
    async with bot_at_work(state, FixedDesk({"When do they talk?": answer()})) as bench:
        asked = state.say(group, "@Newsdesk_Bot When do they talk?", by=ann)
        sent = await state.next_message(group)
        assert "talks resumed" in sent.text
        assert sent.reply_to.id == asked.id
        state.say(group, "@somebody_else_bot When do they talk?", by=ann)
        state.say(group, "When do they talk, \U0001f600 @newsdesk_bot?", by=ann)
        await state.next_message(group)
        assert bench.desk.asked == ["When do they talk?", "When do they talk, \U0001f600 ?"]
    assert state.violations == []
