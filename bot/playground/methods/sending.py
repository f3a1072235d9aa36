"""New messages, and the replies and quotes they carry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.playground.entities import STYLES, Entity
from bot.playground.errors import ApiError, bad_request
from bot.playground.markup import check_markup, check_requests
from bot.playground.messages import Message, Quote
from bot.playground.methods.chats import find_thread, writable_chat
from bot.playground.parameters import json_field
from bot.playground.texts import check_preview
from bot.playground.utf16 import units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.playground.json_types import JsonObject
    from bot.playground.parameters import Parameters
    from bot.playground.people import Chat
    from bot.playground.state import BotApiState

MAX_QUOTE_UNITS = 1024
_QUOTABLE = frozenset(STYLES) | {"custom_emoji", "date_time"}


def send_message(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Send a text message and return it."""
    formatted = state.reader().read(
        parameters.text("text"), parameters.text("parse_mode"), parameters.array("entities")
    )
    keyboard = check_markup(parameters.mapping("reply_markup"))
    preview = check_preview(parameters.mapping("link_preview_options"))
    chat = writable_chat(state, parameters)
    check_requests(keyboard, chat)
    reply_to, quote = find_reply(state, chat, parameters.mapping("reply_parameters"))
    thread_id = find_thread(chat, parameters) or (reply_to.thread_id if reply_to else None)
    message = Message(
        state.messages.next_id(chat),
        chat,
        state.bot,
        state.clock(),
        formatted.text,
        formatted.entities,
        thread_id,
        reply_to,
        quote,
        keyboard.inline,
        preview,
    )
    state.journal.add_violations("sendMessage", chat.id, formatted.losses + keyboard.losses)
    state.post(message, keyboard)
    return message.to_json()


def find_reply(
    state: BotApiState, chat: Chat, reply: JsonObject | None
) -> tuple[Message | None, Quote | None]:
    """Return the message replied to and the quote from it, as ReplyParameters name them.

    Raises ApiError(400) for a message that is not in the chat, unless the reply may do without,
    and for a quote that is not in the message to the letter.
    """
    if not reply:
        return None, None
    message_id = json_field(reply, "message_id", int)
    if message_id is None:
        raise bad_request('Can\'t find field "message_id"')
    elsewhere = reply.get("chat_id") not in {None, chat.id}
    message = None if elsewhere else state.messages.get(chat.id, message_id)
    if message is None:
        if json_field(reply, "allow_sending_without_reply", bool):
            return None, None
        raise bad_request("message to be replied not found")
    return message, _quote(state, message, reply)


def _quote(state: BotApiState, message: Message, reply: JsonObject) -> Quote | None:
    text = json_field(reply, "quote", str)
    if not text:
        return None
    try:
        quoted = state.reader().read(
            text,
            json_field(reply, "quote_parse_mode", str) or "",
            json_field(reply, "quote_entities", list),
            max_units=MAX_QUOTE_UNITS,
        )
    except ApiError as error:
        if "too long" in error.description:
            raise bad_request("QUOTE_TEXT_INVALID") from None
        raise
    wanted = json_field(reply, "quote_position", int) or 0
    style = {replace(e, user=None) for e in quoted.entities if e.type in _QUOTABLE}
    size = units(quoted.text)
    places = [
        place
        for place in _places(message.text, quoted.text)
        if set(_within(message.entities, place, size)) == style
    ]
    if not places:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = min(places, key=lambda place: abs(place - wanted))
    return Quote(quoted.text, position, tuple(sorted(style, key=lambda entity: entity.order)))


def _places(text: str, piece: str) -> Iterable[int]:
    """Yield where `piece` stands in `text`, in UTF-16 units."""
    found = text.find(piece)
    while found >= 0:
        yield units(text[:found])
        found = text.find(piece, found + 1)


def _within(entities: Iterable[Entity], start: int, size: int) -> Iterable[Entity]:
    """Yield the quotable parts of entities inside a range, with offsets from its start."""
    for entity in entities:
        first, last = max(entity.offset, start), min(entity.end, start + size)
        if entity.type in _QUOTABLE and first < last:
            yield replace(entity, offset=first - start, length=last - first)
