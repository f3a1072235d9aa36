from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.dispatch import perform
from bot.playground.entities import Entity
from tests.bot.playground.calls import KEYBOARD, refusal, send

if TYPE_CHECKING:
    from bot.playground.state import BotApiState
    from tests.bot.playground.calls import HandClock


async def test_what_telegram_drops_is_a_violation(state: BotApiState) -> None:
    ann = state.add_user()
    bold = [{"type": "bold", "offset": 2 * place, "length": 1} for place in range(101)]
    sent = await send(state, ann.id, "x " * 101, entities=bold)
    assert len(sent["entities"]) == 100
    (violation,) = state.violations
    assert (violation.method, violation.chat_id) == ("sendMessage", ann.id)
    assert "a message keeps 100" in violation.problem


async def test_a_quote_must_be_in_the_message_to_the_letter(state: BotApiState) -> None:
    ann = state.add_user()
    source = await send(state, ann.id, "so <b>it is</b>, so", parse_mode="HTML")
    reply = {"message_id": source["message_id"]}
    near = await send(
        state, ann.id, "x", reply_parameters={**reply, "quote": "so", "quote_position": 9}
    )
    assert near["quote"] == {"text": "so", "position": 10, "is_manual": True}
    bold = {**reply, "quote": "<b>it</b>", "quote_parse_mode": "HTML"}
    assert (await send(state, ann.id, "x", reply_parameters=bold))["quote"]["entities"] == [
        Entity("bold", 0, 2).to_json()
    ]
    broken = {**reply, "quote": "<p>", "quote_parse_mode": "HTML"}
    _, problem = await refusal(
        state, "sendMessage", chat_id=ann.id, text="x", reply_parameters=broken
    )
    assert problem.startswith("Bad Request: can't parse entities: Unsupported start tag")
    for quote in ("So", "it is", "x" * 1025):
        call = {"chat_id": ann.id, "text": "x", "reply_parameters": {**reply, "quote": quote}}
        answer = await perform(state, "sendMessage", call)
        assert answer.body is not None
        assert answer.body["description"] == "Bad Request: QUOTE_TEXT_INVALID", quote


async def test_a_quote_has_at_most_1024_units(state: BotApiState) -> None:
    ann = state.add_user()
    await send(state, ann.id, "x" * 1025)
    reply = {"message_id": 1, "quote": "x" * 1024}
    assert len((await send(state, ann.id, "y", reply_parameters=reply))["quote"]["text"]) == 1024
    reply["quote"] = "x" * 1025
    assert await refusal(
        state, "sendMessage", chat_id=ann.id, text="y", reply_parameters=reply
    ) == (400, "Bad Request: QUOTE_TEXT_INVALID")


async def test_the_message_replied_to_comes_without_its_own_reply(state: BotApiState) -> None:
    ann = state.add_user()
    first = await send(state, ann.id, "one")
    second = await send(state, ann.id, "two", reply_parameters={"message_id": first["message_id"]})
    third = await send(
        state, ann.id, "three", reply_parameters={"message_id": second["message_id"]}
    )
    assert third["reply_to_message"]["text"] == "two"
    assert "reply_to_message" not in third["reply_to_message"]


async def test_in_a_private_chat_the_bot_may_delete_what_the_user_wrote(
    state: BotApiState,
) -> None:
    ann = state.add_user()
    said = state.say(ann, "x")
    await perform(state, "deleteMessage", {"chat_id": ann.id, "message_id": said.id})
    assert state.messages.of(ann.id) == []


async def test_a_known_user_may_be_mentioned(state: BotApiState) -> None:
    ann = state.add_user()
    text = f'<a href="tg://user?id={ann.id}">you</a>'
    sent = await send(state, ann.id, text, parse_mode="HTML")
    assert sent["entities"] == [
        {"type": "text_mention", "offset": 0, "length": 3, "user": ann.to_json()}
    ]


async def test_waiting_updates_are_counted_and_dropped(state: BotApiState) -> None:
    await perform(state, "getUpdates", {"allowed_updates": '["message"]'})
    state.say(state.add_user(), "x")
    info = await perform(state, "getWebhookInfo", {})
    assert info.body is not None
    assert info.body["result"]["pending_update_count"] == 1
    assert info.body["result"]["allowed_updates"] == ["message"]
    await perform(state, "deleteWebhook", {"drop_pending_updates": "true"})
    assert state.updates.pending == 0


async def test_no_commands_at_all_remove_the_menu(state: BotApiState) -> None:
    commands = '[{"command": "ask", "description": "Ask"}]'
    await perform(state, "setMyCommands", {"commands": commands})
    assert len(state.profile.menus) == 1
    await perform(state, "setMyCommands", {"commands": "[]"})
    assert state.profile.menus == {}


