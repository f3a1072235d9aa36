"""Sending pages with buttons, turning them in place, and answering whoever pressed a button."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram.error import BadRequest, TelegramError

from bot.telegram.language import translator_for
from bot.telegram.messenger import edit_message, send_reply

if TYPE_CHECKING:
    from telegram import CallbackQuery, Message, Update

    from bot.chat.paging import Page
    from bot.chat.translations import Translator
    from bot.store.engine import Store

logger = logging.getLogger(__name__)


async def reader_of(store: Store, update: Update) -> Translator:
    """Return the translator for the chat's chosen language, else for the person's own."""
    chat = update.effective_chat
    return await translator_for(store, chat.id if chat else None, update.effective_user)


async def send_page(question: Message, page: Page) -> None:
    """Send a page as a reply to `question`, in its topic. Raises TelegramError."""
    await send_reply(question, [page.html], page.rows)


async def turn_page(query: CallbackQuery, page: Page) -> bool:
    """Put a page in place of the message whose button was pressed.

    Returns False if the message can't be changed any more. Raises TelegramError.
    """
    message = query.message
    if message is None:
        return False
    try:
        # By its number: of a message that is too old no more than that is known.
        await edit_message(
            query.get_bot(), message.chat.id, message.message_id, page.html, page.rows
        )
    except BadRequest as refusal:
        logger.info("A page could not be turned: %s", type(refusal).__name__)
        return False
    return True


async def answer_press(query: CallbackQuery, notice: str = "", *, alert: bool = False) -> None:
    """Answer a pressed button, with a notice if there is one; to fail at that is no error.

    The notice is shown over the chat for a moment, or with a button to close it for an `alert`.
    """
    try:
        await query.answer(notice or None, show_alert=alert)
    except TelegramError as refusal:
        logger.info("A press was not answered: %s", type(refusal).__name__)
