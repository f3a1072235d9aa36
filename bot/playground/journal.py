"""The running record, and waiting for it to grow."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from bot.playground.bell import Bell
from bot.playground.record import Call, Event, EventKind, Violation, render_transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.playground.messages import Message

T = TypeVar("T")

PATIENCE = 20.0
"""Seconds to wait for something that the bot should do at once, on however busy a machine."""


class Journal:
    """Calls, events and violations in their order. For one event loop."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.events: list[Event] = []
        self.violations: list[Violation] = []
        self.bell = Bell()
        self._read: defaultdict[tuple[object, ...], int] = defaultdict(int)

    def stir(self) -> None:
        """Let those who wait look again, though nothing is recorded."""
        self.bell.ring()

    def add_call(self, call: Call) -> None:
        """Record a call."""
        self.calls.append(call)
        self.bell.ring()

    def add_event(self, event: Event) -> None:
        """Record an event."""
        self.events.append(event)
        self.bell.ring()

    def add_violations(self, method: str, chat_id: int | None, problems: Sequence[str]) -> None:
        """Record what Telegram would have dropped from one call."""
        self.violations += [Violation(method, chat_id, problem) for problem in problems]

    async def until(
        self, condition: Callable[[], T | None], *, within: float = PATIENCE, what: str = ""
    ) -> T:
        """Return what `condition` returns once that is not None; asked again as things happen.

        Raises TimeoutError after `within` seconds, telling what has happened so far.
        """
        try:
            async with asyncio.timeout(within):
                while (found := condition()) is None:
                    await self.bell.heard()
        except TimeoutError:
            calls = ", ".join(call.method for call in self.calls if call.method != "getUpdates")
            raise TimeoutError(
                f"{what or 'it'} did not happen in {within} s; "
                f"calls: {calls or 'none'}\n{render_transcript(self.events)}"
            ) from None
        return found

    async def next_call(self, method: str, *, within: float = PATIENCE) -> Call:
        """Return the first call of `method` that was not returned before, waiting for it."""
        calls, key = self.calls, ("call", method)

        def found() -> Call | None:
            for place in range(self._read[key], len(calls)):
                self._read[key] = place + 1
                if calls[place].method == method:
                    return calls[place]
            return None

        return await self.until(found, within=within, what=f"a call of {method}")

    async def next_message(
        self, chat_id: int, kind: EventKind, *, within: float = PATIENCE
    ) -> Message:
        """Return the message of a chat's first event of a kind not returned before; waits."""
        events, key = self.events, ("message", chat_id, kind)

        def found() -> Message | None:
            for place in range(self._read[key], len(events)):
                self._read[key] = place + 1
                event = events[place]
                if event.message and (event.chat_id, event.kind) == (chat_id, kind):
                    return event.message
            return None

        return await self.until(found, within=within, what=f"that the bot {kind} a message")
