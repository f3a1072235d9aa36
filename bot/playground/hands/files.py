"""The files that people send."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.playground.files import image_size
from bot.playground.formatting import MAX_CAPTION_UNITS
from bot.playground.hands.writing import Writing, person_text
from bot.playground.record import EventKind

if TYPE_CHECKING:
    from bot.playground.directory import Where
    from bot.playground.files import StoredFile
    from bot.playground.messages import Message
    from bot.playground.people import User


class Files(Writing):
    """Lets people send documents and photos."""

    def send_document(
        self,
        where: Where,
        content: bytes,
        file_name: str,
        mime: str = "application/octet-stream",
        caption: str = "",
        *,
        by: User | None = None,
        reply_to: Message | int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Let someone send a document to a chat, and tell the bot.

        People may send far more than a bot can fetch. Raises as `say` does, and ValueError for an
        empty file.
        """
        if not content:
            raise ValueError("an empty file can't be sent")
        file = self.files.add("document", content, file_name, mime)
        return self._send(where, file, caption, by, reply_to, thread_id)

    def send_photo(
        self,
        where: Where,
        content: bytes,
        caption: str = "",
        *,
        by: User | None = None,
        reply_to: Message | int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Let someone send a PNG, GIF or JPEG image as a photo; raises as `send_document` does."""
        size = image_size(content)
        if size is None:
            raise ValueError("a photo must be a PNG, GIF or JPEG image")
        file = self.files.add("photo", content, size=size)
        return self._send(where, file, caption, by, reply_to, thread_id)

    def _send(
        self,
        where: Where,
        file: StoredFile,
        caption: str,
        by: User | None,
        reply_to: Message | int | None,
        thread_id: int | None,
    ) -> Message:
        chat = self.directory.chat(where)
        user = self._author(chat, by)
        message = replace(self._draft(chat, user, reply_to, thread_id), file=file)
        if caption:
            formatted = person_text(caption, max_units=MAX_CAPTION_UNITS)
            message = replace(message, text=formatted.text, entities=formatted.entities)
        self.reply_keyboards.use(chat.id, user.id, None)
        self.show(EventKind.SAID, self.messages.put(message), by=user)
        return self._tell(message)
