"""Chats: which one a call means, and whether the bot may write there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import bad_request, chat_migrated, forbidden
from bot.playground.record import Event, EventKind
from bot.playground.roles import is_inside

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.parameters import Parameters
    from bot.playground.people import Chat
    from bot.playground.state import BotApiState

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def find_chat(state: BotApiState, parameters: Parameters) -> Chat:
    """Return the chat of `chat_id`. Raises ApiError(400) if it is missing or unknown."""
    chat_id = parameters.values.get("chat_id")
    if chat_id is None or chat_id == "":
        raise bad_request("chat_id is empty")
    chat = state.directory.find(chat_id)
    if chat is None or chat.is_conversation:
        raise bad_request("chat not found")
    return chat


def writable_chat(state: BotApiState, parameters: Parameters) -> Chat:
    """Return the chat of `chat_id`, if the bot may write there.

    Raises ApiError(403) if it may not, and ApiError(400) with the new id of a migrated group.
    """
    chat = find_chat(state, parameters)
    if (successor := state.directory.successor(chat)) is not None:
        raise chat_migrated(successor.id)
    if chat.user is not None and state.directory.is_closed(chat):
        raise forbidden()
    return _entered(state, chat)


def readable_chat(state: BotApiState, parameters: Parameters) -> Chat:
    """Return the chat of `chat_id`. Raises ApiError(403) for a group that the bot is not in."""
    return _entered(state, find_chat(state, parameters))


def _entered(state: BotApiState, chat: Chat) -> Chat:
    role = state.directory.role(chat, state.bot)
    if not is_inside(role) and chat.user is None:
        if role == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    return chat


def find_thread(chat: Chat, parameters: Parameters) -> int | None:
    """Return the topic of `message_thread_id`. Raises ApiError(400) if the chat has none such."""
    thread_id = parameters.integer("message_thread_id")
    if not thread_id:
        return None
    if thread_id not in chat.topics:
        raise bad_request("message thread not found")
    return thread_id


def get_chat(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Return a ChatFullInfo."""
    return readable_chat(state, parameters).to_full_json()


def send_chat_action(state: BotApiState, parameters: Parameters) -> bool:
    """Show for a moment that the bot is busy."""
    action = parameters.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable_chat(state, parameters)
    thread_id = find_thread(chat, parameters)
    now, name = state.clock(), state.bot.name
    state.journal.add_event(
        Event(EventKind.ACTED, now, chat.id, name, text=action, thread_id=thread_id)
    )
    return True
