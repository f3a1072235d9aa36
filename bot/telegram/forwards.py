"""What a message says of itself as an article: its words, and whom they are from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import (
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from bot.chat.forwarding import Forwarded

if TYPE_CHECKING:
    from telegram import Message


def forwarded_of(message: Message) -> Forwarded:
    """Return a message's words with the first sender's name, date and, of a public post, link."""
    text = message.text or message.caption or ""
    origin = message.forward_origin
    url = None
    match origin:
        case None:
            source = message.from_user.full_name if message.from_user else ""
            return Forwarded(text, source, None, message.date)
        case MessageOriginUser():
            source = origin.sender_user.full_name
        case MessageOriginHiddenUser():
            source = origin.sender_user_name
        case MessageOriginChat():
            source = origin.sender_chat.effective_name or ""
        case MessageOriginChannel():
            source = origin.chat.effective_name or ""
            if origin.chat.username:
                url = f"https://t.me/{origin.chat.username}/{origin.message_id}"
        case _:
            source = ""
    return Forwarded(text, source, url, origin.date)
