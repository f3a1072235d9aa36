"""How the bot presents itself in Telegram: its menu and its descriptions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from telegram import Bot

logger = logging.getLogger(__name__)

COMMANDS = (
    ("ask", "Ask a question about the news"),
    ("new", "Start a new conversation"),
    ("help", "What I can do"),
    ("start", "Begin here"),
)
DESCRIPTION = (
    "I answer questions about the news in the articles' own sentences. Each one comes with a "
    "number, and each number with its source: title, publisher, day and the paragraph it is "
    "from. Where the articles hold no answer, I say so."
)
SHORT_DESCRIPTION = "Answers about the news in the articles' own sentences, each with its source."


async def present(bot: Bot) -> None:
    """Set the menu of private chats and the descriptions; a refusal is logged and let be."""
    scope = BotCommandScopeAllPrivateChats()
    await _offer("commands", bot.set_my_commands(COMMANDS, scope=scope))
    await _offer("description", bot.set_my_description(DESCRIPTION))
    await _offer("short description", bot.set_my_short_description(SHORT_DESCRIPTION))


async def _offer(name: str, call: Awaitable[bool]) -> None:
    try:
        await call
    except TelegramError as error:
        logger.warning("Telegram did not take the bot's %s: %s", name, type(error).__name__)
