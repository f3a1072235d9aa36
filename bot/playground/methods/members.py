"""Who is in a chat, and leaving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import bad_request
from bot.playground.methods.chats import readable_chat, writable_chat
from bot.playground.roles import is_administrator, is_inside, member_json

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.parameters import Parameters
    from bot.playground.state import BotApiState


def get_chat_member(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Return a ChatMember; of a known user who never was there one who has left."""
    chat = readable_chat(state, parameters)
    user_id = parameters.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    user = state.directory.user(user_id)
    if user is None:
        raise bad_request("user not found")
    role = state.directory.role(chat, user)
    member = member_json(user, role)
    if chat.type == "channel" and role == "admin":
        member |= {"can_post_messages": True, "can_edit_messages": True}
    return member


def get_chat_administrators(state: BotApiState, parameters: Parameters) -> list[JsonObject]:
    """Return the ChatMembers who run a group; other bots only if asked for."""
    chat = readable_chat(state, parameters)
    if chat.user is not None:
        raise bad_request("there are no administrators in the private chat")
    bots = parameters.flag("return_bots")
    return [
        member_json(user, role)
        for user, role in state.directory.roles(chat)
        if is_administrator(role) and (bots or not user.is_bot or user == state.bot)
    ]


def get_chat_member_count(state: BotApiState, parameters: Parameters) -> int:
    """Return how many are in a chat, the bot among them."""
    chat = readable_chat(state, parameters)
    return sum(is_inside(role) for _, role in state.directory.roles(chat))


def leave_chat(state: BotApiState, parameters: Parameters) -> bool:
    """Leave a group; the bot is told by my_chat_member, as it is of others' doings."""
    chat = writable_chat(state, parameters)
    if chat.user is not None:
        raise bad_request("chat member status can't be changed in private chats")
    state.set_role(chat, state.bot, "left")
    return True
