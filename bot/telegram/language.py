"""Which language a person is spoken to in, and how else a chat wants to be answered."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from bot.chat.preferences import Preferences, preferences_of
from bot.chat.translations import translator
from bot.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    return translator_of({"language": chosen}, user)


def translator_of(settings: Mapping[str, Any], user: User | None) -> Translator:
    """Return the translator for a chat's settings that are at hand, or the person's own."""
    chosen, own = settings.get("language"), user.language_code if user else None
    return translator(chosen if isinstance(chosen, str) else own)


async def preferences_for(store: Store | None, chat_id: int) -> Preferences:
    """Return what a chat has chosen for its answers; a store that fails costs the choice alone."""
    if store is None:
        return Preferences()
    try:
        return preferences_of(await store.chats.settings(chat_id))
    except BotError as error:
        logger.warning("A chat's settings could not be read: %s", type(error).__name__)
        return Preferences()
