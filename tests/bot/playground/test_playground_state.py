from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.playground.dispatch import perform
from bot.playground.record import EventKind
from bot.playground.state import BotApiState
from tests.bot.playground.calls import KEYBOARD, queued, send

if TYPE_CHECKING:
    from tests.bot.playground.calls import HandClock


def test_what_someone_says_has_telegrams_shape(state: BotApiState, clock: HandClock) -> None:
    ann = state.add_user("Ann", last_name="Lee", username="annlee", language_code="de")
    state.say(ann, "/start ref-7")
    assert queued(state) == [
        {
            "message": {
                "message_id": 1,
                "from": {
                    "id": 1001,
                    "is_bot": False,
                    "first_name": "Ann",
                    "last_name": "Lee",
                    "username": "annlee",
                    "language_code": "de",
                },
                "chat": {
                    "id": 1001,
                    "type": "private",
                    "first_name": "Ann",
                    "last_name": "Lee",
                    "username": "annlee",
                },
                "date": int(clock.now.timestamp()),
                "text": "/start ref-7",
                "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
            }
        }
    ]


def test_replies_and_corrections(state: BotApiState, clock: HandClock) -> None:
    ann = state.add_user()
    first = state.say(ann, "one")
    second = state.say(ann, "two", reply_to=first)
    clock.forward(minutes=1)
    state.say(ann, "three", edit=second.id)
    _, replied, corrected = queued(state)
    assert replied["message"]["reply_to_message"]["text"] == "one"
    edited = corrected["edited_message"]
    assert (edited["message_id"], edited["text"]) == (second.id, "three")
    assert edited["edit_date"] - edited["date"] == 60
    assert [message.text for message in state.messages.of(ann.id)] == ["one", "three"]


def test_message_ids_rise_through_private_chats_but_each_supergroup_has_its_own(
    state: BotApiState,
) -> None:
    ann, bob, group = state.add_user("Ann"), state.add_user("Bob"), state.add_group()
    private = [state.say(user, "x").id for user in (ann, bob, ann)]
    grouped = [state.say(group, "x", by=user).id for user in (ann, bob)]
    assert (private, grouped) == ([1, 2, 3], [1, 2])


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("hello all", False),
        ("/ask why", True),
        ("/ask@newsdesk_bot why", True),
        ("/ask@other_bot why", False),
        ("well, @Newsdesk_Bot?", True),
        ("well, @someone?", False),
    ],
)
def test_privacy_mode_in_groups(state: BotApiState, text: str, heard: bool) -> None:
    ann, group = state.add_user(), state.add_group()
    state.say(group, text, by=ann)
    assert len(queued(state)) == heard


async def test_replies_to_the_bot_are_heard_in_groups(state: BotApiState) -> None:
    ann, group = state.add_user(), state.add_group(topics=[5])
    sent = await send(state, group.id, "Hello.", message_thread_id=5)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (5, True)
    state.say(group, "why?", by=ann, reply_to=sent["message_id"], thread_id=5)
    (update,) = queued(state)
    assert update["message"]["message_thread_id"] == 5
    assert update["message"]["chat"]["is_forum"] is True


def test_without_privacy_mode_all_is_heard() -> None:
    state = BotApiState(privacy=False)
    state.say(state.add_group(), "hello all", by=state.add_user())
    assert len(queued(state)) == 1


def test_what_can_not_be_said(state: BotApiState) -> None:
    ann, group = state.add_user(), state.add_group()
    with pytest.raises(ValueError, match="non-empty"):
        state.say(ann, "  ")
    with pytest.raises(ValueError, match="too long"):
        state.say(ann, "x" * 4097)
    with pytest.raises(ValueError, match="by"):
        state.say(group, "hello")
    with pytest.raises(LookupError, match="no such chat"):
        state.say(5, "hello")
    with pytest.raises(LookupError, match="no message 9"):
        state.say(ann, "hello", reply_to=9)


def test_blocking_is_told_and_ends_talk(state: BotApiState) -> None:
    ann = state.add_user()
    state.block(ann)
    with pytest.raises(ValueError, match="blocked"):
        state.say(ann, "hello")
    state.unblock(ann)
    state.say(ann, "hello")
    told = [update["my_chat_member"] for update in queued(state)[:2]]
    statuses = [(t["old_chat_member"]["status"], t["new_chat_member"]["status"]) for t in told]
    assert statuses == [("member", "kicked"), ("kicked", "member")]


@pytest.mark.parametrize("name", ["Yes", "answer:yes"])
async def test_a_press_has_telegrams_shape(state: BotApiState, name: str) -> None:
    ann = state.add_user()
    sent = await send(state, ann.id, "Sure?", reply_markup=KEYBOARD)
    query = state.press(sent["message_id"], name)
    assert queued(state) == [
        {
            "callback_query": {
                "id": query.id,
                "from": ann.to_json(),
                "message": sent,
                "chat_instance": "1001",
                "data": "answer:yes",
            }
        }
    ]
    assert state.unanswered == [query]


