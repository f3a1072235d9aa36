"""Keyboards as Telegram takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

if TYPE_CHECKING:
    from bot.chat.paging import Keyboard


def to_markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Return the inline keyboard, None for one without buttons."""
    if not any(keyboard):
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.data) for button in row]
            for row in keyboard
        ]
    )
