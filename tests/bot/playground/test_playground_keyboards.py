"""Reply keyboards: which are refused, who sees them, and when they go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram import Bot, ForceReply, KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove
from telegram.error import BadRequest

from tests.bot.playground.calls import refusal, send

if TYPE_CHECKING:
    from bot.playground.people import Chat, User
    from bot.playground.state import BotApiState

PLACE = ReplyKeyboardMarkup(
    [[KeyboardButton("Here I am", request_location=True)], ["Never mind"]],
    one_time_keyboard=True,
)


def labels(state: BotApiState, chat: Chat | User, user: User) -> list[list[str]] | None:
    markup = state.reply_keyboards.shown(chat.id, user.id)
    return markup and [[button["text"] for button in row] for row in markup["keyboard"]]


async def test_a_keyboard_is_shown_and_taken_away(bot: Bot, state: BotApiState) -> None:
    ann, bob = state.add_user("Ann"), state.add_user("Bob")
    sent = await bot.send_message(ann.id, "Where?", reply_markup=PLACE)
    assert sent.reply_markup is None  # as Telegram: only inline keyboards are on messages
    assert labels(state, ann, ann) == [["Here I am"], ["Never mind"]]
    assert labels(state, bob, bob) is None
    await bot.send_message(ann.id, "Still there.")
    assert labels(state, ann, ann) is not None
    await bot.send_document(ann.id, b"x", reply_markup=ReplyKeyboardRemove())
    assert labels(state, ann, ann) is None
    await bot.send_message(ann.id, "x", reply_markup=ReplyKeyboardMarkup([["A"], ["B"]]))
    await bot.send_message(ann.id, "x", reply_markup=ReplyKeyboardMarkup([["C"]]))
    assert labels(state, ann, ann) == [["C"]]


@pytest.mark.parametrize(
    ("one_time", "text", "stays"),
    [(True, "Never mind", False), (True, "Something else", True), (False, "Never mind", True)],
)
async def test_for_one_time(
    bot: Bot, state: BotApiState, one_time: bool, text: str, stays: bool
) -> None:
    ann = state.add_user("Ann")
    markup = ReplyKeyboardMarkup(PLACE.keyboard, one_time_keyboard=one_time)
    await bot.send_message(ann.id, "Where?", reply_markup=markup)
    state.say(ann, text)
    assert (labels(state, ann, ann) is not None) is stays


async def test_a_place_is_sent(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user("Ann")
    await bot.send_message(ann.id, "Where?", reply_markup=PLACE)
    state.share_location(ann, 48.2, 16.37)
    assert labels(state, ann, ann) is None
    state.block(ann)
    with pytest.raises(ValueError, match="blocked"):
        state.share_location(ann, 48.2, 16.37)


async def test_in_a_group_it_is_for_all_or_for_some(bot: Bot, state: BotApiState) -> None:
    ann, bob, group = state.add_user("Ann"), state.add_user("Bob"), state.add_group()
    asked = state.say(group, "/ask", by=ann)
    every, some = ReplyKeyboardMarkup([["All"]]), ReplyKeyboardMarkup([["Ann"]], selective=True)
    await bot.send_message(group.id, "x", reply_markup=every)
    await bot.send_message(group.id, "x", reply_markup=some, reply_to_message_id=asked.id)
    assert (labels(state, group, ann), labels(state, group, bob)) == ([["Ann"]], [["All"]])
    mention = f'<a href="tg://user?id={bob.id}">Bob</a>'
    gone = ReplyKeyboardRemove(selective=True)
    await bot.send_message(group.id, mention, parse_mode="HTML", reply_markup=gone)
    assert (labels(state, group, ann), labels(state, group, bob)) == ([["Ann"]], None)
    await bot.send_message(group.id, "x", reply_markup=ReplyKeyboardRemove())
    assert (labels(state, group, ann), labels(state, group, bob)) == (None, None)


async def test_a_forced_reply(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user("Ann")
    asked = await bot.send_message(ann.id, "Which?", reply_markup=ForceReply())
    assert state.reply_keyboards.forced(ann.id, ann.id) == asked.message_id
    assert labels(state, ann, ann) is None
    state.say(ann, "This one", reply_to=asked.message_id)
    assert state.reply_keyboards.forced(ann.id, ann.id) is None


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ({"keyboard": ["A"]}, 'Field "keyboard" must be an Array of Arrays'),
        ({"keyboard": [[5]]}, "can't parse keyboard button: Can't find field \"text\""),
        ({"keyboard": [[{"label": "A"}]]}, "can't parse keyboard button"),
        ({"keyboard": [["A"]], "selective": "yes"}, 'Field "selective" must be of type Boolean'),
        ({"keyboard": {}}, 'Field "keyboard" must be of type Array'),
    ],
)
async def test_refused(state: BotApiState, markup: dict[str, Any], problem: str) -> None:
    ann = state.add_user("Ann")
    call = {"chat_id": ann.id, "text": "x", "reply_markup": markup}
    status, description = await refusal(state, "sendMessage", **call)
    assert status == 400
    assert problem.lower() in description.lower()
    assert labels(state, ann, ann) is None


async def test_refused_by_where(bot: Bot, state: BotApiState) -> None:
    group, channel = state.add_group(), state.directory.add_channel("News")
    state.directory.set_role(channel, state.bot, "admin")
    with pytest.raises(BadRequest, match="Location can be requested in private chats only"):
        await bot.send_message(group.id, "x", reply_markup=PLACE)
    with pytest.raises(BadRequest, match="Inline keyboard expected"):
        await bot.send_message(channel.id, "x", reply_markup=ReplyKeyboardMarkup([["A"]]))
    assert state.messages.of(group.id) == []


async def test_keyboards_without_buttons_change_nothing(state: BotApiState) -> None:
    ann = state.add_user("Ann")
    await send(state, ann.id, "x", reply_markup={"keyboard": [["A"]]})
    for markup in ({"keyboard": []}, {"keyboard": [[" "]]}, {"remove_keyboard": False}):
        await send(state, ann.id, "x", reply_markup=markup)
        assert labels(state, ann, ann) == [["A"]]
