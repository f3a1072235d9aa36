"""Where the bot is not or hardly is: people's own chats, channels, forwards from anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram.error import BadRequest

from tests.bot.playground.calls import KEYBOARD, queued, send

if TYPE_CHECKING:
    from telegram import Bot

    from bot.playground.state import BotApiState


async def test_of_peoples_own_chat_the_bot_knows_nothing(bot: Bot, state: BotApiState) -> None:
    ann, bob, eve = state.add_user("Ann"), state.add_user("Bob"), state.add_user("Eve")
    chat = state.directory.add_conversation("Ann & Bob", (ann, bob), chat_id=77)
    said = state.say(chat, "/help @newsdesk_bot", by=ann)
    state.edit(said, "/help")
    state.say(chat, "Hm.", by=bob, reply_to=said)
    assert queued(state) == []
    with pytest.raises(ValueError, match="Eve is not in Ann & Bob"):
        state.say(chat, "Me too", by=eve)
    for call in (bot.get_chat(77), bot.send_message(77, "x"), bot.leave_chat(77)):
        with pytest.raises(BadRequest, match="Chat not found"):
            await call
    assert [c.id for c in state.directory.chats_of(ann)] == [ann.id, 77]
    assert [c.id for c in state.directory.chats_of(eve)] == [eve.id]


async def test_channel_posts(bot: Bot, state: BotApiState) -> None:
    ann, bob = state.add_user("Ann"), state.add_user("Bob")
    channel = state.directory.add_channel("News", chat_id=-88, username="news")
    state.directory.set_role(channel, ann, "owner")
    state.directory.set_role(channel, bob, "member")
    state.say(channel, "Unheard", by=ann)
    assert queued(state) == []
    state.set_role(channel, state.bot, "admin", by=ann)
    state.updates.drop()
    post = state.say(channel, "Heard", by=ann)
    state.edit(post, "Heard better")
    with pytest.raises(ValueError, match="only those who run News"):
        state.say(channel, "x", by=bob)
    new, edited = await bot.get_updates()
    assert new.channel_post is not None
    assert (new.channel_post.from_user, new.message) == (None, None)
    assert new.channel_post.sender_chat == new.channel_post.chat
    assert edited.edited_channel_post is not None
    assert edited.edited_channel_post.text == "Heard better"
    sent = await bot.send_message("@news", "Mine")
    assert (sent.from_user, sent.sender_chat) == (None, sent.chat)
    assert (await bot.edit_message_text("Ours", -88, sent.message_id)) is not True


async def test_passing_messages_on(bot: Bot, state: BotApiState) -> None:
    ann, group = state.add_user("Ann"), state.add_group()
    await send(state, ann.id, "<b>News</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    news = state.messages.of(ann.id)[-1]
    copy = state.pass_on(news, group, by=ann)
    assert (copy.text, copy.entities, copy.keyboard) == (news.text, news.entities, None)
    assert queued(state) == []  # privacy mode
    back = state.pass_on(copy, ann, by=ann)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.forward_origin is not None
    assert update.message.forward_origin.to_dict() == copy.origin == back.origin
    assert update.message.from_user is not None
    assert update.message.from_user.id == ann.id
    document = state.send_document(ann, b"An article.", "a.txt", caption="Read")
    passed = state.pass_on(document, ann)
    assert (passed.file, passed.text) == (document.file, "Read")
    with pytest.raises(ValueError, match="only what a person wrote"):
        state.edit(passed, "Mine")
    place = state.share_location(ann, 1.0, 2.0)
    assert state.pass_on(place, ann).service == place.service
    with pytest.raises(ValueError, match="no text"):
        state.edit(place, "x")
    topic = state.open_topic(group, "Sport", by=ann)
    with pytest.raises(ValueError, match="can't be forwarded"):
        state.pass_on(topic, ann, by=ann)
    state.delete(news)
    with pytest.raises(LookupError):
        state.pass_on(news, ann)


async def test_a_changed_language_is_what_the_bot_hears(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user("Ann", language_code="en")
    before = state.say(ann, "/help")
    changed = state.directory.set_language(ann, "de")
    assert state.directory.user(ann.id) == state.directory.chat(ann).user == changed
    state.say(ann, "/help")
    heard = [update.message for update in await bot.get_updates()]
    assert [m and m.from_user and m.from_user.language_code for m in heard] == ["en", "de"]
    assert state.messages.get(ann.id, before.id) == before


async def test_a_button_by_its_place(state: BotApiState) -> None:
    ann = state.add_user("Ann")
    await send(state, ann.id, "Well?", reply_markup=KEYBOARD)
    message = state.messages.of(ann.id)[-1]
    assert state.press(message, (0, 0)).data == "answer:yes"
    for place in ((0, 2), (1, 0), (-1, 0)):
        with pytest.raises(LookupError):
            state.press(message, place)
