"""Inline mode, from both sides."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.constants import InlineQueryLimit, InlineQueryResultLimit, ParseMode
from telegram.constants import InlineQueryResultsButtonLimit as ButtonLimit
from telegram.error import BadRequest

from bot.playground.dispatch import perform
from bot.playground.methods import inline as limits
from bot.playground.state import BotApiState
from tests.bot.playground.calls import KEYBOARD, queued, refusal

if TYPE_CHECKING:
    from bot.playground.inline import InlineQuery
    from tests.bot.playground.calls import HandClock

NEXT = InlineKeyboardMarkup.from_button(InlineKeyboardButton("More", callback_data="more"))


def article(result_id: str = "1", text: str = "A <b>bridge</b>.", **more: Any) -> dict[str, Any]:
    content = {"message_text": text, "parse_mode": "HTML"}
    return {
        "type": "article",
        "id": result_id,
        "title": f"Result {result_id}",
        "input_message_content": content,
        **more,
    }


async def answered(state: BotApiState, query: InlineQuery, **call: Any) -> None:
    answer = await perform(state, "answerInlineQuery", {"inline_query_id": query.id, **call})
    assert answer.status == 200, answer.body


def test_the_limits_are_those_that_python_telegram_bot_knows() -> None:
    assert limits.MAX_RESULTS == InlineQueryLimit.RESULTS
    assert limits.MAX_OFFSET_BYTES == InlineQueryLimit.MAX_OFFSET_LENGTH
    assert limits.MAX_ID_BYTES == InlineQueryResultLimit.MAX_ID_LENGTH
    longest = "a" * ButtonLimit.MAX_START_PARAMETER_LENGTH
    assert limits._START.fullmatch(longest)
    assert not limits._START.fullmatch(f"{longest}a")


async def test_a_query_is_answered_and_a_result_chosen(bot: Bot, state: BotApiState) -> None:
    ann, group = state.add_user(), state.add_group()
    asked = state.inline(ann, "bridge", chat_type="supergroup")
    (update,) = await bot.get_updates()
    query = update.inline_query
    assert query is not None
    assert (query.query, query.offset, query.chat_type) == ("bridge", "", "supergroup")
    content = InputTextMessageContent("A <b>bridge</b>.", parse_mode=ParseMode.HTML)
    result = InlineQueryResultArticle("b1", "Bridge", content, NEXT, description="It opened.")
    button = InlineQueryResultsButton("Ask here", start_parameter="ask_more-1")
    await query.answer([result], cache_time=60, is_personal=True, next_offset="1", button=button)
    assert asked.answer is not None
    assert (asked.answer.cache_time, asked.answer.is_personal) == (60, True)
    assert (asked.answer.next_offset, asked.answer.button) == ("1", button.to_dict())

    posted = state.choose(ann, asked.answer.result("Bridge"), group)
    chosen, message = (await bot.get_updates(offset=update.update_id + 1))[:2]
    assert chosen.chosen_inline_result is not None
    assert chosen.chosen_inline_result.result_id == "b1"
    assert chosen.chosen_inline_result.query == "bridge"
    assert message.message is not None  # privacy mode lets through what is sent via the bot
    assert message.message.via_bot == await bot.get_me()
    assert message.message.text == posted.text == "A bridge."
    assert message.message.parse_entities() == {message.message.entities[0]: "bridge"}

    state.press(posted, "More", by=ann)
    (pressed,) = await bot.get_updates(offset=message.update_id + 1)
    assert pressed.callback_query is not None
    assert pressed.callback_query.message is None
    inline_id = pressed.callback_query.inline_message_id
    assert inline_id == chosen.chosen_inline_result.inline_message_id
    assert await bot.edit_message_text("Changed.", inline_message_id=inline_id) is True
    assert state.messages.of(group.id)[-1].text == "Changed."
    with pytest.raises(BadRequest, match="Message_id_invalid"):
        await bot.edit_message_text("x", inline_message_id="elsewhere")


async def test_python_telegram_bot_meets_the_refusals(bot: Bot, state: BotApiState) -> None:
    asked = state.inline(state.add_user(), "x")
    broken = InputTextMessageContent("<b>open", parse_mode=ParseMode.HTML)
    long = InputTextMessageContent("x" * 4097)
    for content, words in ((broken, "Can't parse entities"), (long, "Message is too long")):
        with pytest.raises(BadRequest, match=words):
            await bot.answer_inline_query(asked.id, [InlineQueryResultArticle("1", "T", content)])
    await bot.answer_inline_query(asked.id, [])
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_inline_query(asked.id, [])


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ({"results": [article(str(n)) for n in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [article("a" * 65)]}, "RESULT_ID_INVALID"),
        ({"results": [article("é" * 33)]}, "RESULT_ID_INVALID"),
        ({"results": [article("")]}, "RESULT_ID_INVALID"),
        ({"results": [article("a"), article("a")]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article(title=" ")]}, "ARTICLE_TITLE_EMPTY"),
        ({"results": [article(text="")]}, "message text is empty"),
        ({"results": [article(type="dance")]}, "the stand-in knows no"),
        ({"results": [article(reply_markup={"force_reply": True})]}, "inline keyboard expected"),
        ({"next_offset": "é" * 33}, "NEXT_OFFSET_INVALID"),
        ({"button": {"text": "Ask", "start_parameter": "a" * 65}}, "START_PARAM_INVALID"),
        ({"button": {"text": "Ask", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ({"button": {"text": "Ask"}}, "START_PARAM_INVALID"),
        ({"button": {"text": "", "start_parameter": "a"}}, "SWITCH_PM_TEXT_EMPTY"),
    ],
)
async def test_what_is_over_a_limit_is_refused(
    state: BotApiState, call: dict[str, Any], complaint: str
) -> None:
    asked = state.inline(state.add_user(), "x")
    given: dict[str, Any] = {"inline_query_id": asked.id, "results": [], **call}
    status, description = await refusal(state, "answerInlineQuery", **given)
    assert (status, description.startswith(f"Bad Request: {complaint}")) == (400, True)
    assert asked.answer is None


async def test_the_largest_answer_there_may_be(state: BotApiState) -> None:
    asked = state.inline(state.add_user(), "q" * 256)
    results = [article(f"{n:02}{'a' * 62}", text="x" * 4096) for n in range(50)]
    button = {"text": "Ask", "start_parameter": "a" * 64}
    await answered(state, asked, results=results, next_offset="o" * 64, button=button)
    assert asked.answer is not None
    assert len(asked.answer.results) == 50
    with pytest.raises(ValueError, match="at most 256"):
        state.inline(asked.user, "q" * 257)


async def test_an_answer_too_late_or_to_nothing(state: BotApiState, clock: HandClock) -> None:
    asked = state.inline(state.add_user(), "x")
    clock.forward(seconds=31)
    for query_id in (asked.id, "7", ""):
        status, description = await refusal(state, "answerInlineQuery", inline_query_id=query_id)
        assert (status, "query is too old" in description) == (400, True)


async def test_an_answer_is_waited_for(bot: Bot, state: BotApiState) -> None:
    asked = state.inline(state.add_user(), "x")
    waiting = asyncio.create_task(state.inline_answer(asked))
    await bot.answer_inline_query(asked.id, [], next_offset="2")
    assert (await waiting).next_offset == "2"
    with pytest.raises(TimeoutError, match="an inline answer did not happen"):
        await state.inline_answer(state.inline(asked.user, "y"), within=0.01)


async def test_an_answer_is_kept_for_its_time(state: BotApiState, clock: HandClock) -> None:
    ann, bob = state.add_user("Ann"), state.add_user("Bob")
    await answered(state, state.inline(ann, "x"), results=[article("all")], cache_time=10)
    own = [article("own")]
    await answered(state, state.inline(ann, "y"), results=own, is_personal=True, cache_time=10)
    state.updates.drop()
    kept = state.inline(bob, "x").answer
    assert kept is not None
    assert kept.result("all").text == "A bridge."
    assert state.inline(ann, "y").answer is not None
    assert queued(state) == []
    for user, query, offset in ((bob, "y", ""), (bob, "x", "1"), (bob, "z", "")):
        assert state.inline(user, query, offset).answer is None
    clock.forward(seconds=10)
    assert state.inline(bob, "x").answer is None
    assert len(queued(state)) == 4


async def test_what_telegram_drops_of_a_result_is_a_violation(state: BotApiState) -> None:
    asked = state.inline(state.add_user(), "x")
    many = "".join("<b>x</b> " for _ in range(101))
    await answered(state, asked, results=[article("7", text=many)])
    (violation,) = state.violations
    assert (violation.method, violation.chat_id) == ("answerInlineQuery", None)
    assert violation.problem.startswith("result 7: 1 entities are dropped")


async def test_without_feedback_or_buttons_the_message_is_all(state: BotApiState) -> None:
    ann = state.add_user()
    asked = state.inline(ann, "x")
    await answered(state, asked, results=[article("1"), article("2", reply_markup=KEYBOARD)])
    state.updates.drop()
    assert asked.answer is not None
    plain = state.choose(ann, asked.answer.result("1"), ann, feedback=False)
    assert plain.inline_id == ""
    assert [list(update) for update in queued(state)] == [["message"]]
    keyed = state.choose(ann, asked.answer.result("2"), ann)
    chosen = queued(state)[1]["chosen_inline_result"]
    assert chosen["inline_message_id"] == keyed.inline_id != ""
    with pytest.raises(LookupError, match=r"\[Result 1\], \[Result 2\]"):
        asked.answer.result("3")


async def test_a_bot_may_be_without_inline_mode() -> None:
    state = BotApiState(inline_mode=False)
    answer = await perform(state, "getMe", {})
    assert answer.body is not None
    assert answer.body["result"]["supports_inline_queries"] is False
    with pytest.raises(ValueError, match="no inline mode"):
        state.inline(state.add_user(), "x")
