"""What the bot says of itself: names, descriptions and command menus, each by language."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.playground.commands import Menu
from bot.playground.roles import is_administrator

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.people import Chat, User
    from bot.playground.roles import Role


@dataclass(slots=True)
class Profile:
    """The texts by language code ("" is for all others) and the menus by whom they are for."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menus: dict[Menu, tuple[JsonObject, ...]] = field(default_factory=dict)
    menu_buttons: dict[int | None, JsonObject] = field(default_factory=dict)

    def menu_button(self, chat_id: int | None) -> JsonObject:
        """Return the menu button of a private chat, else (None) of all.

        From memory: a bot that never set one has the button of its commands.
        """
        usual = self.menu_buttons.get(None, {"type": "default"})
        own = self.menu_buttons.get(chat_id, usual)
        chosen = usual if own["type"] == "default" else own
        return {"type": "commands"} if chosen["type"] == "default" else chosen

    def shown_commands(self, chat: Chat, user: User, role: Role) -> tuple[JsonObject, ...]:
        """Return the commands that a user of that role sees in a chat.

        Of Telegram's order of scopes the first with a menu in the user's language counts; in each
        scope a menu for the language goes before the one for all languages.
        """
        runs_it = is_administrator(role)
        scopes = [Menu("chat", chat.id), Menu("all_private_chats")]
        if chat.is_group:
            scopes = [
                Menu("chat_member", chat.id, user.id),
                *([Menu("chat_administrators", chat.id)] if runs_it else []),
                Menu("chat", chat.id),
                *([Menu("all_chat_administrators")] if runs_it else []),
                Menu("all_group_chats"),
            ]
        for scope in [*scopes, Menu()]:
            for language in ((user.language_code or "")[:2], ""):
                if found := self.menus.get(replace(scope, language=language)):
                    return found
        return ()
