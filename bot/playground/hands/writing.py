"""What people do in a chat: write, correct, delete, press."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.playground.errors import ApiError
from bot.playground.formatting import MAX_CAPTION_UNITS, MAX_TEXT_UNITS, format_text
from bot.playground.hands.core import Core
from bot.playground.messages import CallbackQuery, Message
from bot.playground.origins import origin_json
from bot.playground.record import EventKind
from bot.playground.roles import is_administrator

if TYPE_CHECKING:
    from datetime import datetime

    from bot.playground.directory import Where
    from bot.playground.formatting import Formatted
    from bot.playground.json_types import JsonObject
    from bot.playground.origins import Origin
    from bot.playground.people import Chat, User


class Writing(Core):
    """Lets people write and press buttons, and tells the bot."""

    def say(
        self,
        where: Where,
        text: str,
        *,
        by: User | None = None,
        reply_to: Message | int | None = None,
        edit: Message | int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Let someone write to a chat, or `edit` what they wrote, and tell the bot.

        `by` is needed in groups, where privacy mode keeps from the bot what is no command, mention
        or reply to it. Raises LookupError for an unknown chat or message, ValueError for a text
        that no one can send and for a user who has blocked the bot.
        """
        chat = self.directory.chat(where)
        user = self._author(chat, by)
        old = self._message(chat, edit) if edit is not None else None
        longest = MAX_CAPTION_UNITS if old and old.file else MAX_TEXT_UNITS
        formatted = person_text(text, max_units=longest)
        if old is not None:
            kind, update = EventKind.CORRECTED, "edited_message"
            message = replace(old, edited=self.clock())
        else:
            kind, update = EventKind.SAID, "message"
            message = self._draft(chat, user, reply_to, thread_id)
            self.reply_keyboards.use(chat.id, user.id, text)
        message = replace(message, text=formatted.text, entities=formatted.entities)
        self.show(kind, self.messages.put(message), by=user)
        return self._tell(message, update)

    def edit(self, message: Message, text: str) -> Message:
        """Let its author change a message's text; the bot is told by edited_message."""
        if message.sender.is_bot or message.via_bot is not None or message.origin is not None:
            raise ValueError("only what a person wrote can be edited")
        if message.service is not None:
            raise ValueError("there is no text in the message to edit")
        return self.say(message.chat, text, by=message.sender, edit=message)

    def delete(self, message: Message, *, by: User | None = None) -> None:
        """Let someone, without `by` its author, delete a message. Bots are not told of that."""
        found = self._message(message.chat, message)
        self.messages.remove(found)
        self.show(EventKind.DELETED, found, by=by or message.sender)

    def forward(
        self,
        where: Where,
        text: str,
        origin: Origin,
        *,
        by: User | None = None,
        date: datetime | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Let someone forward a text of `origin`, written on `date` (else now), and tell the bot.

        `origin` is a user, the name of a user who hides the account, a group, a channel, or a
        message. Raises as `say` does.
        """
        chat = self.directory.chat(where)
        user = self._author(chat, by)
        formatted = person_text(text)
        message = replace(
            self._draft(chat, user, thread_id=thread_id),
            text=formatted.text,
            entities=formatted.entities,
            origin=origin_json(origin, date or self.clock()),
        )
        self.show(EventKind.SAID, self.messages.put(message), by=user)
        return self._tell(message)

    def pass_on(
        self,
        message: Message,
        where: Where,
        *,
        by: User | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Let someone forward a message as it stands, without its keyboard, and tell the bot.

        Raises as `say` does, and ValueError for a service message.
        """
        found = self._message(message.chat, message)
        if found.service is not None and "location" not in found.service:
            raise ValueError("this message can't be forwarded")
        chat = self.directory.chat(where)
        user = self._author(chat, by)
        copy = replace(
            self._draft(chat, user, thread_id=thread_id),
            text=found.text,
            entities=found.entities,
            preview=found.preview,
            file=found.file,
            via_bot=found.via_bot,
            service=found.service,
            origin=origin_json(found, found.date),
        )
        self.show(EventKind.SAID, self.messages.put(copy), by=user)
        return self._tell(copy)

    def press(
        self,
        message: Message | int,
        button: str | tuple[int, int],
        *,
        by: User | None = None,
        where: Where | None = None,
    ) -> CallbackQuery:
        """Let someone press a button and tell the bot.

        The button is named by its label, its callback data, or its row and column. `by` is needed
        in groups, `where` for an id that several supergroups use. Raises LookupError if there is
        no such message or button, ValueError if the button calls no one.
        """
        pressed = self._pressed(message, where)
        user = self._author(pressed.chat, by)
        found = pressed.button(button)
        if "callback_data" not in found:
            raise ValueError(f"the button [{found['text']}] sends nothing to the bot")
        query = CallbackQuery(str(next(self._query_ids)), user, pressed, found["callback_data"])
        self.queries[query.id] = query
        self.show(EventKind.PRESSED, pressed, by=user, text=found["text"])
        about: JsonObject = {"message": pressed.to_json()}
        if pressed.inline_id:  # of a message sent through it, a bot sees this id alone
            about = {"inline_message_id": pressed.inline_id}
        self.updates.push(
            "callback_query",
            {
                "id": query.id,
                "from": user.to_json(),
                **about,
                "chat_instance": str(abs(pressed.chat.id)),
                "data": query.data,
            },
        )
        return query

    def _draft(
        self,
        chat: Chat,
        user: User,
        reply_to: Message | int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Return a message without content; in a topic, what is no reply replies to its start."""
        if chat.type == "channel" and not is_administrator(self.directory.role(chat, user)):
            raise ValueError(f"only those who run {chat.name} can write there")
        replied = self._message(chat, reply_to) if reply_to is not None else None
        if replied is None and thread_id is not None:
            start = self.messages.get(chat.id, thread_id)
            replied = start if start and "forum_topic_created" in (start.service or {}) else None
        return Message(
            self.messages.next_id(chat),
            chat,
            user,
            self.clock(),
            "",
            thread_id=thread_id,
            reply_to=replied,
        )

    def _pressed(self, message: Message | int, where: Where | None) -> Message:
        if isinstance(message, Message):
            return self._message(message.chat, message)
        if where is not None:
            return self._message(self.directory.chat(where), message)
        found = self.messages.with_id(message)
        if len(found) != 1:
            raise LookupError(f"{len(found)} messages have the id {message}")
        return found[0]


def person_text(text: str, *, max_units: int = MAX_TEXT_UNITS) -> Formatted:
    """Return a text as Telegram keeps it. Raises ValueError if no one can send it."""
    try:
        return format_text(text, max_units=max_units)
    except ApiError as error:
        raise ValueError(error.description) from error
