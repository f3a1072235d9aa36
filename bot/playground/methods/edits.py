"""Changes to messages that are already there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from bot.playground.errors import bad_request
from bot.playground.markup import check_markup
from bot.playground.methods.chats import writable_chat
from bot.playground.record import EventKind
from bot.playground.roles import is_administrator
from bot.playground.texts import check_preview

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.messages import Message
    from bot.playground.parameters import Parameters
    from bot.playground.state import BotApiState

DELETABLE_FOR = timedelta(hours=48)
MAX_DELETED = 100


def edit_message_text(state: BotApiState, parameters: Parameters) -> JsonObject | Literal[True]:
    """Replace the text, the preview options and the keyboard; what is not given goes."""
    formatted = state.reader().read(
        parameters.text("text"), parameters.text("parse_mode"), parameters.array("entities")
    )
    keyboard = check_markup(parameters.mapping("reply_markup"), inline_only=True)
    preview = check_preview(parameters.mapping("link_preview_options"))
    message = _own_message(state, parameters)
    if message.file is not None:
        raise bad_request("there is no text in the message to edit")
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


def edit_message_reply_markup(
    state: BotApiState, parameters: Parameters
) -> JsonObject | Literal[True]:
    """Replace the keyboard, or remove it if none is given."""
    keyboard = check_markup(parameters.mapping("reply_markup"), inline_only=True)
    message = _own_message(state, parameters)
    state.journal.add_violations("editMessageReplyMarkup", message.chat.id, keyboard.losses)
    return _changed(state, message, replace(message, keyboard=keyboard.inline))


def delete_message(state: BotApiState, parameters: Parameters) -> bool:
    """Delete a message of the last 48 hours: in a group the bot's own, or any if it runs it."""
    chat = writable_chat(state, parameters)
    message = state.messages.get(chat.id, parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if problem := _kept(state, message):
        raise bad_request(problem)
    _delete(state, message)
    return True


def delete_messages(state: BotApiState, parameters: Parameters) -> bool:
    """Delete up to 100 messages; those that are not there or can't be deleted are passed over.

    From memory: what is passed over goes unsaid, which is recorded as a violation.
    """
    wanted = parameters.array("message_ids")
    if not wanted:
        raise bad_request("message identifiers are not specified")
    if not all(isinstance(number, int) for number in wanted):
        raise bad_request("can't parse message identifiers")
    if len(wanted) > MAX_DELETED:
        raise bad_request("too many message identifiers specified")
    chat = writable_chat(state, parameters)
    for number in dict.fromkeys(wanted):
        message = state.messages.get(chat.id, number)
        problem = _kept(state, message) if message else "message to delete not found"
        if problem:
            state.journal.add_violations("deleteMessages", chat.id, [f"{number}: {problem}"])
        elif message is not None:
            _delete(state, message)
    return True


def _kept(state: BotApiState, message: Message) -> str:
    """Return why the bot can't delete a message, "" if it can."""
    chat, bot = message.chat, state.bot
    runs_it = is_administrator(state.directory.role(chat, bot))
    if chat.is_group and not runs_it and message.sender != bot:
        return "message can't be deleted"
    if state.clock() - message.date > DELETABLE_FOR and not (runs_it and chat.type == "supergroup"):
        return "message can't be deleted for everyone"
    return ""


def _delete(state: BotApiState, message: Message) -> None:
    state.messages.remove(message)
    state.show(EventKind.DELETED, message)


def _own_message(state: BotApiState, parameters: Parameters) -> Message:
    """Return the message to edit: of the bot, or sent through it and named by its inline id."""
    if inline_id := parameters.text("inline_message_id"):
        inline = state.messages.inline(inline_id)
        if inline is None:
            raise bad_request("MESSAGE_ID_INVALID")
        return inline
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


def _changed(state: BotApiState, old: Message, new: Message) -> JsonObject | Literal[True]:
    if new == old:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    edited = state.messages.put(replace(new, edited=state.clock()))
    state.show(EventKind.EDITED, edited)
    return True if edited.inline_id else edited.to_json()
