"""Sending pages with buttons and turning them in place, in the language of whoever reads."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated

from bot.telegram.language import translator_for

if TYPE_CHECKING:
    from telegram import CallbackQuery, Update

    from bot.chat.paging import Page
    from bot.chat.translations import Translator
    from bot.store.engine import Store

logger = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def reader_of(store: Store, update: Update) -> Translator:
    """Return the translator for the chat's chosen language, else for the person's own."""
    chat = update.effective_chat
    return await translator_for(store, chat.id if chat else None, update.effective_user)


async def send_page(question: Message, page: Page) -> None:
    """Send a page as a reply to `question`, in its topic. Raises TelegramError."""
    try:
        await _send(question, page, question.chat_id)
    except ChatMigrated as moved:
        await _send(question, page, moved.new_chat_id)


async def turn_page(query: CallbackQuery, page: Page) -> bool:
    """Put a page in place of the message whose button was pressed.

    Returns False if the message can't be changed any more. Raises TelegramError.
    """
    message = query.message
    if message is None:
        return False
    try:
        await query.get_bot().edit_message_text(
            page.html,
            chat_id=message.chat.id,
            message_id=message.message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=_keyboard(page),
        )
    except BadRequest as refusal:
        if "message is not modified" in str(refusal).lower():
            return True
        logger.info("A page could not be turned: %s", type(refusal).__name__)
        return False
    return True


async def answer_press(query: CallbackQuery, notice: str = "") -> None:
    """Answer a pressed button, with a notice if there is one; too late is no error."""
    try:
        await query.answer(notice or None)
    except BadRequest as refusal:
        logger.debug("A press was not answered: %s", type(refusal).__name__)


async def _send(question: Message, page: Page, chat_id: int) -> None:
    await question.get_bot().send_message(
        chat_id,
        page.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        reply_parameters=ReplyParameters(question.message_id, allow_sending_without_reply=True),
        message_thread_id=question.message_thread_id if question.is_topic_message else None,
        reply_markup=_keyboard(page),
    )


def _keyboard(page: Page) -> InlineKeyboardMarkup | None:
    rows = [
        [InlineKeyboardButton(button.label, callback_data=button.data) for button in row]
        for row in page.rows
    ]
    return InlineKeyboardMarkup(rows) if rows else None
