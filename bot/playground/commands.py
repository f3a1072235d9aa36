"""The bot's command menus: one for each scope and language, as setMyCommands takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.playground.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.playground.json_types import JsonObject

MAX_COMMANDS = 100
MAX_NAME = 32
MAX_DESCRIPTION = 256

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_PLAIN_SCOPES = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
)
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


@dataclass(frozen=True, slots=True)
class Menu:
    """Whom a list of commands is for. `language` is "" (all others) or two letters."""

    scope: str = "default"
    chat_id: int | str | None = None
    user_id: int | None = None
    language: str = ""


def check_menu(scope: JsonObject | None, language: str) -> Menu:
    """Return whom a call means. Raises ApiError(400) for an unknown scope or language."""
    check_language(language)
    if scope is None:
        return Menu(language=language)
    kind = scope.get("type")
    if kind in _PLAIN_SCOPES:
        return Menu(kind, language=language)
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat_id = scope.get("chat_id")
    if not isinstance(chat_id, int | str) or chat_id == "":
        raise bad_request("can't parse BotCommandScope: Can't find field \"chat_id\"")
    user_id = scope.get("user_id") if kind == "chat_member" else None
    if kind == "chat_member" and not isinstance(user_id, int):
        raise bad_request("can't parse BotCommandScope: Can't find field \"user_id\"")
    return Menu(kind, chat_id, user_id, language)


def check_menu_button(button: JsonObject) -> JsonObject:
    """Return a MenuButton. Raises ApiError(400) for an unknown type or an incomplete web app."""
    kind = button.get("type")
    if kind in {"default", "commands"}:
        return {"type": kind}
    if kind != "web_app":
        raise bad_request("can't parse MenuButton: Unsupported type specified")
    text, app = button.get("text"), button.get("web_app")
    url = app.get("url") if isinstance(app, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise bad_request("menu button text must be non-empty")
    if not isinstance(url, str) or not url.lower().startswith("https://"):
        raise bad_request(
            f"menu button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )
    return {"type": kind, "text": text, "web_app": {"url": url}}


def check_language(language: str) -> None:
    """Raise ApiError(400) unless `language` is empty or a two-letter ISO 639-1 code."""
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")


def check_commands(commands: Sequence[Any]) -> tuple[JsonObject, ...]:
    """Return the commands as Telegram keeps them, trimmed and without their slash.

    Raises ApiError(400) for a wrong name, a missing or too long description, or too many.
    """
    checked = tuple(_command(command) for command in commands)
    if len(checked) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    if any(not _NAME.fullmatch(command["command"]) for command in checked):
        raise bad_request("BOT_COMMAND_INVALID")
    return checked


def _command(value: Any) -> JsonObject:
    if not isinstance(value, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(value.get("command", "")).strip().removeprefix("/")
    description = str(value.get("description", "")).strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > MAX_NAME:
        raise bad_request(f"command length must not exceed {MAX_NAME}")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > MAX_DESCRIPTION:
        raise bad_request(f"command description length must not exceed {MAX_DESCRIPTION}")
    return {"command": name, "description": description}
