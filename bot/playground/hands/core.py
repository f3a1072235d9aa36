"""What the stand-in remembers, how it is asked, and what the methods and the transport need."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from bot.playground.bell import Bell
from bot.playground.directory import Directory, Where
from bot.playground.faults import FaultPlan
from bot.playground.files import FileShelf
from bot.playground.inline import InlineBook
from bot.playground.journal import PATIENCE, Journal
from bot.playground.messages import CallbackQuery, Message, MessageBook
from bot.playground.people import User
from bot.playground.profile import Profile
from bot.playground.rates import RateGate, RateLimits
from bot.playground.record import Call, Event, EventKind, Violation, render_transcript
from bot.playground.reply_keyboards import ReplyKeyboards
from bot.playground.roles import is_administrator, is_inside
from bot.playground.texts import TextReader
from bot.playground.updates import UpdateQueue
from bot.playground.utf16 import part

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.markup import Keyboard
    from bot.playground.people import Chat
    from bot.playground.webhooks import Webhook

T = TypeVar("T")

DEFAULT_TOKEN = "1000000001:playground-token-for-loopback-only-"  # noqa: S105 - opens nothing


def utc_now() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)


class Core:
    """The memory of one bot's Telegram; `BotApiState` says what the arguments mean."""

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        name: str = "Newsdesk",
        username: str = "newsdesk_bot",
        clock: Callable[[], datetime] = utc_now,
        rates: RateLimits | None = None,
        privacy: bool = True,
        inline_mode: bool = True,
    ) -> None:
        self.token = token
        self.bot = User(int(token.partition(":")[0]), name, username=username, is_bot=True)
        self.clock = clock
        self.privacy = privacy
        self.inline_mode = inline_mode
        self.directory = Directory(self.bot)
        self.messages = MessageBook()
        self.journal = Journal()
        self.updates = UpdateQueue(self.journal.stir)
        self.profile = Profile()
        self.faults = FaultPlan()
        self.gate = RateGate(rates) if rates is not None else None
        self.files = FileShelf()
        self.inline_book = InlineBook()
        self.reply_keyboards = ReplyKeyboards()
        self.webhook: Webhook | None = None
        self.queries: dict[str, CallbackQuery] = {}
        self._query_ids = itertools.count(4_000_000_001)
        self._closing = Bell()

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
        self,
        kind: EventKind,
        message: Message,
        *,
        by: User | None = None,
        text: str = "",
        query: CallbackQuery | None = None,
    ) -> None:
        """Record something seen of a message; without `by` it is the bot's doing."""
        actor, now = (by or self.bot).name, self.clock()
        self.journal.add_event(Event(kind, now, message.chat.id, actor, message, text, query))

    def post(self, message: Message, keyboard: Keyboard) -> None:
        """Keep a new message of the bot, and show what its keyboard asks for."""
        self.reply_keyboards.take(message, keyboard.reply)
        self.show(EventKind.SENT, self.messages.put(message))

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
        """Return who acts in a chat; in a group that makes a member of whoever was none."""
        user = by or chat.user
        if user is None:
            raise ValueError("in a group it takes `by` to say who")
        if chat.user is not None and self.directory.is_closed(chat):
            raise ValueError(f"{chat.name} has blocked the bot")
        if self.directory.successor(chat) is not None:
            raise ValueError(f"{chat.name} is a supergroup now; use what `migrate` returned")
        role = self.directory.role(chat, user)
        if role == "kicked":
            raise ValueError(f"{user.name} was put out of {chat.name}")
        if not is_inside(role):
            if chat.is_conversation:
                raise ValueError(f"{user.name} is not in {chat.name}")
            self.directory.set_role(chat, user, "member")
        return user

    def _message(self, chat: Chat, message: Message | int) -> Message:
        number = message if isinstance(message, int) else message.id
        found = self.messages.get(chat.id, number)
        if found is None:
            raise LookupError(f"no message {number} in {chat.name}")
        return found

    def _tell(self, message: Message, update: str = "message") -> Message:
        """Queue the update of a message, if the bot hears of it, and return the message."""
        if self._is_heard(message):
            posts = {"message": "channel_post", "edited_message": "edited_channel_post"}
            kind = posts[update] if message.chat.type == "channel" else update
            self.updates.push(kind, message.to_json())
        return message

    def _is_heard(self, message: Message) -> bool:
        if self.directory.is_closed(message.chat):
            return False
        if not (message.chat.is_group and self.privacy) or message.service is not None:
            return True
        if message.via_bot == self.bot:
            return True
        if is_administrator(self.directory.role(message.chat, self.bot)):
            return True
        if message.reply_to is not None and message.reply_to.sender == self.bot:
            return True
        return self._is_addressed(message)

    def _is_addressed(self, message: Message) -> bool:
        me = f"@{self.bot.username}".lower()
        for entity in message.entities:
            piece = part(message.text, entity.offset, entity.length).lower()
            if entity.type == "mention" and piece == me:
                return True
            if entity.type == "bot_command" and ("@" not in piece or piece.endswith(me)):
                return True
        return False
