"""What chats show below the text field: reply keyboards, and the forced replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.messages import Message

_Shown: TypeAlias = tuple[int, "JsonObject"] | None
"""A message's id and its markup; None stands for one that was taken away."""


class ReplyKeyboards:
    """The last markup of each chat; a selective one is of some people alone."""

    def __init__(self) -> None:
        self._chats: dict[int, dict[int | None, _Shown]] = {}

    def take(self, message: Message, markup: JsonObject | None) -> None:
        """Do what a message's markup, as `markup.Keyboard.reply` has it, asks for.

        A selective one is for those whom the message mentions or replies to.
        """
        if markup is None:
            return
        shown = None if "remove_keyboard" in markup else (message.id, markup)
        if not markup.get("selective"):
            self._chats[message.chat.id] = {None: shown}
            return
        people = {entity.user.id for entity in message.entities if entity.user is not None}
        if message.reply_to is not None:
            people.add(message.reply_to.sender.id)
        self._chats.setdefault(message.chat.id, {}).update(dict.fromkeys(people, shown))

    def shown(self, chat_id: int, user_id: int) -> JsonObject | None:
        """Return the ReplyKeyboardMarkup that someone sees in a chat, None if there is none."""
        found = self._of(chat_id, user_id)
        return found[1] if found and "keyboard" in found[1] else None

    def forced(self, chat_id: int, user_id: int) -> int | None:
        """Return the id of the message that someone is asked to reply to, None if there is none."""
        found = self._of(chat_id, user_id)
        return found[0] if found and "force_reply" in found[1] else None

    def use(self, chat_id: int, user_id: int, text: str | None) -> None:
        """Note that someone wrote a text, or (None) sent something else.

        A forced reply is then made, and of a keyboard for one time that had such a button the time
        is over.
        """
        found = self._of(chat_id, user_id)
        if found is None:
            return
        markup = found[1]
        buttons = [button for row in markup.get("keyboard", ()) for button in row]
        pressed = any(
            "request_location" in button if text is None else button["text"] == text
            for button in buttons
        )
        if "force_reply" in markup or (pressed and markup.get("one_time_keyboard")):
            self._chats[chat_id][user_id] = None

    def _of(self, chat_id: int, user_id: int) -> _Shown:
        chat = self._chats.get(chat_id, {})
        return chat.get(user_id, chat.get(None))
