"""Messages, and the books in which chats keep them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.playground.entities import Entity
    from bot.playground.files import StoredFile
    from bot.playground.json_types import JsonObject
    from bot.playground.people import Chat, User


@dataclass(frozen=True, slots=True)
class Quote:
    """The part of a message that a reply quotes; `position` in UTF-16 units of its text."""

    text: str
    position: int
    entities: tuple[Entity, ...] = ()

    def to_json(self) -> JsonObject:
        """Return the Bot API's TextQuote."""
        quote: JsonObject = {"text": self.text, "position": self.position, "is_manual": True}
        if self.entities:
            quote["entities"] = [entity.to_json() for entity in self.entities]
        return quote


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands now. `keyboard` is its InlineKeyboardMarkup.

    With a `file`, `text` is the caption. `via_bot` is the bot through which a person sent it, and
    `inline_id` the inline_message_id that such a message with a keyboard has; `origin` is a
    forwarded message's MessageOrigin, `service` the field that makes it a service message.
    """

    id: int
    chat: Chat
    sender: User
    date: datetime
    text: str
    entities: tuple[Entity, ...] = ()
    thread_id: int | None = None
    reply_to: Message | None = None
    quote: Quote | None = None
    keyboard: JsonObject | None = None
    preview: JsonObject | None = None
    edited: datetime | None = None
    file: StoredFile | None = None
    via_bot: User | None = None
    inline_id: str = ""
    origin: JsonObject | None = None
    service: JsonObject | None = None

    @property
    def buttons(self) -> tuple[tuple[str, ...], ...]:
        """The labels of the inline keyboard, row by row."""
        rows = (self.keyboard or {}).get("inline_keyboard", [])
        return tuple(tuple(button["text"] for button in row) for row in rows)

    def button(self, name: str | tuple[int, int]) -> JsonObject:
        """Return the button with that label, else with that callback data, or in (row, column).

        Raises LookupError, naming the buttons there are.
        """
        rows = (self.keyboard or {}).get("inline_keyboard", [])
        buttons: list[JsonObject] = [button for row in rows for button in row]
        if isinstance(name, tuple):
            placed = {(r, c): b for r, row in enumerate(rows) for c, b in enumerate(row)}
            if name in placed:
                found: JsonObject = placed[name]
                return found
        for key in ("text", "callback_data"):
            for button in buttons:
                if button.get(key) == name:
                    return button
        labels = ", ".join(f"[{button['text']}]" for button in buttons) or "none"
        raise LookupError(f"no button {name!r} on message {self.id}; its buttons: {labels}")

    def to_json(self, *, with_reply: bool = True) -> JsonObject:
        """Return the Bot API's Message; the message replied to comes without its own reply."""
        message: JsonObject = {
            "message_id": self.id,
            **self._author(),
            "chat": self.chat.to_json(),
            "date": int(self.date.timestamp()),
        }
        if self.edited is not None:
            message["edit_date"] = int(self.edited.timestamp())
        if self.thread_id is not None:
            message |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.reply_to is not None and with_reply:
            message["reply_to_message"] = self.reply_to.to_json(with_reply=False)
            if self.quote is not None:
                message["quote"] = self.quote.to_json()
        message |= self._content()
        if self.preview is not None:
            message["link_preview_options"] = self.preview
        if self.keyboard is not None:
            message["reply_markup"] = self.keyboard
        return message

    def _author(self) -> JsonObject:
        """Return who wrote it; a channel's posts are the channel's own."""
        if self.chat.type == "channel":
            return {"sender_chat": self.chat.to_json()}
        return {"from": self.sender.to_json()}

    def _content(self) -> JsonObject:
        content: JsonObject = {}
        if self.origin is not None:
            content["forward_origin"] = self.origin
        if self.via_bot is not None:
            content["via_bot"] = self.via_bot.to_json()
        if self.service is not None:
            return content | self.service
        text, entities = "text", "entities"
        if self.file is not None:
            content |= self.file.to_message_json()
            text, entities = "caption", "caption_entities"
        if self.text or self.file is None:
            content[text] = self.text
        if self.entities:
            content[entities] = [entity.to_json() for entity in self.entities]
        return content


@dataclass(frozen=True, slots=True)
class CallbackQuery:
    """A pressed button; `answer` holds answerCallbackQuery's parameters once it came."""

    id: str
    user: User
    message: Message
    data: str
    answer: JsonObject | None = None


class MessageBook:
    """All messages. Ids rise through all private chats and groups; each supergroup has its own."""

    def __init__(self) -> None:
        self._messages: dict[tuple[int, int], Message] = {}
        self._last_ids: dict[int, int] = {}

    def next_id(self, chat: Chat) -> int:
        """Return a fresh id for a message to `chat`."""
        counter = chat.id if chat.type in {"supergroup", "channel"} else 0
        self._last_ids[counter] = self._last_ids.get(counter, 0) + 1
        return self._last_ids[counter]

    def put(self, message: Message) -> Message:
        """Keep a message, in place of an earlier state of it."""
        self._messages[message.chat.id, message.id] = message
        return message

    def get(self, chat_id: int, message_id: int) -> Message | None:
        """Return a message as it stands, None if there is none."""
        return self._messages.get((chat_id, message_id))

    def remove(self, message: Message) -> None:
        """Delete a message."""
        del self._messages[message.chat.id, message.id]

    def of(self, chat_id: int) -> list[Message]:
        """Return what a chat shows, oldest first."""
        return [message for (chat, _), message in self._messages.items() if chat == chat_id]

    def inline(self, inline_id: str) -> Message | None:
        """Return the message of an inline_message_id, None if there is none."""
        found = (m for m in self._messages.values() if inline_id and m.inline_id == inline_id)
        return next(found, None)

    def with_id(self, message_id: int) -> list[Message]:
        """Return the messages of that id, of any chat."""
        return [m for (_, number), m in self._messages.items() if number == message_id]
