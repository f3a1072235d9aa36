"""Which language a person is spoken to in."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.chat.translations import translator
from bot.errors import BotError

if TYPE_CHECKING:
    from telegram import User

    from bot.chat.translations import Translator
    from bot.store.engine import Store

logger = logging.getLogger(__name__)


async def translator_for(store: Store | None, chat_id: int | None, user: User | None) -> Translator:
    """Return the translator for the language that the chat has chosen, else for the person's own.

    A store that fails costs the choice, not the answer.
    """
    chosen = None
    if store is not None and chat_id is not None:
        try:
            chosen = (await store.chats.settings(chat_id)).get("language")
        except BotError as error:
            logger.warning("A chat's settings could not be read: %s", type(error).__name__)
    own = user.language_code if user else None
    return translator(chosen if isinstance(chosen, str) else own)
