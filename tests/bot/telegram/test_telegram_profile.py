"""The menus: by whom they are for, and none that shows a command that isn't there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import Bot

from bot.chat.help import admin_commands
from bot.chat.translations import languages, translator
from bot.playground.server import BotApiServer
from bot.telegram.profile import Menus, present, take_admin_menu

if TYPE_CHECKING:
    from bot.playground.state import BotApiState

PLAIN = ["ask", "new", "help", "start"]
PRIVATE = ["ask", "new", "latest", "search", "article", "sources", "subscribe", "subscriptions"]
RELOADS = {"reload", "rollback", "add", "remove", "source"}
PRIVATE += ["settings", "privacy", "mydata", "forget", "stop", "help", "start"]


async def menus_of(state: BotApiState, menus: Menus) -> dict[tuple[str, object], list[str]]:
    async with (
        BotApiServer(state) as server,
        Bot(state.token, base_url=f"{server.root_url}/bot") as bot,
    ):
        await present(bot, menus)
    assert state.profile.descriptions
    assert state.profile.short_descriptions
    return {
        (menu.scope, menu.chat_id): [command["command"] for command in commands]
        for menu, commands in state.profile.menus.items()
        if menu.language == ""
    }


@pytest.mark.parametrize("reloads", [True, False])
async def test_everyone_sees_their_own_commands(state: BotApiState, reloads: bool) -> None:
    admin = state.add_user("Boss")
    expected = {
        ("all_private_chats", None): PRIVATE,
        ("all_group_chats", None): ["ask", "latest", "help"],
        ("all_chat_administrators", None): [
            *("ask", "latest", "help", "subscribe", "subscriptions", "settings", "forget")
        ],
    }
    names = [name for name, _ in admin_commands(translator(None))]
    if not reloads:
        names = [name for name in names if name not in RELOADS]
    assert {"stats", "users"} < set(names)
    expected["chat", admin.id] = [*PRIVATE, *names]
    shown = await menus_of(state, Menus(stored=True, reloads=reloads, admins=frozenset([admin.id])))
    assert shown == expected


async def test_without_a_store_nothing_of_it_is_shown(state: BotApiState) -> None:
    assert await menus_of(state, Menus()) == {
        ("all_private_chats", None): PLAIN,
        ("all_group_chats", None): ["ask", "help"],
    }


async def test_an_admin_who_never_wrote_costs_the_others_nothing(state: BotApiState) -> None:
    menus = Menus(stored=True, reloads=True, admins=frozenset([1, state.add_user("Boss").id]))
    shown = await menus_of(state, menus)
    assert len(shown) == 4


async def test_an_admins_menu_goes_in_every_language(state: BotApiState) -> None:
    ann = state.add_user("Ann")
    await menus_of(state, Menus(stored=True, admins=frozenset([ann.id])))
    own = [menu for menu in state.profile.menus if menu.chat_id == ann.id]
    assert len(own) == len(languages()) > 3
    async with (
        BotApiServer(state) as server,
        Bot(state.token, base_url=f"{server.root_url}/bot") as bot,
    ):
        await take_admin_menu(bot, ann.id)
    assert [menu for menu in state.profile.menus if menu.chat_id == ann.id] == []
