"""Groups: roles, what the bot hears, topics, and becoming a supergroup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import Bot, ChatMemberUpdated, ReplyParameters, Update
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.playground.people import User
from tests.bot.playground.calls import queued, send

if TYPE_CHECKING:
    from bot.playground.roles import Role
    from bot.playground.state import BotApiState


async def one_update(bot: Bot) -> Update:
    """Return the one update that waits, and confirm it."""
    (update,) = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    assert await bot.get_updates(offset=update.update_id + 1) == ()
    return update


def statuses(change: ChatMemberUpdated | None) -> tuple[str, str]:
    assert change is not None
    return change.old_chat_member.status, change.new_chat_member.status


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("owner", ChatMemberStatus.OWNER),
        ("admin", ChatMemberStatus.ADMINISTRATOR),
        ("member", ChatMemberStatus.MEMBER),
        ("left", ChatMemberStatus.LEFT),
        ("kicked", ChatMemberStatus.BANNED),
    ],
)
async def test_roles_as_members(bot: Bot, state: BotApiState, role: Role, status: str) -> None:
    ann, group = state.add_user(), state.add_group()
    assert (await bot.get_chat_member(group.id, ann.id)).status == ChatMemberStatus.LEFT
    state.set_role(group, ann, role)
    member = await bot.get_chat_member(group.id, ann.id)
    assert (member.status, member.user.id) == (status, ann.id)
    runs_it = status in {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}
    administrators = await bot.get_chat_administrators(group.id)
    assert [one.user.id for one in administrators] == [ann.id] * runs_it
    inside = status not in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}
    assert await bot.get_chat_member_count(group.id) == 1 + inside


async def test_administrators_and_other_bots(bot: Bot, state: BotApiState) -> None:
    group = state.add_group()
    helper = User(77, "Helper", is_bot=True)
    state.directory._users[helper.id] = helper
    state.set_role(group, helper, "admin")
    assert await bot.get_chat_administrators(group.id) == ()
    state.set_role(group, state.bot, "admin")
    assert [m.user.id for m in await bot.get_chat_administrators(group.id)] == [state.bot.id]
    both = await bot.get_chat_administrators(group.id, return_bots=True)
    assert {m.user.id for m in both} == {state.bot.id, helper.id}


async def test_refused_questions_about_members(bot: Bot, state: BotApiState) -> None:
    ann, group = state.add_user(), state.add_group()
    with pytest.raises(BadRequest, match="User not found"):
        await bot.get_chat_member(group.id, 12345)
    with pytest.raises(BadRequest, match="Invalid user_id"):
        await bot.get_chat_member(group.id, 0)
    with pytest.raises(BadRequest, match="no administrators in the private chat"):
        await bot.get_chat_administrators(ann.id)
    with pytest.raises(BadRequest, match="private chats"):
        await bot.leave_chat(ann.id)
    assert await bot.get_chat_member_count(ann.id) == 2


async def test_others_changes_come_on_request_and_to_administrators(
    bot: Bot, state: BotApiState
) -> None:
    ann, bob, group = state.add_user("Ann"), state.add_user("Bob"), state.add_group()
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    state.set_role(group, ann, "owner")
    assert queued(state) == []
    state.set_role(group, state.bot, "admin", by=ann)
    change = (await one_update(bot)).my_chat_member
    assert statuses(change) == ("member", "administrator")
    assert change is not None
    assert change.from_user.id == ann.id
    state.set_role(group, bob, "kicked", by=ann)
    kicked = (await one_update(bot)).chat_member
    assert statuses(kicked) == ("left", "kicked")
    assert kicked is not None
    assert (kicked.from_user.id, kicked.new_chat_member.user.id) == (ann.id, bob.id)
    state.set_role(group, bob, "kicked")
    with pytest.raises(ValueError, match="Bob was put out of Readers"):
        state.say(group, "/help", by=bob)
    assert queued(state) == []
    await bot.get_updates(allowed_updates=[])
    state.set_role(group, bob, "member")
    assert queued(state) == []


async def test_leaving_and_being_put_out(bot: Bot, state: BotApiState) -> None:
    ann, group = state.add_user(), state.add_group()
    assert await bot.leave_chat(group.id)
    assert statuses((await one_update(bot)).my_chat_member) == ("member", "left")
    for call in (bot.send_message(group.id, "x"), bot.get_chat(group.id), bot.leave_chat(group.id)):
        with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
            await call
    state.updates.drop()
    state.say(group, "/help", by=ann)
    assert queued(state) == []  # people write on, and the bot does not hear
    state.unblock(group)
    assert await bot.send_message(group.id, "Back.")
    state.block(group)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.get_chat_member_count(group.id)


async def test_what_is_heard_in_a_group(bot: Bot, state: BotApiState) -> None:
    ann, group = state.add_user(), state.add_group()
    sent = await send(state, group.id, "Ask me.")
    state.say(group, "chatter", by=ann)
    state.say(group, "@newsdesk_bot who won?", by=ann)
    state.say(group, "and why?", by=ann, reply_to=sent["message_id"])
    asked, replied = await bot.get_updates()
    assert asked.message is not None
    assert list(asked.message.parse_entities(["mention"]).values()) == ["@newsdesk_bot"]
    assert replied.message is not None
    assert replied.message.reply_to_message is not None
    assert replied.message.reply_to_message.from_user == await bot.get_me()
    assert (await bot.get_chat_member(group.id, ann.id)).status == "member"
    state.set_role(group, state.bot, "admin")
    state.updates.drop()
    state.say(group, "more chatter", by=ann)
    assert len(queued(state)) == 1


async def test_topics(bot: Bot, state: BotApiState) -> None:
    ann, group = state.add_user(), state.add_group()
    start = state.open_topic(group, "Sport", by=ann)
    asked = state.say(group, "/ask who?", by=ann, thread_id=start.id)
    opened, question = await bot.get_updates()
    assert opened.message is not None
    assert opened.message.forum_topic_created is not None
    assert opened.message.forum_topic_created.name == "Sport"
    assert opened.message.text is None
    assert question.message is not None
    assert question.message.is_topic_message
    assert question.message.message_thread_id == start.id
    assert question.message.reply_to_message is not None  # as Telegram marks a topic's messages
    assert question.message.reply_to_message.message_id == start.id
    assert (await bot.get_chat(group.id)).is_forum
    sent = await bot.send_message(group.id, "Ann.", message_thread_id=start.id)
    assert (sent.message_thread_id, sent.is_topic_message) == (start.id, True)
    reply = await bot.send_message(group.id, "A.", reply_parameters=ReplyParameters(asked.id))
    assert reply.message_thread_id == start.id
    document = await bot.send_document(group.id, b"x", message_thread_id=start.id)
    assert document.is_topic_message
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=999)
    with pytest.raises(ValueError, match="only a supergroup"):
        state.open_topic(state.add_group(kind="group"), "x", by=ann)


async def test_a_group_becomes_a_supergroup(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user()
    group = state.add_group("Readers", kind="group")
    state.set_role(group, ann, "owner")
    state.say(group, "/help", by=ann)
    state.updates.drop()
    supergroup = state.migrate(group, by=ann)
    old, new = await bot.get_updates()
    assert old.message is not None
    assert (old.message.chat.id, old.message.migrate_to_chat_id) == (group.id, supergroup.id)
    assert new.message is not None
    assert (new.message.chat.id, new.message.migrate_from_chat_id) == (supergroup.id, group.id)
    assert (new.message.chat.type, new.message.message_id) == ("supergroup", 1)
    for call in (bot.send_message(group.id, "x"), bot.send_chat_action(group.id, "typing")):
        with pytest.raises(ChatMigrated) as caught:
            await call
        assert caught.value.new_chat_id == supergroup.id
    assert await bot.send_message(supergroup.id, "Here.")
    assert (await bot.get_chat_member(supergroup.id, ann.id)).status == "creator"
    with pytest.raises(ValueError, match="supergroup now"):
        state.say(group, "/help", by=ann)
    for chat in (group, supergroup):
        with pytest.raises(ValueError, match="no group that could"):
            state.migrate(chat, by=ann)
