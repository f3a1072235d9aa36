"""Changes to messages that are already there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.playground.errors import bad_request
from bot.playground.markup import check_markup
from bot.playground.methods.chats import writable_chat
from bot.playground.record import EventKind
from bot.playground.texts import check_preview

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.messages import Message
    from bot.playground.parameters import Parameters
    from bot.playground.state import BotApiState

DELETABLE_FOR = timedelta(hours=48)


def edit_message_text(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Replace the text, the preview options and the keyboard; what is not given goes."""
    formatted = state.reader().read(
        parameters.text("text"), parameters.text("parse_mode"), parameters.array("entities")
    )
    keyboard = check_markup(parameters.mapping("reply_markup"), inline_only=True)
    preview = check_preview(parameters.mapping("link_preview_options"))
    message = _own_message(state, parameters)
    losses = formatted.losses + keyboard.losses
    state.journal.add_violations("editMessageText", message.chat.id, losses)
    return _changed(
        state,
        message,
        replace(
            message,
            text=formatted.text,
            entities=formatted.entities,
            keyboard=keyboard.inline,
            preview=preview,
        ),
    )


def edit_message_reply_markup(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Replace the keyboard, or remove it if none is given."""
    keyboard = check_markup(parameters.mapping("reply_markup"), inline_only=True)
    message = _own_message(state, parameters)
    state.journal.add_violations("editMessageReplyMarkup", message.chat.id, keyboard.losses)
    return _changed(state, message, replace(message, keyboard=keyboard.inline))


def delete_message(state: BotApiState, parameters: Parameters) -> bool:
    """Delete a message of the last 48 hours: any in a private chat, the bot's own in a group."""
    chat = writable_chat(state, parameters)
    message = state.messages.get(chat.id, parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if chat.is_group and message.sender != state.bot:
        raise bad_request("message can't be deleted")
    if state.clock() - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    state.messages.remove(message)
    state.show(EventKind.DELETED, message)
    return True


def _own_message(state: BotApiState, parameters: Parameters) -> Message:
    message_id = parameters.integer("message_id")
    if not message_id and "chat_id" not in parameters.values:
        raise bad_request("message identifier is not specified")
    chat = writable_chat(state, parameters)
    message = state.messages.get(chat.id, message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender != state.bot:
        raise bad_request("message can't be edited")
    return message


def _changed(state: BotApiState, old: Message, new: Message) -> JsonObject:
    if new == old:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    edited = state.messages.put(replace(new, edited=state.clock()))
    state.show(EventKind.EDITED, edited)
    return edited.to_json()
