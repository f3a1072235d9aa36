"""The stand-in as python-telegram-bot sees it, over HTTP."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot.playground.errors import (
    chat_migrated,
    conflict,
    forbidden,
    server_error,
    too_many_requests,
    unauthorized,
)
from bot.playground.faults import Delay, Fault, HangUp, Refuse
from bot.playground.rates import RateLimits
from bot.playground.server import BotApiServer
from bot.playground.state import BotApiState

if TYPE_CHECKING:
    from tests.bot.playground.calls import HandClock

YES = InlineKeyboardMarkup.from_button(InlineKeyboardButton("Yes", callback_data="yes"))


async def reply(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_message is not None
    text = update.effective_message.text or ""
    await update.effective_message.reply_text(f"You: {text}", do_quote=True, reply_markup=YES)


async def thank(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("Thanks")
    await update.callback_query.edit_message_text("Noted.")


async def test_an_application_that_polls_hears_answers_and_edits(
    state: BotApiState, server: BotApiServer
) -> None:
    builder = Application.builder().token(state.token)
    application = builder.base_url(f"{server.root_url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, reply))
    application.add_handler(CallbackQueryHandler(thank))
    ann = state.add_user()
    asked_before = state.say(ann, "first")
    async with application:
        assert application.updater is not None
        await application.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        await application.start()
        answer = await state.next_message(ann)
        assert (answer.text, answer.reply_to) == ("You: first", asked_before)
        state.say(ann, "second")
        assert (await state.next_message(ann)).text == "You: second"
        state.press(answer, "Yes")
        assert (await state.next_edit(ann)).text == "Noted."
        answered = await state.next_call("answerCallbackQuery")
        assert answered.parameters["text"] == "Thanks"
        await application.updater.stop()
        await application.stop()
    assert (state.updates.pending, state.unanswered, state.violations) == (0, [], [])
    assert state.calls("deleteWebhook")
    assert state.token not in repr(state.calls())


async def test_sending_with_everything(bot: Bot, state: BotApiState, clock: HandClock) -> None:
    ann = state.add_user()
    asked = state.say(ann, "What is new?")
    sent = await bot.send_message(
        ann.id,
        'Much: <a href="https://example.org">this</a>, '
        '<tg-time unix="1647531900" format="wDT">then</tg-time>.',
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(asked.id, quote="new", quote_position=8),
        reply_markup=YES,
        disable_notification=True,
        protect_content=True,
    )
    assert sent.text == "Much: this, then."
    assert sent.date == clock.now
    assert sent.reply_markup == YES
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "What is new?"
    assert sent.quote is not None
    assert (sent.quote.text, sent.quote.position, sent.quote.is_manual) == ("new", 8, True)
    assert sent.link_preview_options == LinkPreviewOptions(is_disabled=True)
    assert sent.parse_entities() == {
        MessageEntity(MessageEntity.TEXT_LINK, 6, 4, url="https://example.org/"): "this",
        MessageEntity(MessageEntity.DATE_TIME, 12, 4): "then",
    }
    assert sent.entities[1].unix_time == datetime(2022, 3, 17, 15, 45, tzinfo=UTC)
    assert sent.entities[1].date_time_format == "wDT"
    (call,) = state.calls("sendMessage")
    assert call.parameters["disable_notification"] is True
    assert call.parameters["reply_parameters"]["message_id"] == asked.id


async def test_given_entities(bot: Bot, state: BotApiState) -> None:
    entities = [MessageEntity(MessageEntity.BOLD, 0, 4), MessageEntity(MessageEntity.CODE, 5, 3)]
    sent = await bot.send_message(state.add_user().id, "bold and", entities=entities)
    assert list(sent.entities) == entities


async def test_the_bot_itself_and_its_chats(bot: Bot, state: BotApiState) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (1000000001, "newsdesk_bot", True)
    ann = state.add_user("Ann", username="annlee")
    chat = await bot.get_chat(ann.id)
    assert (chat.id, chat.type, chat.username) == (ann.id, "private", "annlee")
    group = await bot.get_chat(state.add_group("Readers", topics=[3]).id)
    assert (group.type, group.title, group.is_forum) == ("supergroup", "Readers", True)
    assert await bot.send_chat_action(ann.id, ChatAction.TYPING)
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.delete_webhook()
    assert await bot.log_out()
    assert await bot.close()


async def test_commands_and_descriptions(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user()
    ask, stop = BotCommand("ask", "Ask"), BotCommand("stop", "Halt")
    await bot.set_my_commands([ask, stop])
    await bot.set_my_commands([stop], scope=BotCommandScopeChat(ann.id), language_code="de")
    assert await bot.get_my_commands() == (ask, stop)
    assert await bot.get_my_commands(BotCommandScopeChat(ann.id), "de") == (stop,)
    assert await bot.get_my_commands(language_code="de") == ()
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([ask], scope=BotCommandScopeChat(5))

    await bot.set_my_description("d" * 512)
    await bot.set_my_short_description("s" * 120, "de")
    await bot.set_my_name("News")
    assert (await bot.get_my_description("de")).description == "d" * 512
    assert (await bot.get_my_short_description("de")).short_description == "s" * 120
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_my_name("fr")).name == "News"
    for refused in (
        bot.set_my_description("d" * 513),
        bot.set_my_short_description("s" * 121),
        bot.set_my_name("n" * 65),
        bot.set_my_name("News", "english"),
    ):
        with pytest.raises(BadRequest):
            await refused


async def test_an_edit_that_changes_nothing(bot: Bot, state: BotApiState) -> None:
    sent = await bot.send_message(state.add_user().id, "x", reply_markup=YES)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("x", reply_markup=YES)
    edited = await sent.edit_reply_markup(None)
    assert not isinstance(edited, bool)
    assert edited.reply_markup is None
    assert await sent.delete()
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await sent.edit_text("y")


async def test_a_stale_press(bot: Bot, state: BotApiState) -> None:
    stale = CallbackQuery("77", (await bot.get_me()), "x")
    stale.set_bot(bot)
    with pytest.raises(BadRequest, match="Query is too old"):
        await stale.answer()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Refuse(forbidden()), Forbidden),
        (Refuse(too_many_requests(7)), RetryAfter),
        (Refuse(chat_migrated(-1005)), ChatMigrated),
        (Refuse(unauthorized()), InvalidToken),
        (Refuse(conflict()), Conflict),
        (Refuse(server_error()), NetworkError),
        (HangUp(), NetworkError),
        (HangUp(after=True), NetworkError),
        (Delay(3600), TimedOut),
        (Delay(3600, after=True), TimedOut),
    ],
)
async def test_faults_become_the_right_exceptions(
    bot: Bot, state: BotApiState, fault: Fault, error: type[TelegramError]
) -> None:
    ann = state.add_user()
    state.faults.plan("sendMessage", fault)
    patience = 1.0 if isinstance(fault, Delay) else 20.0
    with pytest.raises(error) as caught:
        await bot.send_message(ann.id, "x", read_timeout=patience)
    assert type(caught.value) is error
    if isinstance(caught.value, RetryAfter):
        assert caught.value.retry_after == timedelta(seconds=7)
    if isinstance(caught.value, ChatMigrated):
        assert caught.value.new_chat_id == -1005
    took_effect = getattr(fault, "after", False)
    assert len(state.messages.of(ann.id)) == took_effect
    assert await bot.send_message(ann.id, "y")


async def test_refusals_become_the_right_exceptions(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user()
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(5, "x")
    with pytest.raises(BadRequest, match='entities: unsupported start tag "p" at byte offset 0'):
        await bot.send_message(ann.id, "<p>", parse_mode=ParseMode.HTML)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(ann.id, "x" * 4097)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(ann.id, "x", reply_parameters=ReplyParameters(9))
    state.block(ann)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ann.id, "x")


async def test_rates_are_enforced_when_asked_for(clock: HandClock) -> None:
    state = BotApiState(clock=clock, rates=RateLimits(private_burst=2))
    ann = state.add_user()
    async with (
        BotApiServer(state) as server,
        Bot(state.token, base_url=f"{server.root_url}/bot") as bot,
    ):
        sent = await bot.send_message(ann.id, "one")
        await sent.edit_text("two")
        with pytest.raises(RetryAfter):
            await bot.send_message(ann.id, "three")
        assert await bot.send_chat_action(ann.id, ChatAction.TYPING)
        clock.forward(seconds=2)
        assert await bot.send_message(ann.id, "four")
    statuses = [call.status for call in state.calls("sendMessage")]
    assert statuses == [200, 429, 200]


async def test_of_two_copies_the_second_goes_on(
    bot: Bot, state: BotApiState, server: BotApiServer
) -> None:
    async with Bot(state.token, base_url=f"{server.root_url}/bot") as copy:
        first = asyncio.create_task(bot.get_updates(timeout=50))
        await state.next_poll()
        second = asyncio.create_task(copy.get_updates(timeout=50))
        with pytest.raises(Conflict, match="make sure that only one bot instance is running"):
            await first
        state.say(state.add_user(), "hello")
        (update,) = await second
    assert update.message is not None
    assert update.message.text == "hello"


async def test_a_wrong_token_is_told_at_the_start(server: BotApiServer) -> None:
    wrong = Bot(f"1000000001:{'x' * 35}", base_url=f"{server.root_url}/bot")
    with pytest.raises(InvalidToken):
        await wrong.initialize()
    await wrong.shutdown()


async def test_an_unknown_method_is_not_there(bot: Bot) -> None:
    with pytest.raises(TelegramError, match="not found"):
        await bot.do_api_request("sendDance")
