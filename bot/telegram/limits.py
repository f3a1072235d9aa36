"""Counts each person's questions and says, kindly, when there were too many.

A store that fails costs nobody an answer: then all is let through and nothing counted.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from contextlib import asynccontextmanager
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from telegram import InlineQueryResultsButton
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.chat.limits import Limits, render_wait
from bot.store.asks import Ask
from bot.store.errors import StoreError
from bot.telegram.access import RANKS, sender_of
from retrieval.types import Answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from telegram import InlineQuery, Message

    from bot.chat.translations import Translator
    from bot.store.asks import Outcome, Way
    from bot.store.engine import Store
    from bot.store.exchanges import Background
    from bot.telegram.access import Access
    from bot.telegram.ports import Observer
    from retrieval.types import Reply

logger = logging.getLogger(__name__)

HINT_SECONDS = 10  # that Telegram keeps an empty answer to an inline query
_TOLD = 10_000  # people of groups whose refusals are remembered
_NOW = timedelta()


class Asking:
    """One question that is being answered; without a `reply` at its end it has failed."""

    def __init__(self) -> None:
        self.reply: Reply | None = None
        self.ask: Ask | None = None

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        if self.reply is None:
            return "failed"
        return "answer" if isinstance(self.reply, Answer) else "abstention"


class Quota:
    """What people may still ask. Without a store there are no limits."""

    def __init__(
        self,
        store: Store | None = None,
        access: Access | None = None,
        limits: Limits | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._observer = observer
        self._store = store
        self._access = access
        self._limits = limits or Limits()
        self._told: OrderedDict[tuple[int, int], datetime] = OrderedDict()

    @property
    def window(self) -> timedelta:
        """How far back questions count; nothing without a limit."""
        return self._limits.window

    async def refusal(
        self, message: Message, tr: Translator, known: Background | None = None
    ) -> str | None:
        """Return None if the sender may ask now, else a line of HTML that says when.

        In a group the line is "" when it was said before: it is said once until the time has come.
        """
        sender = sender_of(message)
        wait = await self.wait(sender.id if sender else None, way_of(message), known)
        if sender is None or wait <= _NOW:
            return None
        private = message.chat.type == ChatType.PRIVATE
        if not private and not self._is_news(message.chat_id, sender.id, wait):
            return ""
        return escape(render_wait(tr, wait), quote=False)

    async def wait(
        self, user_id: int | None, way: Way, known: Background | None = None
    ) -> timedelta:
        """Return how long a person has to wait for the next question; zero or less for not.

        What is `known` of them isn't read again.
        """
        if self._store is None or user_id is None or not self.window:
            return _NOW
        if known is not None:
            role = self._access.role_of(user_id, known.person) if self._access else "member"
            if RANKS[role] >= RANKS["admin"]:
                return _NOW
            return self._limits.wait(known.asked, way, self._store.clock())
        try:
            if self._access is not None and await self._access.may(user_id):
                return _NOW
            now = self._store.clock()
            asked = await self._store.asks.of(user_id, now - self.window)
        except StoreError as error:
            logger.warning("A person's questions could not be counted: %s", type(error).__name__)
            return _NOW
        return self._limits.wait(asked, way, now)

    @asynccontextmanager
    async def counting(self, message: Message) -> AsyncIterator[Asking]:
        """Count the question of a message that is answered in the block.

        One that fails is noted at once; any other is left in `ask`, to be noted with its answer.
        """
        sender = sender_of(message)
        user_id, way = sender.id if sender else None, way_of(message)
        asking, started = Asking(), time.perf_counter()
        try:
            yield asking
        except Exception:
            await self.note(self._counted(user_id, way, asking, started))
            raise
        asking.ask = self._counted(user_id, way, asking, started)

    @asynccontextmanager
    async def noting(self, user_id: int | None, way: Way) -> AsyncIterator[Asking]:
        """Note the question that is answered in the block, as failed if that raises."""
        asking, started = Asking(), time.perf_counter()
        try:
            yield asking
        except Exception:
            await self.note(self._counted(user_id, way, asking, started))
            raise
        await self.note(self._counted(user_id, way, asking, started))

    async def note(self, ask: Ask | None) -> None:
        """Keep that a question was asked."""
        if self._store is None or ask is None:
            return
        try:
            await self._store.asks.add(ask.user_id, ask.way, ask.outcome, ask.took_ms)
        except StoreError as error:
            logger.warning("A question could not be counted: %s", type(error).__name__)

    def _counted(self, user_id: int | None, way: Way, asking: Asking, started: float) -> Ask | None:
        """Tell the observer of a question that ended; return what is to be kept of it."""
        took = time.perf_counter() - started
        if self._observer is not None:
            self._observer.asked(way, asking.outcome, took)
        if self._store is None:
            return None
        return Ask(self._store.clock(), user_id, way, asking.outcome, round(took * 1000))

    def _is_news(self, chat_id: int, user_id: int, wait: timedelta) -> bool:
        """Tell whether a person of a group hasn't been told yet, and take it that they are now."""
        now = self._store.clock() if self._store else None
        until = self._told.get((chat_id, user_id))
        if now is None or (until is not None and now < until):
            return False
        self._told[chat_id, user_id] = now + wait
        self._told.move_to_end((chat_id, user_id))
        if len(self._told) > _TOLD:
            self._told.popitem(last=False)
        return True


async def answer_with_hint(query: InlineQuery, hint: str) -> None:
    """Answer an inline query with nothing but a button that leads to the bot's own chat."""
    button = InlineQueryResultsButton(hint, start_parameter="hello")
    try:
        await query.answer([], cache_time=HINT_SECONDS, is_personal=True, button=button)
    except TelegramError as refusal:
        logger.info("An inline query was not answered: %s", type(refusal).__name__)


def way_of(message: Message) -> Way:
    """Return how a message asks."""
    return "private" if message.chat.type == ChatType.PRIVATE else "group"
