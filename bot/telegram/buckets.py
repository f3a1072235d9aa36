"""How much may be sent and whose turn it is: arithmetic over given times, nothing else.

Times are seconds of any monotonic clock, passed in by the caller.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import chain
from typing import TypeAlias

Chat: TypeAlias = int | str

MANY_CHATS = 1024
NEVER = float("-inf")


class Priority(IntEnum):
    """Who goes first when not everything can go now. Passed as `rate_limit_args`."""

    ANSWER = 0
    BULK = 1


class Window:
    """At most `limit` events in any stretch `[t, t + seconds)`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._events: deque[float] = deque(maxlen=limit)

    def free_at(self) -> float:
        """Return the earliest time of the next event; it may be long past."""
        return NEVER if len(self._events) < self._limit else self._events[0] + self._seconds

    def take(self, now: float) -> None:
        """Note an event at `now`, which is neither before `free_at` nor before the last one."""
        self._events.append(now)

    def is_idle(self, now: float) -> bool:
        """Return whether no event bears on the future any more."""
        return not self._events or self._events[-1] + self._seconds <= now


@dataclass(frozen=True, slots=True)
class Rates:
    """Telegram's limits as (messages, seconds); a chat keeps to each of its pairs.

    One message a second to a chat is meant on average, so a reply in three parts goes at once.
    Bulk keeps to `bulk` besides, which leaves answers some of `overall`, and in each chat to
    `bulk_chat`.
    """

    overall: tuple[int, float] = (30, 1.0)
    private: tuple[tuple[int, float], ...] = ((3, 3.0),)
    group: tuple[tuple[int, float], ...] = ((3, 3.0), (20, 60.0))
    bulk: tuple[tuple[int, float], ...] = ()
    bulk_chat: tuple[tuple[int, float], ...] = ()

    def of(self, chat: Chat) -> tuple[tuple[int, float], ...]:
        """Return the limits of a chat: groups and channels have negative ids or names."""
        is_private = isinstance(chat, int) and chat > 0
        return self.private if is_private else self.group


@dataclass(frozen=True, slots=True, order=True)
class Ticket:
    """A place in the line: by priority, then by arrival.

    A message is held to the rates, its chat's among them unless `chat` is None; what is no
    message (`counted` False) only waits for a pause to end.
    """

    priority: Priority
    arrival: int
    chat: Chat | None = field(default=None, compare=False)
    counted: bool = field(default=True, compare=False)


class Line:
    """The requests that wait to be sent, and what they wait for."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._overall = Window(*rates.overall)
        self._bulk = [Window(*limit) for limit in rates.bulk]
        self._chats: dict[Chat, tuple[list[Window], list[Window]]] = {}
        self._waiting: list[Ticket] = []
        self._paused_until = NEVER

    def join(self, ticket: Ticket) -> None:
        """Put a ticket in the line: at its own place, also when it comes again."""
        insort(self._waiting, ticket)

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket out of the line if it is still in it."""
        if ticket in self._waiting:
            self._waiting.remove(ticket)

    def pause(self, until: float) -> None:
        """Let nobody pass before `until`; an earlier pause that ends later stays."""
        self._paused_until = max(self._paused_until, until)

    def admit(self, now: float) -> list[Ticket]:
        """Take everyone from the line who may go at `now`, in order, and count their messages."""
        if now < self._paused_until:
            return []
        admitted: list[Ticket] = []
        staying: list[Ticket] = []
        for ticket in self._waiting:
            if self._free_at(ticket) <= now:
                admitted.append(ticket)
                for window in self._windows(ticket):
                    window.take(now)
            else:
                staying.append(ticket)
        self._waiting = staying
        self._forget_idle_chats(now)
        return admitted

    def next_time(self) -> float | None:
        """Return when to ask `admit` again if nobody joins before; None = nobody waits."""
        if not self._waiting:
            return None
        return max(self._paused_until, min(map(self._free_at, self._waiting)))

    def _free_at(self, ticket: Ticket) -> float:
        return max((window.free_at() for window in self._windows(ticket)), default=NEVER)

    def _windows(self, ticket: Ticket) -> list[Window]:
        """Return what limits a ticket."""
        if not ticket.counted:
            return []
        is_bulk = ticket.priority is Priority.BULK
        always = [self._overall, *(self._bulk if is_bulk else ())]
        if ticket.chat is None:
            return always
        if ticket.chat not in self._chats:
            limits, more = self._rates.of(ticket.chat), self._rates.bulk_chat
            both = [Window(*limit) for limit in limits], [Window(*limit) for limit in more]
            self._chats[ticket.chat] = both
        of_all, of_bulk = self._chats[ticket.chat]
        return [*always, *of_all, *(of_bulk if is_bulk else ())]

    def _forget_idle_chats(self, now: float) -> None:
        if len(self._chats) > MANY_CHATS:
            self._chats = {
                chat: windows
                for chat, windows in self._chats.items()
                if not all(window.is_idle(now) for window in chain(*windows))
            }
