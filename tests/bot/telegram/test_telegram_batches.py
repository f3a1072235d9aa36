"""Messages sent in a row, answered together: through the real library and real HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from telegram_bench import FixedDesk, abstention, bot_at_work

from bot.chat import conversation
from bot.chat.rendering import UNEXPECTED
from bot.store.engine import open_store
from bot.store.urls import sqlite_url
from bot.telegram import application
from bot.telegram.batches import MOST_PARTS

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.people import Chat, User
    from bot.playground.record import Message
    from bot.playground.state import BotApiState
    from bot.store.engine import Store

FOR_EVER = 1e6  # seconds; a test that waits so long fails
LAVROV = "What did Lavrov say about"


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(
        sqlite_url(tmp_path / "newsdesk.db"), clock=lambda: datetime.now(UTC)
    ) as opened:
        yield opened


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the rest of an unfinished message as long as it takes."""
    monkeypatch.setattr(application, "PART_SECONDS", FOR_EVER)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "PART_SECONDS", 0)


async def answers(state: BotApiState, chat: User | Chat, count: int) -> list[tuple[str, int]]:
    """Return the next messages: their texts and which messages they reply to."""
    sent = [await state.next_message(chat) for _ in range(count)]
    return [(one.text, one.reply_to.id if one.reply_to else 0) for one in sent]


def say(state: BotApiState, who: User, *texts: str) -> list[Message]:
    return [state.say(who, text) for text in texts]


async def test_parts_are_one_question_under_the_last(state: BotApiState, ann: User) -> None:
    parts = say(state, ann, "What did Lavrov say", "about the pipeline?")
    async with bot_at_work(state) as bench:
        assert await answers(state, ann, 1) == [
            ("Asked: What did Lavrov say about the pipeline?", parts[1].id)
        ]
        state.say(ann, "Who won in France?")
        assert await answers(state, ann, 1) == [("Asked: Who won in France?", parts[1].id + 2)]
    assert len(bench.sends()) == 2


async def test_a_text_that_was_cut_in_transit_is_refused_once(
    state: BotApiState, ann: User
) -> None:
    parts = say(state, ann, "word " * 819, "word " * 10 + "?")
    async with bot_at_work(state) as bench:
        ((text, to),) = await answers(state, ann, 1)
    assert text.startswith(conversation.TOO_LONG.partition("{")[0])
    assert to == parts[1].id
    assert bench.desk.asked == []


@pytest.mark.usefixtures("patient")
async def test_an_unfinished_message_waits_for_its_rest(state: BotApiState, ann: User) -> None:
    bob = state.add_user("Bob")
    async with bot_at_work(state) as bench:
        state.say(ann, LAVROV)
        state.say(bob, "Who won?")
        assert await answers(state, bob, 1)  # nobody else waits
        assert bench.desk.asked == ["Who won?"]
        state.say(ann, "the")
        last = state.say(ann, "pipeline?")
        assert await answers(state, ann, 1) == [(f"Asked: {LAVROV} the pipeline?", last.id)]


@pytest.mark.usefixtures("impatient")
async def test_an_unfinished_message_is_answered_if_nothing_comes(
    state: BotApiState, ann: User
) -> None:
    async with bot_at_work(state):
        asked = state.say(ann, LAVROV)
        assert await answers(state, ann, 1) == [(f"Asked: {LAVROV}", asked.id)]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("between", ["/help", "/ask Who?"])
async def test_a_command_ends_a_batch_and_keeps_its_order(
    state: BotApiState, ann: User, between: str
) -> None:
    sent = say(state, ann, "Who won", "the", between, "the cup?")
    async with bot_at_work(state):
        (first, to), (_, middle), (last, end) = await answers(state, ann, 3)
    assert (first, last) == ("Asked: Who won the", "Asked: the cup?")
    assert [to, middle, end] == [sent[1].id, sent[2].id, sent[3].id]


async def test_whole_questions_are_sought_at_once_and_answered_in_order(
    state: BotApiState, ann: User
) -> None:
    texts = ["What did Lavrov say in India?", "Who leads the Bundesbank?"]
    desk = FixedDesk()
    go_on = desk.hold(texts[0])
    sent = say(state, ann, *texts)
    async with bot_at_work(state, desk) as bench:
        await state.next_call("sendChatAction")
        assert sorted(desk.asked) == sorted(texts)
        assert bench.sends() == []
        go_on.set()
        assert await answers(state, ann, 2) == [
            (f"Asked: {text}", one.id) for text, one in zip(texts, sent, strict=True)
        ]


async def test_what_leans_waits_for_the_answer_it_leans_on(state: BotApiState, ann: User) -> None:
    desk = FixedDesk()
    say(state, ann, "Who came?", "Why did he?", "And Sweden?")
    async with bot_at_work(state, desk):
        await answers(state, ann, 3)
    assert desk.turns == [[], ["Who came?"], ["Who came?", "Why did he?"]]


async def test_more_than_five_get_five_answers_and_a_kind_line(
    state: BotApiState, ann: User
) -> None:
    sent = say(state, ann, *(f"Who won at Cup{n}?" for n in range(7)))
    async with bot_at_work(state) as bench:
        *five, (line, to) = await answers(state, ann, 6)
        state.say(ann, "And?")
        await answers(state, ann, 1)
    assert five == [(f"Asked: Who won at Cup{n}?", sent[n].id) for n in range(5)]
    assert "I took 5 questions" in line
    assert to == sent[5].id
    assert len(bench.sends()) == 7


