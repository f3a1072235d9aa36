"""Keeps the bot's requests within Telegram's rates and obeys its flood waits."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.ext import BaseRateLimiter

from bot.telegram.buckets import Chat, Line, Priority, Rates, Ticket

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from bot.telegram.ports import Observer

logger = logging.getLogger(__name__)

RETRIES = 3
# Telegram's second may start a little later than ours.
MARGIN_SECONDS = 0.1
# So long after its turn a request may still go out.
PROMPT_SECONDS = 0.1
# Evenly, and not all that there is: so answers find room in every second.
BULK = ((1, 0.05),)
# Telegram counts when requests arrive, and some take longer on the way than others: so what is
# sent in a row keeps clear of its windows' ends.
BULK_CHAT = ((1, 1.1),)
GROUP = ((3, 3.0), (20, 61.0))

_MESSAGES = ("send", "forward", "copy", "editMessage")
_NO_MESSAGES = {"sendChatAction"}


class Alarm(Protocol):
    """A callback to come."""

    def cancel(self) -> None:
        """Call it off."""


class Timer(Protocol):
    """The part of an event loop that tells the time and waits for it."""

    def time(self) -> float:
        """Return monotonic seconds."""
        ...

    def call_at(self, when: float, callback: Callable[[], None], /) -> Alarm:
        """Call back once at `when`."""
        ...


@dataclass(frozen=True, slots=True)
class Errand:
    """A request whose caller is told when its turn has come, and repeats it by itself if need be.

    `begin` is awaited right before the request; what it raises is passed on instead of it.
    """

    priority: Priority
    begin: Callable[[], Awaitable[None]]


class RateLimiter(BaseRateLimiter[Priority | Errand]):
    """Paces messages, and holds back everything to chats while a flood wait lasts.

    Messages keep to the overall rate and to their chat's, answers before bulk. When Telegram
    asks any of them to wait, all wait until the time is over; then that request is repeated at
    its old place, at most `retries` times. No other failure is repeated: after `TimedOut` a
    message may have arrived.

    Requests about the bot itself (getUpdates, setMyCommands, …) pass untouched. A flood wait of
    theirs can last for hours and concerns no chat: it is raised to their caller.
    """

    def __init__(
        self,
        *,
        rates: Rates | None = None,
        retries: int = RETRIES,
        timer: Timer | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._observer = observer
        self._line = Line(rates or Rates(group=GROUP, bulk=BULK, bulk_chat=BULK_CHAT))
        self._retries = retries
        self._given_timer = timer
        self._arrivals = count(1)
        self._admissions: dict[Ticket, asyncio.Future[None]] = {}
        self._alarm: Alarm | None = None

    async def initialize(self) -> None:
        """Prepare nothing: all that is needed comes with the first request."""

    async def shutdown(self) -> None:
        """Stop waiting for anybody's turn."""
        self._set_alarm(None)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Priority | Errand | None,
    ) -> Any:
        """Make the request when its turn comes; return and raise what it does."""
        if self._observer is not None:
            callback = partial(_observed, self._observer, endpoint, callback)
        errand = rate_limit_args if isinstance(rate_limit_args, Errand) else None
        priority = rate_limit_args if isinstance(rate_limit_args, Priority) else None
        if errand is not None:
            priority = errand.priority
        ticket = self._ticket(endpoint, data, priority)
        if ticket is None:
            return await callback(*args, **kwargs)
        if errand is not None:
            await self._turn(ticket)
            admitted = self._timer.time()
            await errand.begin()
            if self._timer.time() - admitted > PROMPT_SECONDS:
                await self._turn(ticket)  # counted then, it would go out in a crowd now
            return await self._attempt(callback, args, kwargs)
        for _ in range(self._retries):
            await self._turn(ticket)
            with suppress(RetryAfter):
                return await self._attempt(callback, args, kwargs)
        await self._turn(ticket)
        return await self._attempt(callback, args, kwargs)

    def _ticket(
        self, endpoint: str, data: dict[str, Any], priority: Priority | None
    ) -> Ticket | None:
        """Return the request's place in the line; None for one about the bot itself."""
        chat = _chat(data.get("chat_id"))
        counted = endpoint.startswith(_MESSAGES) and endpoint not in _NO_MESSAGES
        if chat is None and not counted and not endpoint.startswith("answer"):
            return None
        return Ticket(priority or Priority.ANSWER, next(self._arrivals), chat, counted)

    async def _attempt(
        self, callback: Callable[..., Coroutine[Any, Any, Any]], args: Any, kwargs: dict[str, Any]
    ) -> Any:
        """Make the request; when Telegram asks to wait, hold everything back until then."""
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as flood:
            seconds = seconds_of(flood)
            logger.warning("Telegram asks to wait %.0f s; messages are held until then", seconds)
            self._line.pause(self._timer.time() + seconds + MARGIN_SECONDS)
            raise

    async def _turn(self, ticket: Ticket) -> None:
        """Wait in the line until the ticket is admitted."""
        admission = self._admissions[ticket] = asyncio.get_running_loop().create_future()
        self._line.join(ticket)
        came = self._timer.time()
        try:
            self._admit()
            await admission
            if self._observer is not None:
                self._observer.waited(self._timer.time() - came)
        finally:
            self._line.leave(ticket)
            del self._admissions[ticket]

    def _admit(self) -> None:
        """Let everyone pass whose turn it is, and come back when the next one's is."""
        now = self._timer.time()
        for ticket in self._line.admit(now):
            if not self._admissions[ticket].done():
                self._admissions[ticket].set_result(None)
        self._set_alarm(self._line.next_time())

    def _set_alarm(self, when: float | None) -> None:
        if self._alarm:
            self._alarm.cancel()
        self._alarm = None if when is None else self._timer.call_at(when, self._admit)

    @property
    def _timer(self) -> Timer:
        return self._given_timer or asyncio.get_running_loop()


async def _observed(
    observer: Observer,
    method: str,
    callback: Callable[..., Coroutine[Any, Any, Any]],
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Make a request and tell the observer how it went."""
    try:
        result = await callback(*args, **kwargs)
    except Exception as error:
        observer.requested(method, result_of(error))
        raise
    observer.requested(method, "ok")
    return result


def result_of(error: Exception) -> str:
    """Return in a word what became of a request that raised."""
    match error:
        case RetryAfter():
            return "flood"
        case BadRequest() | Forbidden():  # a BadRequest is a NetworkError to the library
            return "refused"
        case TimedOut():
            return "timeout"
        case NetworkError():
            return "network"
        case _:
            return "failed"


def seconds_of(flood: RetryAfter) -> float:
    """Return how long Telegram asks to wait, in seconds."""
    wait = flood.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _chat(chat_id: object) -> Chat | None:
    """Return the id as Telegram means it: a number may come as text, a name stays text."""
    if isinstance(chat_id, int):
        return chat_id
    if not isinstance(chat_id, str):
        return None
    try:
        return int(chat_id)
    except ValueError:
        return chat_id
