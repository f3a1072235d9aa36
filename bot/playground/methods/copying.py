"""Copies of messages, which do not say where they are from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import bad_request
from bot.playground.markup import check_markup, check_requests
from bot.playground.messages import Message
from bot.playground.methods.chats import find_thread, writable_chat

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.parameters import Parameters
    from bot.playground.state import BotApiState


def copy_message(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Send a copy of a message, file and formatting included, and return its id alone."""
    keyboard = check_markup(parameters.mapping("reply_markup"))
    chat = writable_chat(state, parameters)
    check_requests(keyboard, chat)
    source = state.directory.find(parameters.values.get("from_chat_id"))
    number = parameters.values.get("message_id")
    found = state.messages.get(source.id, number) if source and isinstance(number, int) else None
    if found is None:
        raise bad_request("message to copy not found")
    if found.service is not None:
        raise bad_request("message can't be copied")
    copy = Message(
        state.messages.next_id(chat),
        chat,
        state.bot,
        state.clock(),
        found.text,
        found.entities,
        find_thread(chat, parameters),
        keyboard=keyboard.inline,
        preview=found.preview,
        file=found.file,
    )
    state.journal.add_violations("copyMessage", chat.id, keyboard.losses)
    state.post(copy, keyboard)
    return {"message_id": copy.id}