async def test_presses_that_reach_no_one(state: BotApiState) -> None:
    ann = state.add_user()
    message = await send(state, ann.id, "Sure?", reply_markup=KEYBOARD)
    with pytest.raises(ValueError, match="sends nothing"):
        state.press(message["message_id"], "Read")
    with pytest.raises(LookupError, match=r"its buttons: \[Yes\], \[Read\]"):
        state.press(message["message_id"], "No")
    with pytest.raises(LookupError, match="0 messages have the id 77"):
        state.press(77, "Yes")


async def test_a_press_in_one_of_two_supergroups(state: BotApiState) -> None:
    ann, one, other = state.add_user(), state.add_group("One"), state.add_group("Other")
    for group in (one, other):
        await send(state, group.id, "Sure?", reply_markup=KEYBOARD)
    with pytest.raises(LookupError, match="2 messages have the id 1"):
        state.press(1, "Yes", by=ann)
    assert state.press(1, "Yes", by=ann, where=other).message.chat == other


async def test_the_bots_messages_come_one_after_the_other(state: BotApiState) -> None:
    ann, bob = state.add_user("Ann"), state.add_user("Bob")
    waiting = asyncio.create_task(state.next_message(ann))
    await asyncio.sleep(0)
    await send(state, bob.id, "to Bob")
    await perform(state, "getMe", {})
    await send(state, ann.id, "one")
    await send(state, ann.id, "two")
    assert (await waiting).text == "one"
    assert (await state.next_message(ann)).text == "two"
    assert (await state.next_message(bob)).text == "to Bob"
    calls = [await state.next_call("sendMessage") for _ in range(3)]
    assert [call.parameters["text"] for call in calls] == ["to Bob", "one", "two"]


async def test_waiting_in_vain_tells_what_happened(state: BotApiState) -> None:
    ann = state.add_user()
    state.say(ann, "hello?")
    await perform(state, "getMe", {})
    with pytest.raises(TimeoutError, match=r"(?s)calls: getMe.*#1 Ann: hello\?"):
        await state.next_message(ann, within=0)


async def test_until_asks_again_as_things_happen(state: BotApiState) -> None:
    ann = state.add_user()
    waiting = asyncio.create_task(state.until(lambda: len(state.calls("getMe")) >= 2 or None))
    for _ in range(2):
        assert not waiting.done()
        await perform(state, "getMe", {})
        await asyncio.sleep(0)
    state.say(ann, "x")
    assert await waiting is True


async def test_calls_are_recorded_without_the_token(state: BotApiState, clock: HandClock) -> None:
    await perform(state, "SENDMESSAGE", {"chat_id": "7", "text": "x"})
    await perform(state, "dance", {})
    await perform(state, "getme", {})
    refused, unknown, answered = state.calls()
    assert (refused.method, refused.status, refused.accepted) == ("sendMessage", 400, False)
    assert refused.parameters == {"chat_id": 7, "text": "x"}
    assert refused.at == clock.now
    assert unknown.response == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found: method not found",
    }
    assert answered.accepted
    assert answered.response is not None
    assert answered.response["result"]["username"] == "newsdesk_bot"
    assert [call.number for call in state.calls()] == [1, 2, 3]
    assert refused.monotonic <= unknown.monotonic <= answered.monotonic
    assert state.token not in repr(state.calls())
    assert state.calls("getMe") == [answered]


async def test_a_transcript_reads_like_a_chat(state: BotApiState) -> None:
    ann = state.add_user()
    state.say(ann, "What happened?")
    quoting = {"message_id": 1, "quote": "happened"}
    await perform(state, "sendChatAction", {"chat_id": ann.id, "action": "typing"})
    await send(state, ann.id, "Much.\nMore?", reply_parameters=quoting, reply_markup=KEYBOARD)
    query = state.press(2, "Yes")
    await perform(state, "answerCallbackQuery", {"callback_query_id": query.id, "text": "Noted"})
    await perform(state, "editMessageText", {"chat_id": ann.id, "message_id": 2, "text": "All."})
    await perform(state, "deleteMessage", {"chat_id": ann.id, "message_id": 2})
    state.say(ann, "What happened here?", edit=1)
    assert state.transcript(ann) == (
        "#1 Ann: What happened?\n"
        "Newsdesk shows: typing\n"
        "#2 Newsdesk (to #1): > happened\n"
        "    Much.\n"
        "    More?\n"
        "    [Yes] [Read]\n"
        "Ann presses [Yes] on #2\n"
        "Newsdesk answers the press: Noted\n"
        "#2 Newsdesk (to #1) (edited): > happened\n"
        "    All.\n"
        "Newsdesk deletes #2\n"
        "#1 Ann (edited): What happened here?"
    )
    kinds = [event.kind for event in state.journal.events]
    assert kinds.count(EventKind.SENT) == 1
