"""Sending rendered HTML into a chat, as a reply to what was asked there."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from telegram import ForceReply, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.telegram.keyboards import to_markup

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from telegram import Bot, InlineKeyboardMarkup, Message

    from bot.chat.paging import Keyboard

logger = logging.getLogger(__name__)

# Telegram shows the action for five seconds.
TYPING_SECONDS = 4.5
# An answer that comes sooner needs no word that it will come, and saves the request.
PROMPT_SECONDS = 0.3

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def send_reply(
    question: Message, messages: Sequence[str], keyboard: Keyboard = ()
) -> list[Message]:
    """Send messages of HTML in order, the first as a reply to `question`, all in its topic.

    The last one has the keyboard. Returns what was sent.

    A question deleted meanwhile is answered all the same, and one from a group that became a
    supergroup is answered there. Raises TelegramError if one can't be sent; after TimedOut it
    may have arrived.
    """
    chat_id = question.chat_id
    sent: list[Message] = []
    for position, text in enumerate(messages):
        send = partial(
            _send,
            question,
            text,
            is_first=position == 0,
            markup=to_markup(keyboard) if position == len(messages) - 1 else None,
        )
        try:
            sent.append(await send(chat_id=chat_id))
        except ChatMigrated as moved:
            chat_id = moved.new_chat_id
            sent.append(await send(chat_id=chat_id))
    return sent


async def send_live(question: Message, text: str) -> Message:
    """Send one message of HTML as a reply to `question` and return it, to be edited later.

    Raises TelegramError if it can't be sent.
    """
    try:
        return await _send(question, text, chat_id=question.chat_id, is_first=True)
    except ChatMigrated as moved:
        return await _send(question, text, chat_id=moved.new_chat_id, is_first=True)


async def ask_back(message: Message, text: str) -> Message:
    """Send HTML as a reply to a message of the bot's, to be replied to with words.

    In a private chat the reply is begun for the person. Raises TelegramError.
    """
    private = message.chat.type == ChatType.PRIVATE
    return await _send(
        message,
        text,
        chat_id=message.chat_id,
        is_first=True,
        markup=ForceReply() if private else None,
    )


async def edit_text(message: Message, text: str, keyboard: Keyboard = ()) -> None:
    """Replace a sent message by other HTML and buttons; the same again is no error.

    Raises TelegramError if it can't be edited.
    """
    await edit_message(message.get_bot(), message.chat_id, message.message_id, text, keyboard)


async def edit_message(
    bot: Bot, chat_id: int, message_id: int, text: str, keyboard: Keyboard = ()
) -> None:
    """Do the same to a message known by its number."""
    with _unchanged_is_fine():
        await bot.edit_message_text(
            text,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=to_markup(keyboard),
        )


async def edit_keyboard(message: Message, keyboard: Keyboard) -> None:
    """Replace the buttons under a sent message alone. Raises TelegramError likewise."""
    with _unchanged_is_fine():
        await message.edit_reply_markup(to_markup(keyboard))


@contextmanager
def _unchanged_is_fine() -> Iterator[None]:
    try:
        yield
    except BadRequest as refusal:
        if "message is not modified" not in str(refusal).lower():
            raise


@asynccontextmanager
async def typing(
    question: Message, *, after: float = PROMPT_SECONDS, every: float = TYPING_SECONDS
) -> AsyncIterator[None]:
    """Show in the question's chat that an answer is being written, until the block ends.

    It is shown `after` seconds for the first time, then `every` so many. The work in the block
    neither waits for it nor fails by it.
    """
    showing = asyncio.create_task(_show_typing(question, after, every))
    try:
        yield
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)


async def _show_typing(question: Message, after: float, every: float) -> None:
    await asyncio.sleep(after)
    while True:
        try:
            await question.get_bot().send_chat_action(
                question.chat_id, ChatAction.TYPING, message_thread_id=topic_of(question)
            )
        except TelegramError as error:
            logger.debug("The typing action was not shown: %s", type(error).__name__)
        await asyncio.sleep(every)


async def _send(
    question: Message,
    text: str,
    *,
    chat_id: int,
    is_first: bool,
    markup: InlineKeyboardMarkup | ForceReply | None = None,
) -> Message:
    reply = ReplyParameters(question.message_id, allow_sending_without_reply=True)
    return await question.get_bot().send_message(
        chat_id,
        text,
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        reply_parameters=reply if is_first else None,
        message_thread_id=topic_of(question),
        reply_markup=markup,
    )


def topic_of(question: Message) -> int | None:
    """Return the forum topic; in other groups the id names a thread that can't be sent to."""
    return question.message_thread_id if question.is_topic_message else None
