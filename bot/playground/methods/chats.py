"""Chats: which one a call means, and whether the bot may write there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import bad_request, forbidden
from bot.playground.record import Event, EventKind

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
    if chat is None:
        raise bad_request("chat not found")
    return chat


def writable_chat(state: BotApiState, parameters: Parameters) -> Chat:
    """Return the chat of `chat_id`. Raises ApiError(403) too, if the bot may not write there."""
    chat = find_chat(state, parameters)
    if state.directory.is_closed(chat):
        if chat.is_group:
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        raise forbidden()
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
    return find_chat(state, parameters).to_full_json()


def send_chat_action(state: BotApiState, parameters: Parameters) -> bool:
    """Show for a moment that the bot is busy."""
    action = parameters.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable_chat(state, parameters)
    find_thread(chat, parameters)
    state.journal.add_event(
        Event(EventKind.ACTED, state.clock(), chat.id, state.bot.name, text=action)
    )
    return True
