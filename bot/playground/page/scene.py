"""What the page is about: the stand-in's state, whom it plays, the bot's switch and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.playground.journal import PATIENCE
from bot.playground.page.body import Refused
from bot.playground.roles import is_inside

if TYPE_CHECKING:
    from bot.playground.messages import Message
    from bot.playground.page.body import Body
    from bot.playground.page.cast import Cast
    from bot.playground.page.controls import Controls
    from bot.playground.people import Chat, User
    from bot.playground.state import BotApiState


@dataclass(frozen=True, slots=True)
class Scene:
    """Finds what a request names; whatever its person can't see is refused.

    `patience` is how many seconds the page waits for what the bot offers inline.
    """

    state: BotApiState
    cast: Cast
    controls: Controls
    patience: float = PATIENCE

    @property
    def people(self) -> list[User]:
        """Whom the page plays, as they are now, the admin first."""
        found = (self.state.directory.user(person.id) for person in self.cast.people)
        return [person for person in found if person is not None]

    def person(self, user_id: int) -> User:
        """Return one of the people. Raises Refused(404)."""
        for person in self.people:
            if person.id == user_id:
                return person
        raise Refused(404, "There is no such person here.")

    def chat(self, me: User, chat_id: int) -> Chat:
        """Return a chat that a person is in. Raises Refused: 404 if there is none, 403 if not."""
        chat = self.state.directory.find(chat_id)
        if chat is None:
            raise Refused(404, "There is no such chat.")
        if not is_inside(self.state.directory.role(chat, me)):
            raise Refused(403, f"{me.first_name} is not in this chat.")
        return chat

    def writable_chat(self, me: User, chat_id: int) -> Chat:
        """Return a chat that a person may write to. Raises Refused."""
        chat = self.chat(me, chat_id)
        if chat.user is not None and self.state.directory.is_closed(chat):
            raise Refused(409, "You have blocked the bot. Unblock it to write to it.")
        return chat

    def message(self, chat: Chat, message_id: int) -> Message:
        """Return a message. Raises Refused(404)."""
        message = self.state.messages.get(chat.id, message_id)
        if message is None:
            raise Refused(404, "This message is no longer there.")
        return message

    def replied(self, chat: Chat, body: Body) -> Message | None:
        """Return the message that `reply_to` names, None if it names none."""
        number = body.maybe_number("reply_to")
        return None if number is None else self.message(chat, number)


def thread_in(chat: Chat, body: Body, replied: Message | None = None) -> int | None:
    """Return the topic to write in: `thread`, else that of the message replied to.

    Raises Refused(404) for one that the chat does not have.
    """
    thread = body.maybe_number("thread")
    if thread is None:
        return replied.thread_id if replied else None
    if thread not in chat.topics:
        raise Refused(404, "There is no such topic in this chat.")
    return thread
