"""How the bot presents itself in Telegram: its menus and its descriptions, in each language."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import (
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from bot.chat.help import (
    admin_commands,
    group_admin_commands,
    group_commands,
    private_commands,
)
from bot.chat.translations import ENGLISH, languages, translator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from telegram import Bot, BotCommandScope

    from bot.chat.translations import Translator

logger = logging.getLogger(__name__)

# What there is without a store.
_PLAIN = frozenset({"ask", "new", "help", "start"})
# What there is with a reloader alone.
_RELOADS = frozenset({"reload", "rollback", "add", "remove", "source"})


@dataclass(frozen=True, slots=True)
class Menus:
    """Which commands there are: `stored` with a store, `reloads` with a reloader.

    `admins` (user ids) see those for admins as well.
    """

    stored: bool = False
    reloads: bool = False
    admins: frozenset[int] = frozenset()


async def present(bot: Bot, menus: Menus) -> None:
    """Set the menus and the descriptions in every language; a refusal is logged and let be.

    A menu is no authorisation: commands check for themselves who sends them.
    """
    for language in languages():
        await _present(bot, menus, translator(language), _code(language))

    for admin in sorted(menus.admins):
        await show_admin_menu(bot, menus, admin)


async def show_admin_menu(bot: Bot, menus: Menus, user_id: int) -> None:
    """Set the menu of an admin's private chat, in every language; a refusal is let be likewise."""
    for language in languages():
        tr = translator(language)
        private, own = _there(private_commands(tr), menus), _there(admin_commands(tr), menus)
        if not own:
            return
        call = bot.set_my_commands(
            [*private, *own], scope=BotCommandScopeChat(user_id), language_code=_code(language)
        )
        # Who never wrote to the bot has no chat with it; the others' languages fail alike.
        if not await _offer("commands for an admin", call):
            return


async def take_admin_menu(bot: Bot, user_id: int) -> None:
    """Take that menu away again."""
    for language in languages():
        call = bot.delete_my_commands(
            scope=BotCommandScopeChat(user_id), language_code=_code(language)
        )
        if not await _offer("commands for all in place of an admin's", call):
            return


async def _present(bot: Bot, menus: Menus, tr: Translator, code: str | None) -> None:
    private = _there(private_commands(tr), menus)
    groups = _there(group_commands(tr), menus)
    scopes: list[tuple[str, BotCommandScope, list[tuple[str, str]]]] = [
        ("commands", BotCommandScopeAllPrivateChats(), private),
        ("commands in groups", BotCommandScopeAllGroupChats(), groups),
    ]
    if menus.stored:
        in_charge = [*groups, *group_admin_commands(tr)]
        scopes.append(
            ("commands for group admins", BotCommandScopeAllChatAdministrators(), in_charge)
        )
    for name, scope, commands in scopes:
        await _offer(name, bot.set_my_commands(commands, scope=scope, language_code=code))
    text = tr(
        "I answer questions about the news in the articles' own sentences. Each one comes with a "
        "number, and each number with its source: title, publisher, day and the paragraph it is "
        "from. Where the articles hold no answer, I say so."
    )
    await _offer("description", bot.set_my_description(text, language_code=code))
    short = tr("Answers about the news in the articles' own sentences, each with its source.")
    await _offer("short description", bot.set_my_short_description(short, language_code=code))


def _there(commands: Sequence[tuple[str, str]], menus: Menus) -> list[tuple[str, str]]:
    return [(name, text) for name, text in commands if _is_there(name, menus)]


def _is_there(name: str, menus: Menus) -> bool:
    if name in _RELOADS:
        return menus.reloads
    return menus.stored or name in _PLAIN


def _code(language: str) -> str | None:
    """Return a menu's language code; English is for everyone whose language isn't spoken here."""
    return None if language == ENGLISH else language


async def _offer(name: str, call: Awaitable[bool]) -> bool:
    try:
        await call
    except TelegramError as error:
        logger.warning("Telegram did not take the bot's %s: %s", name, type(error).__name__)
        return False
    return True
