"""Sending rendered HTML into a chat, as a reply to what was asked there."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from telegram import Message

logger = logging.getLogger(__name__)

# Telegram shows the action for five seconds.
TYPING_SECONDS = 4.5

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def send_reply(question: Message, messages: Sequence[str]) -> None:
    """Send messages of HTML in order, the first as a reply to `question`, all in its topic.

    A question deleted meanwhile is answered all the same, and one from a group that became a
    supergroup is answered there. Raises TelegramError if one can't be sent; after TimedOut it
    may have arrived.
    """
    chat_id = question.chat_id
    for position, text in enumerate(messages):
        try:
            await _send(question, text, chat_id=chat_id, is_first=position == 0)
        except ChatMigrated as moved:
            chat_id = moved.new_chat_id
            await _send(question, text, chat_id=chat_id, is_first=position == 0)


async def send_live(question: Message, text: str) -> Message:
    """Send one message of HTML as a reply to `question` and return it, to be edited later.

    Raises TelegramError if it can't be sent.
    """
    try:
        return await _send(question, text, chat_id=question.chat_id, is_first=True)
    except ChatMigrated as moved:
        return await _send(question, text, chat_id=moved.new_chat_id, is_first=True)


async def edit_text(message: Message, text: str) -> None:
    """Replace a sent message's text by other HTML; the same text again is no error.

    Raises TelegramError if it can't be edited.
    """
    try:
        await message.edit_text(text, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW)
    except BadRequest as refusal:
        if "message is not modified" not in str(refusal).lower():
            raise


@asynccontextmanager
async def typing(question: Message, *, every: float = TYPING_SECONDS) -> AsyncIterator[None]:
    """Show in the question's chat that an answer is being written, until the block ends.

    `every` is in seconds. The work in the block neither waits for it nor fails by it.
    """
    showing = asyncio.create_task(_show_typing(question, every))
    try:
        yield
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)


async def _show_typing(question: Message, every: float) -> None:
    while True:
        try:
            await question.get_bot().send_chat_action(
                question.chat_id, ChatAction.TYPING, message_thread_id=_topic(question)
            )
        except TelegramError as error:
            logger.debug("The typing action was not shown: %s", type(error).__name__)
        await asyncio.sleep(every)


async def _send(question: Message, text: str, *, chat_id: int, is_first: bool) -> Message:
    reply = ReplyParameters(question.message_id, allow_sending_without_reply=True)
    return await question.get_bot().send_message(
        chat_id,
        text,
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        reply_parameters=reply if is_first else None,
        message_thread_id=_topic(question),
    )


def _topic(question: Message) -> int | None:
    """Return the forum topic; in other groups the id names a thread that can't be sent to."""
    return question.message_thread_id if question.is_topic_message else None