@pytest.mark.parametrize(
    ("text", "count", "said"),
    [("Who won cup {n}?", 5, "I took 5 questions"), ("word {n}", 1, "I took 1 question;")],
)
async def test_a_flood_is_told_of_once(
    state: BotApiState, ann: User, text: str, count: int, said: str
) -> None:
    sent = say(state, ann, *(text.format(n=n) for n in range(MOST_PARTS + 40)))
    async with bot_at_work(state) as bench:
        *_, (line, to) = await answers(state, ann, count + 1)
        state.say(ann, "/new")
        assert await answers(state, ann, 1) == [(conversation.FORGOTTEN, sent[-1].id + count + 2)]
    assert said in line
    assert to == sent[5 if count == 5 else MOST_PARTS - 1].id
    assert len(bench.desk.asked) == count


async def test_each_error_is_told_under_its_own_message(
    state: BotApiState, ann: User, log: io.StringIO
) -> None:
    desk = FixedDesk({"b?": KeyError("b")})
    sent = say(state, ann, "a?", "b?", "c?")
    async with bot_at_work(state, desk):
        said = await answers(state, ann, 3)
    assert sorted(said) == sorted(
        [("Asked: a?", sent[0].id), (UNEXPECTED, sent[1].id), ("Asked: c?", sent[2].id)]
    )
    assert log.getvalue().count("A message was not answered: KeyError") == 1


async def test_an_edit_before_the_answer_counts_and_is_not_answered_again(
    state: BotApiState, ann: User, store: Store
) -> None:
    question = "Who won the cup?"
    desk = FixedDesk({question: replace(abstention("No idea."), question=question)})
    first = state.say(ann, "Who lost")
    last = state.say(ann, "the cup?")
    state.say(ann, "Who won", edit=first)
    async with bot_at_work(state, desk, store=store):
        ((_, to),) = await answers(state, ann, 1)
        assert to == last.id
        state.say(ann, "/new")
        await answers(state, ann, 1)
    assert desk.asked == [question]
    assert state.calls("editMessageText") == []


@pytest.mark.parametrize(
    ("which", "text", "whole"),
    [(0, "Who won", "Who won the cup?"), (1, "the war?", "Who lost the war?")],
)
async def test_an_edit_of_a_part_corrects_the_whole_answer(
    state: BotApiState, ann: User, store: Store, which: int, text: str, whole: str
) -> None:
    parts = say(state, ann, "Who lost", "the cup?")
    async with bot_at_work(state, store=store) as bench:
        await answers(state, ann, 1)
        state.say(ann, text, edit=parts[which])
        assert (await state.next_edit(ann)).text == f"Asked: {whole}"
    assert bench.desk.asked == ["Who lost the cup?", whole]


async def test_words_about_an_answer_are_no_part_of_the_question_after(
    state: BotApiState, ann: User, store: Store
) -> None:
    async with bot_at_work(state, store=store) as bench:
        state.say(ann, "Who?")
        told = await state.next_message(ann)
        state.press(told, "👎")
        state.press(await state.next_edit(ann), "Other: in my own words")
        prompt = await state.next_message(ann)
        state.say(ann, "it is about", reply_to=prompt)
        state.say(ann, "When?")
        texts = [text for text, _ in await answers(state, ann, 2)]
    assert sorted(texts) == ["Asked: When?", "Thank you. That is noted."]
    assert bench.desk.asked == ["Who?", "When?"]


async def test_people_are_not_mixed_up(state: BotApiState, ann: User) -> None:
    bob = state.add_user("Bob")
    for who, text in ((ann, "Who won"), (bob, "Who lost"), (ann, "gold?"), (bob, "silver?")):
        state.say(who, text)
    async with bot_at_work(state):
        assert [text for text, _ in await answers(state, ann, 1)] == ["Asked: Who won gold?"]
        assert [text for text, _ in await answers(state, bob, 1)] == ["Asked: Who lost silver?"]


async def test_a_stop_finishes_a_batch(state: BotApiState, ann: User) -> None:
    desk = FixedDesk()
    go_on = desk.hold("Who won the cup?")
    say(state, ann, "Who won", "the cup?")
    async with bot_at_work(state, desk) as bench:
        await state.next_call("sendChatAction")
        bench.stop.set()
        await asyncio.sleep(0)
        go_on.set()
    assert bench.texts() == ["Asked: Who won the cup?"]


async def test_a_batch_that_was_not_answered_comes_back_whole(
    state: BotApiState, ann: User, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "STOP_SECONDS", 0.05)
    desk = FixedDesk()
    desk.hold("Who won the cup?")
    parts = say(state, ann, "Who won", "the cup?")
    async with bot_at_work(state, desk, store=store) as bench:
        await state.until(lambda: desk.asked or None)
    assert bench.sends() == []
    async with bot_at_work(state, store=store) as bench:
        assert await answers(state, ann, 1) == [("Asked: Who won the cup?", parts[1].id)]
    async with bot_at_work(state, store=store) as bench:
        state.say(ann, "And?")
        assert [text for text, _ in await answers(state, ann, 1)] == [
            "Understood as: And cup?\n\nAsked: And?"
        ]
    assert len(bench.sends()) == 2
