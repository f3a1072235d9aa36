"""What people do to messages: correct, delete, forward; and the bot's deletions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import (
    Bot,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)
from telegram.error import BadRequest

from tests.bot.playground.calls import queued, refusal, send

if TYPE_CHECKING:
    from bot.playground.state import BotApiState
    from tests.bot.playground.calls import HandClock


async def test_an_edit_comes_as_edited_message(
    bot: Bot, state: BotApiState, clock: HandClock
) -> None:
    ann, group = state.add_user(), state.add_group()
    asked = state.say(ann, "Who won?")
    said = state.say(group, "@newsdesk_bot who?", by=ann)
    clock.forward(minutes=1)
    state.edit(asked, "Who lost?")
    state.edit(said, "never mind")
    _, _, edited = await bot.get_updates()  # the last one addresses the bot no more
    assert edited.message is None
    assert edited.edited_message is not None
    assert (edited.edited_message.message_id, edited.edited_message.text) == (1, "Who lost?")
    assert edited.edited_message.edit_date == clock.now
    sent = await send(state, ann.id, "x")
    with pytest.raises(ValueError, match="only what a person wrote"):
        state.edit(state.messages.of(sent["chat"]["id"])[-1], "y")


async def test_bots_are_not_told_of_deletions(state: BotApiState) -> None:
    ann = state.add_user()
    asked = state.say(ann, "Who?")
    state.updates.drop()
    state.delete(asked)
    assert (queued(state), state.messages.of(ann.id)) == ([], [])
    assert state.transcript(ann).endswith("Ann deletes #1")
    with pytest.raises(LookupError):
        state.delete(asked)


async def test_forwards(bot: Bot, state: BotApiState, clock: HandClock) -> None:
    ann, bob = state.add_user("Ann"), state.add_user("Bob")
    group, channel = state.add_group("Readers"), state.directory.add_channel("News")
    written = clock.now
    theirs = state.say(bob, "The bridge opened.")
    state.updates.drop()
    clock.forward(hours=1)
    for origin in (bob, "Carol", group, channel, theirs):
        state.forward(ann, "The bridge opened.", origin, date=written)
    again = state.messages.of(ann.id)[-1]
    state.forward(ann, "The bridge opened.", again)
    updates = await bot.get_updates()
    origins = [update.message.forward_origin for update in updates if update.message is not None]
    user, hidden, chat, post, message, twice = origins
    assert isinstance(user, MessageOriginUser)
    assert user.sender_user.id == bob.id
    assert isinstance(hidden, MessageOriginHiddenUser)
    assert hidden.sender_user_name == "Carol"
    assert isinstance(chat, MessageOriginChat)
    assert chat.sender_chat.id == group.id
    assert isinstance(post, MessageOriginChannel)
    assert (post.chat.id, post.message_id) == (channel.id, 1)
    assert message == user
    assert twice == user
    assert {origin.date for origin in origins if origin} == {written}


async def test_many_messages_are_deleted_at_once(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user()
    ids = [state.say(ann, str(number)).id for number in range(3)]
    assert await bot.delete_messages(ann.id, [ids[0], ids[2], 99])
    assert [message.id for message in state.messages.of(ann.id)] == [ids[1]]
    (violation,) = state.violations
    assert violation.problem == "99: message to delete not found"
    assert await bot.delete_messages(ann.id, list(range(1, 101)))
    for numbers, words in (([], "not specified"), (list(range(101)), "too many"), (["a"], "parse")):
        status, description = await refusal(
            state, "deleteMessages", chat_id=ann.id, message_ids=numbers
        )
        assert (status, words in description) == (400, True)


async def test_only_who_runs_a_group_deletes_what_others_wrote(
    bot: Bot, state: BotApiState, clock: HandClock
) -> None:
    ann, group = state.add_user(), state.add_group()
    said = state.say(group, "x", by=ann)
    clock.forward(hours=49)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, said.id)
    state.set_role(group, state.bot, "admin")
    assert await bot.delete_message(group.id, said.id)
    old = await bot.send_message(ann.id, "x")
    clock.forward(hours=49)
    with pytest.raises(BadRequest, match="for everyone"):
        await old.delete()
