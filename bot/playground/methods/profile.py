"""The bot itself: who it is, what it says of itself, and its command menus."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.playground.commands import check_commands, check_language, check_menu, check_menu_button
from bot.playground.errors import bad_request

if TYPE_CHECKING:
    from bot.playground.commands import Menu
    from bot.playground.json_types import JsonObject
    from bot.playground.parameters import Parameters
    from bot.playground.state import BotApiState

MAX_NAME = 64
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120


def get_me(state: BotApiState, _parameters: Parameters) -> JsonObject:
    """Return the bot's User with what it is able to do."""
    return {
        **state.bot.to_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not state.privacy,
        "supports_inline_queries": state.inline_mode,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def leave_server(_state: BotApiState, _parameters: Parameters) -> bool:
    """Take leave of the server, which costs nothing here."""
    return True


def set_my_commands(state: BotApiState, parameters: Parameters) -> bool:
    """Set the menu of one scope and language; no commands at all remove it."""
    commands = check_commands(parameters.array("commands") or [])
    menu = _menu(state, parameters)
    if commands:
        state.profile.menus[menu] = commands
    else:
        state.profile.menus.pop(menu, None)
    return True


def get_my_commands(state: BotApiState, parameters: Parameters) -> list[JsonObject]:
    """Return the menu of exactly one scope and language."""
    return list(state.profile.menus.get(_menu(state, parameters), ()))


def delete_my_commands(state: BotApiState, parameters: Parameters) -> bool:
    """Remove the menu of one scope and language."""
    state.profile.menus.pop(_menu(state, parameters), None)
    return True


def set_chat_menu_button(state: BotApiState, parameters: Parameters) -> bool:
    """Set the button beside the text field of one private chat, or of all that have none."""
    button = parameters.mapping("menu_button") or {"type": "default"}
    state.profile.menu_buttons[_private_chat(state, parameters)] = check_menu_button(button)
    return True


def get_chat_menu_button(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Return the MenuButton of a private chat, else of all."""
    return state.profile.menu_button(_private_chat(state, parameters))


def set_my_name(state: BotApiState, parameters: Parameters) -> bool:
    """Set the name shown to users of a language."""
    return _set(state.profile.names, parameters, "name", MAX_NAME, "BOT_TITLE_INVALID")


def get_my_name(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Return the BotName of a language, else of all others."""
    language = parameters.text("language_code")
    names = state.profile.names
    return {"name": names.get(language) or names.get("") or state.bot.first_name}


def set_my_description(state: BotApiState, parameters: Parameters) -> bool:
    """Set what an empty chat with the bot shows."""
    return _set(
        state.profile.descriptions,
        parameters,
        "description",
        MAX_DESCRIPTION,
        "BOT_DESCRIPTION_TOO_LONG",
    )


def get_my_description(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Return the BotDescription of a language, else of all others."""
    return {"description": _get(state.profile.descriptions, parameters)}


def set_my_short_description(state: BotApiState, parameters: Parameters) -> bool:
    """Set what the bot's profile page shows."""
    return _set(
        state.profile.short_descriptions,
        parameters,
        "short_description",
        MAX_SHORT_DESCRIPTION,
        "BOT_ABOUT_TOO_LONG",
    )


def get_my_short_description(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Return the BotShortDescription of a language, else of all others."""
    return {"short_description": _get(state.profile.short_descriptions, parameters)}


def _menu(state: BotApiState, parameters: Parameters) -> Menu:
    menu = check_menu(parameters.mapping("scope"), parameters.text("language_code"))
    if menu.chat_id is None:
        return menu
    chat = state.directory.find(menu.chat_id)
    if chat is None:
        raise bad_request("chat not found")
    return replace(menu, chat_id=chat.id)  # so that @name and id mean the same menu


def _private_chat(state: BotApiState, parameters: Parameters) -> int | None:
    """Return the id of the private chat meant, None if none is named."""
    chat_id = parameters.values.get("chat_id")
    if chat_id is None or chat_id == "":
        return None
    chat = state.directory.find(chat_id)
    if chat is None:
        raise bad_request("chat not found")
    if chat.user is None:
        raise bad_request("chat is not private")
    return chat.id


def _set(
    texts: dict[str, str], parameters: Parameters, name: str, limit: int, complaint: str
) -> bool:
    text = parameters.text(name).strip()
    language = parameters.text("language_code")
    check_language(language)
    if len(text) > limit:
        raise bad_request(complaint)
    texts[language] = text
    return True


def _get(texts: dict[str, str], parameters: Parameters) -> str:
    return texts.get(parameters.text("language_code")) or texts.get("", "")