async def test_refusals_of_sending(state: BotApiState) -> None:
    ann, group = state.add_user(), state.add_group(username="Readers")
    say = {"text": "x"}
    assert await refusal(state, "sendMessage", **say) == (400, "Bad Request: chat_id is empty")
    lost = (400, "Bad Request: chat not found")
    for chat_id in (0, 99, "@nobody", "nobody"):
        assert await refusal(state, "sendMessage", chat_id=chat_id, **say) == lost
    assert (await send(state, "@readERS", "x"))["chat"]["id"] == group.id
    assert await refusal(state, "sendMessage", chat_id=ann.id, message_thread_id=3, **say) == (
        400,
        "Bad Request: message thread not found",
    )
    missing = {"message_id": 999}
    assert await refusal(state, "sendMessage", chat_id=ann.id, reply_parameters=missing, **say) == (
        400,
        "Bad Request: message to be replied not found",
    )
    allowed = {**missing, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await send(state, ann.id, "x", reply_parameters=allowed)
    assert await refusal(
        state, "sendMessage", chat_id=ann.id, reply_parameters={"quote": "x"}, **say
    ) == (400, 'Bad Request: can\'t find field "message_id"')
    state.block(ann)
    state.block(group)
    blocked = (403, "Forbidden: bot was blocked by the user")
    assert await refusal(state, "sendMessage", chat_id=ann.id, **say) == blocked
    assert await refusal(state, "sendChatAction", chat_id=ann.id, action="typing") == blocked
    assert await refusal(state, "sendMessage", chat_id=group.id, **say) == (
        403,
        "Forbidden: bot was kicked from the supergroup chat",
    )


async def test_refusals_of_changing(state: BotApiState, clock: HandClock) -> None:
    ann, group = state.add_user(), state.add_group()
    theirs = state.say(ann, "x")
    in_group = state.say(group, "x", by=ann)
    mine = (await send(state, ann.id, "x"))["message_id"]
    edit = {"chat_id": ann.id, "text": "y"}
    for method, call, problem in (
        ("editMessageText", {"text": "y"}, "message identifier is not specified"),
        ("editMessageText", {**edit, "message_id": 99}, "message to edit not found"),
        ("editMessageText", {**edit, "message_id": theirs.id}, "message can't be edited"),
        ("deleteMessage", {"chat_id": ann.id, "message_id": 99}, "message to delete not found"),
        (
            "deleteMessage",
            {"chat_id": group.id, "message_id": in_group.id},
            "message can't be deleted",
        ),
        (
            "sendChatAction",
            {"chat_id": ann.id, "action": "dance"},
            "wrong parameter action in request",
        ),
    ):
        assert await refusal(state, method, **call) == (400, f"Bad Request: {problem}")
    clock.forward(hours=48, seconds=1)
    assert await refusal(state, "deleteMessage", chat_id=ann.id, message_id=mine) == (
        400,
        "Bad Request: message can't be deleted for everyone",
    )


async def test_an_edit_without_a_keyboard_takes_it_away(state: BotApiState) -> None:
    ann = state.add_user()
    sent = await send(state, ann.id, "x", reply_markup=KEYBOARD)
    place = {"chat_id": ann.id, "message_id": sent["message_id"]}
    unchanged = (400, "Bad Request: message is not modified")
    status, problem = await refusal(
        state, "editMessageText", **place, text="x", reply_markup=KEYBOARD
    )
    assert (status, problem[:36]) == unchanged
    status, problem = await refusal(state, "editMessageReplyMarkup", **place, reply_markup=KEYBOARD)
    assert (status, problem[:36]) == unchanged
    assert (await perform(state, "editMessageText", {**place, "text": "x"})).status == 200
    edited = await state.next_edit(ann)
    assert (edited.keyboard, edited.text) == (None, "x")


async def test_a_press_is_answered_once(state: BotApiState) -> None:
    ann = state.add_user()
    sent = await send(state, ann.id, "x", reply_markup=KEYBOARD)
    query = state.press(sent["message_id"], "Yes")
    stale = (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )
    method = "answerCallbackQuery"
    assert await refusal(state, method, callback_query_id="1") == stale
    assert await refusal(state, method, callback_query_id=query.id, text="x" * 201) == (
        400,
        "Bad Request: MESSAGE_TOO_LONG",
    )
    answer = {"callback_query_id": query.id, "text": "x" * 200, "show_alert": "true"}
    assert (await perform(state, method, answer)).status == 200
    assert state.unanswered == []
    kept = state.queries[query.id].answer
    assert kept is not None
    assert kept["show_alert"] is True
    assert await refusal(state, method, callback_query_id=query.id) == stale
