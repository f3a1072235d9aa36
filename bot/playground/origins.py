"""Where a forwarded message comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from bot.playground.messages import Message
from bot.playground.people import Chat, User

if TYPE_CHECKING:
    from datetime import datetime

    from bot.playground.json_types import JsonObject

Origin: TypeAlias = User | Chat | Message | str
"""A user, a user's name who hides the account, a group or channel, or a message itself."""


def origin_json(origin: Origin, date: datetime, message_id: int = 1) -> JsonObject:
    """Return the Bot API's MessageOrigin of what was written on `date`.

    `message_id` is that of a channel's post. A message brings its own date.
    """
    if isinstance(origin, Message):
        if origin.origin is not None:
            return origin.origin
        author = origin.chat if origin.chat.type == "channel" else origin.sender
        return origin_json(author, origin.date, origin.id)
    when = {"date": int(date.timestamp())}
    if isinstance(origin, str):
        return {"type": "hidden_user", **when, "sender_user_name": origin}
    if isinstance(origin, User):
        return {"type": "user", **when, "sender_user": origin.to_json()}
    if origin.type == "channel":
        return {"type": "channel", **when, "chat": origin.to_json(), "message_id": message_id}
    return {"type": "chat", **when, "sender_chat": origin.to_json()}
