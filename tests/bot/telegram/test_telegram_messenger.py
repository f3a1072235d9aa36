"""Sending, editing and the typing action, with the library's own client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import Bot, Message
from telegram.error import BadRequest
from telegram_bench import served

from bot.telegram.messenger import edit_text, send_reply, typing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.playground.people import User
    from bot.playground.state import BotApiState


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann")


@pytest.fixture
async def bot(state: BotApiState) -> AsyncIterator[Bot]:
    async with served(state) as settings, Bot(state.token, f"{settings.telegram_api}/bot") as bot:
        yield bot


def received(bot: Bot, state: BotApiState, ann: User, text: str = "Who?") -> Message:
    message = Message.de_json(state.say(ann, text).to_json(), bot)
    assert message
    return message


async def test_a_deleted_question_is_answered_all_the_same(
    bot: Bot, state: BotApiState, ann: User
) -> None:
    question = received(bot, state, ann)
    state.messages.remove(state.messages.of(ann.id)[0])
    await send_reply(question, ["<b>one</b>", "two"])
    first, second = state.messages.of(ann.id)
    assert (first.text, second.text) == ("one", "two")
    assert first.reply_to is None


async def test_a_thread_that_is_no_topic_is_answered_by_replying(
    bot: Bot, state: BotApiState, ann: User
) -> None:
    group = state.add_group("Readers")
    asked = state.say(group, "/ask Who?", by=ann)
    question = Message.de_json({**asked.to_json(), "message_thread_id": 5}, bot)
    assert question
    await send_reply(question, ["one"])
    assert state.messages.of(group.id)[-1].reply_to == asked


async def test_an_edit_to_the_same_text_is_no_error(
    bot: Bot, state: BotApiState, ann: User
) -> None:
    sent = await bot.send_message(ann.id, "one")
    for text in ("<i>two</i> https://news.example", "<i>two</i> https://news.example"):
        await edit_text(sent, text)
    edited = state.messages.of(ann.id)[0]
    assert edited.text == "two https://news.example"
    assert edited.preview == {"is_disabled": True}
    assert [call.accepted for call in state.calls("editMessageText")] == [True, False]


async def test_another_refused_edit_is_an_error(bot: Bot, state: BotApiState, ann: User) -> None:
    sent = await bot.send_message(ann.id, "one")
    with pytest.raises(BadRequest, match="parse"):
        await edit_text(sent, "<b>two")


async def test_typing_is_repeated_until_the_work_is_done(
    bot: Bot, state: BotApiState, ann: User
) -> None:
    async with typing(received(bot, state, ann), every=0):
        for _ in range(3):
            await state.next_call("sendChatAction")
    shown = len(state.calls("sendChatAction"))
    await bot.get_me()
    assert len(state.calls("sendChatAction")) <= shown + 1


async def test_typing_is_not_shown_for_what_takes_no_time(
    bot: Bot, state: BotApiState, ann: User
) -> None:
    async with typing(received(bot, state, ann), after=600):
        await bot.get_me()
    assert state.calls("sendChatAction") == []


async def test_an_error_in_the_work_passes_through_typing(
    bot: Bot, state: BotApiState, ann: User
) -> None:
    with pytest.raises(KeyError):
        async with typing(received(bot, state, ann)):
            raise KeyError
