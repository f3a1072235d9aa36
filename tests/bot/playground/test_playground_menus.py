"""Command menus by scope and language as people see them, and the menu button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeChatMember,
    BotCommandScopeDefault,
    MenuButtonCommands,
    MenuButtonDefault,
    MenuButtonWebApp,
    WebAppInfo,
)
from telegram.error import BadRequest

from tests.bot.playground.calls import refusal

if TYPE_CHECKING:
    from bot.playground.people import Chat, User
    from bot.playground.roles import Role
    from bot.playground.state import BotApiState


def shown(state: BotApiState, chat: Chat | User, user: User, role: Role = "member") -> list[str]:
    commands = state.profile.shown_commands(state.directory.chat(chat), user, role)
    return [command["command"] for command in commands]


async def test_the_narrowest_menu_in_the_users_language_is_shown(
    bot: Bot, state: BotApiState
) -> None:
    ann, bob = state.add_user("Ann", language_code="de-AT"), state.add_user("Bob")
    group = state.add_group()
    owner: Role = "owner"
    steps: list[tuple[BotCommandScope, list[str]]] = [
        (BotCommandScopeDefault(), ["default"] * 4),
        (BotCommandScopeAllPrivateChats(), ["private", "default", "default", "default"]),
        (BotCommandScopeAllGroupChats(), ["private", "groups", "groups", "groups"]),
        (BotCommandScopeAllChatAdministrators(), ["private", "groups", "groups", "admins"]),
        (BotCommandScopeChat(group.id), ["private", "chat", "chat", "chat"]),
        (BotCommandScopeChatAdministrators(group.id), ["private", "chat", "chat", "chatadmins"]),
        (BotCommandScopeChatMember(group.id, ann.id), ["private", "ann", "chat", "ann"]),
        (BotCommandScopeChat(ann.id), ["own", "ann", "chat", "ann"]),
    ]
    names = ["default", "private", "groups", "admins", "chat", "chatadmins", "ann", "own"]
    for (scope, expected), name in zip(steps, names, strict=True):
        await bot.set_my_commands([(name, "Does it")], scope=scope)
        seen = [
            shown(state, ann, ann),
            shown(state, group, ann),
            shown(state, group, bob),
            shown(state, group, ann, owner),
        ]
        assert seen == [[one] for one in expected]
    await bot.set_my_commands([("frage", "Fragt")], BotCommandScopeChat(group.id), "de")
    assert shown(state, group, bob) == ["chat"]
    await bot.delete_my_commands(BotCommandScopeChatMember(group.id, ann.id))
    assert shown(state, group, ann) == ["frage"]
    assert [c.command for c in await bot.get_my_commands(BotCommandScopeChat(group.id), "de")] == [
        "frage"
    ]


async def test_a_chat_named_either_way_has_one_menu(bot: Bot, state: BotApiState) -> None:
    group = state.add_group(username="readers")
    await bot.set_my_commands([("ask", "Ask")], BotCommandScopeChat("@readers"))
    assert len(await bot.get_my_commands(BotCommandScopeChat(group.id))) == 1
    assert shown(state, group, state.add_user()) == ["ask"]


async def test_menu_buttons(bot: Bot, state: BotApiState) -> None:
    ann, bob = state.add_user("Ann"), state.add_user("Bob")
    app = MenuButtonWebApp("Read", WebAppInfo("https://example.org/app"))
    assert await bot.get_chat_menu_button() == MenuButtonCommands()
    await bot.set_chat_menu_button(ann.id, app)
    assert await bot.get_chat_menu_button(ann.id) == app
    assert await bot.get_chat_menu_button(bob.id) == MenuButtonCommands()
    await bot.set_chat_menu_button(menu_button=app)
    await bot.set_chat_menu_button(ann.id, MenuButtonCommands())
    assert await bot.get_chat_menu_button(bob.id) == app
    assert await bot.get_chat_menu_button(ann.id) == MenuButtonCommands()
    await bot.set_chat_menu_button(ann.id, MenuButtonDefault())
    assert await bot.get_chat_menu_button(ann.id) == app
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_chat_menu_button(5, app)
    with pytest.raises(BadRequest, match="not private"):
        await bot.set_chat_menu_button(state.add_group().id, app)


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"type": "dance"}, "Unsupported type"),
        ({"type": "web_app", "text": " ", "web_app": {"url": "https://a.org"}}, "non-empty"),
        ({"type": "web_app", "text": "A", "web_app": {"url": "http://a.org"}}, "Only HTTPS"),
        ({"type": "web_app", "text": "A"}, "Only HTTPS"),
    ],
)
async def test_refused_menu_buttons(
    state: BotApiState, button: dict[str, object], words: str
) -> None:
    status, description = await refusal(state, "setChatMenuButton", menu_button=button)
    assert (status, words in description) == (400, True)
    assert state.profile.menu_buttons == {}
