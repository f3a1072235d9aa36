"""Everything the stand-in remembers, and the hands with which tests and pages act on it.

No sockets here: `dispatch.perform` carries out the bot's calls on a state, whoever brings them.
For one event loop; nothing here is thread-safe.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from bot.playground.bell import Bell
from bot.playground.directory import Directory, Where
from bot.playground.errors import ApiError
from bot.playground.faults import FaultPlan
from bot.playground.formatting import format_text
from bot.playground.journal import PATIENCE, Journal
from bot.playground.messages import CallbackQuery, Message, MessageBook
from bot.playground.people import User
from bot.playground.profile import Profile
from bot.playground.rates import RateGate, RateLimits
from bot.playground.record import Call, Event, EventKind, Violation, render_transcript
from bot.playground.texts import TextReader
from bot.playground.updates import UpdateQueue
from bot.playground.utf16 import part

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.json_types import JsonObject
    from bot.playground.people import Chat

T = TypeVar("T")

DEFAULT_TOKEN = "1000000001:playground-token-for-loopback-only-"  # noqa: S105 - opens nothing


def utc_now() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)


class BotApiState:
    """One bot's Telegram: its users, chats and messages, its queue of updates, its record.

    `clock` gives the aware UTC time that messages are dated with; `rates` are enforced if given;
    without `privacy` the bot hears all that is said in groups. `faults`, `directory`, `messages`,
    `updates`, `profile` and `journal` may be used directly.
    """

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        name: str = "Newsdesk",
        username: str = "newsdesk_bot",
        clock: Callable[[], datetime] = utc_now,
        rates: RateLimits | None = None,
        privacy: bool = True,
    ) -> None:
        self.token = token
        self.bot = User(int(token.partition(":")[0]), name, username=username, is_bot=True)
        self.clock = clock
        self.privacy = privacy
        self.directory = Directory(self.bot)
        self.messages = MessageBook()
        self.journal = Journal()
        self.updates = UpdateQueue(self.journal.stir)
        self.profile = Profile()
        self.faults = FaultPlan()
        self.gate = RateGate(rates) if rates is not None else None
        self.queries: dict[str, CallbackQuery] = {}
        self._query_ids = itertools.count(4_000_000_001)
        self._closing = Bell()

    # People

    def add_user(self, first_name: str = "Ann", **details: Any) -> User:
        """Add a person with a started private chat; `details` as in `Directory.add_user`."""
        return self.directory.add_user(first_name, **details)

    def add_group(self, title: str = "Readers", **details: Any) -> Chat:
        """Add a group that the bot is in; `details` as in `Directory.add_group`."""
        return self.directory.add_group(title, **details)

    def block(self, where: Where) -> None:
        """Let a user block the bot, or a group put it out; the bot is told by my_chat_member."""
        chat = self.directory.chat(where)
        self.directory.close(chat)
        self._tell_membership(chat, "member", "kicked")

    def unblock(self, where: Where) -> None:
        """Undo `block`; the bot is told by my_chat_member."""
        chat = self.directory.chat(where)
        self.directory.open(chat)
        self._tell_membership(chat, "kicked", "member")

    def _tell_membership(self, chat: Chat, old: str, new: str) -> None:
        def member(status: str) -> JsonObject:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self.bot.to_json(), "status": status, **until}

        self.updates.push(
            "my_chat_member",
            {
                "chat": chat.to_json(),
                "from": (chat.user or self.bot).to_json(),
                "date": int(self.clock().timestamp()),
                "old_chat_member": member(old),
                "new_chat_member": member(new),
            },
        )

    # What people do

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
        try:
            formatted = format_text(text)
        except ApiError as error:
            raise ValueError(error.description) from error
        if edit is not None:
            kind, update = EventKind.CORRECTED, "edited_message"
            message = replace(self._message(chat, edit), edited=self.clock())
        else:
            kind, update = EventKind.SAID, "message"
            message = Message(
                self.messages.next_id(chat),
                chat,
                user,
                self.clock(),
                text,
                thread_id=thread_id,
                reply_to=self._message(chat, reply_to) if reply_to is not None else None,
            )
        message = replace(message, text=formatted.text, entities=formatted.entities)
        self.show(kind, self.messages.put(message), by=user)
        if self._is_heard(message):
            self.updates.push(update, message.to_json())
        return message

    def press(
        self,
        message: Message | int,
        button: str,
        *,
        by: User | None = None,
        where: Where | None = None,
    ) -> CallbackQuery:
        """Let someone press a button, named by its label or its callback data, and tell the bot.

        `by` is needed in groups, `where` for an id that several supergroups use. Raises
        LookupError if there is no such message or button, ValueError if the button calls no one.
        """
        pressed = self._pressed(message, where)
        user = self._author(pressed.chat, by)
        found = pressed.button(button)
        if "callback_data" not in found:
            raise ValueError(f"the button [{found['text']}] sends nothing to the bot")
        query = CallbackQuery(str(next(self._query_ids)), user, pressed, found["callback_data"])
        self.queries[query.id] = query
        self.show(EventKind.PRESSED, pressed, by=user, text=found["text"])
        self.updates.push(
            "callback_query",
            {
                "id": query.id,
                "from": user.to_json(),
                "message": pressed.to_json(),
                "chat_instance": str(abs(pressed.chat.id)),
                "data": query.data,
            },
        )
        return query

    # What the bot did

    @property
    def unanswered(self) -> list[CallbackQuery]:
        """The pressed buttons that still wait for answerCallbackQuery."""
        return [query for query in self.queries.values() if query.answer is None]

    @property
    def violations(self) -> list[Violation]:
        """What Telegram would have dropped or changed without telling the bot."""
        return self.journal.violations

    def calls(self, method: str | None = None) -> list[Call]:
        """Return the recorded calls, all or those of one method."""
        return [c for c in self.journal.calls if method is None or c.method == method]

    def transcript(self, where: Where) -> str:
        """Return a chat as plain text."""
        chat = self.directory.chat(where)
        return render_transcript(e for e in self.journal.events if e.chat_id == chat.id)

    async def next_message(self, where: Where, *, within: float = PATIENCE) -> Message:
        """Return the bot's first message to a chat that was not returned before.

        Waits up to `within` seconds for it, then raises TimeoutError.
        """
        chat = self.directory.chat(where)
        return await self.journal.next_message(chat.id, EventKind.SENT, within=within)

    async def next_edit(self, where: Where, *, within: float = PATIENCE) -> Message:
        """Return the bot's first edit in a chat that was not returned before; waits likewise."""
        chat = self.directory.chat(where)
        return await self.journal.next_message(chat.id, EventKind.EDITED, within=within)

    async def next_call(self, method: str, *, within: float = PATIENCE) -> Call:
        """Return the first call of a method that was not returned before; waits likewise."""
        return await self.journal.next_call(method, within=within)

    async def next_poll(self, *, within: float = PATIENCE) -> None:
        """Return once the bot waits for updates; waits likewise."""
        await self.until(lambda: self.updates.is_polled or None, within=within, what="a poll")

    async def until(
        self, condition: Callable[[], T | None], *, within: float = PATIENCE, what: str = ""
    ) -> T:
        """Return what `condition` returns once that is not None; waits likewise."""
        return await self.journal.until(condition, within=within, what=what)

    # For the methods and the transport

    def reader(self) -> TextReader:
        """Return what reads a call's text now."""
        return TextReader(self.clock(), self.directory.user)

    def show(
        self, kind: EventKind, message: Message, *, by: User | None = None, text: str = ""
    ) -> None:
        """Record something seen of a message; without `by` it is the bot's doing."""
        actor = (by or self.bot).name
        self.journal.add_event(Event(kind, self.clock(), message.chat.id, actor, message, text))

    async def pause(self, seconds: float) -> None:
        """Wait, but not past the end of the transport."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.heard()

    def release(self) -> None:
        """End whatever waits inside a call, because the transport closes."""
        self._closing.ring()
        self.updates.release()

    # Inside

    def _author(self, chat: Chat, by: User | None) -> User:
        user = by or chat.user
        if user is None:
            raise ValueError("in a group it takes `by` to say who")
        if self.directory.is_closed(chat):
            raise ValueError(f"{chat.name} has blocked the bot")
        return user

    def _message(self, chat: Chat, message: Message | int) -> Message:
        number = message if isinstance(message, int) else message.id
        found = self.messages.get(chat.id, number)
        if found is None:
            raise LookupError(f"no message {number} in {chat.name}")
        return found

    def _pressed(self, message: Message | int, where: Where | None) -> Message:
        if isinstance(message, Message):
            return self._message(message.chat, message)
        if where is not None:
            return self._message(self.directory.chat(where), message)
        found = self.messages.with_id(message)
        if len(found) != 1:
            raise LookupError(f"{len(found)} messages have the id {message}")
        return found[0]

    def _is_heard(self, message: Message) -> bool:
        if not (message.chat.is_group and self.privacy):
            return True
        if message.reply_to is not None and message.reply_to.sender == self.bot:
            return True
        me = f"@{self.bot.username}".lower()
        for entity in message.entities:
            piece = part(message.text, entity.offset, entity.length).lower()
            if entity.type == "mention" and piece == me:
                return True
            if entity.type == "bot_command" and ("@" not in piece or piece.endswith(me)):
                return True
        return False
