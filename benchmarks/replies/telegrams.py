"""Telegram as the askers see it: chats that say something, and replies that come."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from benchmarks.replies.lean import LeanServer
from bot.playground.server import BotApiServer
from bot.playground.state import BotApiState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.playground.record import Call, Event

    Heard = Callable[[int, int, float], None]


class Telegram(Protocol):
    """One bot's Telegram. Chats are numbered from 0."""

    url: str
    token: str
    sends: int

    def say(self, chat: int, text: str) -> tuple[int, int]:
        """Let a chat ask; returns its id and the message's number."""
        ...


class Full:
    """The product's own stand-in, which checks and keeps everything; but its record is dropped."""

    def __init__(self, chats: int, heard: Heard) -> None:
        self._state = BotApiState()
        self._people = [self._state.add_user(f"Asker {number}") for number in range(chats)]
        self.server = BotApiServer(self._state)
        self.token, self.url, self.sends = self._state.token, "", 0
        self._heard = heard
        self._state.journal.add_call = self._note  # type: ignore[method-assign]
        self._state.journal.add_event = _forget  # type: ignore[method-assign]

    def say(self, chat: int, text: str) -> tuple[int, int]:
        """Let a chat ask; returns its id and the message's number."""
        person = self._people[chat]
        return person.id, self._state.say(person, text).id

    def _note(self, call: Call) -> None:
        if call.method != "sendMessage" or not call.accepted:
            return
        self.sends += 1
        asked = call.parameters.get("reply_parameters") or {}
        if "message_id" in asked:
            self._heard(int(call.parameters["chat_id"]), asked["message_id"], time.monotonic())


class Lean:
    """The lean responder."""

    def __init__(self, heard: Heard) -> None:
        state = BotApiState()
        self.sends = 0
        self._heard = heard
        self.server = LeanServer(state, self._note)
        self.token, self.url = state.token, ""

    def say(self, chat: int, text: str) -> tuple[int, int]:
        """Let a chat ask; returns its id and the message's number."""
        identifier = 500_000_001 + chat
        return identifier, self.server.say(identifier, f"Asker {chat}", text)

    def _note(self, chat_id: int, asked: int) -> None:
        self.sends += 1
        self._heard(chat_id, asked, time.monotonic())


def _forget(event: Event) -> None:
    """Keep nothing of an event."""


@asynccontextmanager
async def telegram(kind: str, chats: int, heard: Heard) -> AsyncIterator[Telegram]:
    """Serve a Telegram of a kind, "full" or "lean"."""
    if kind == "full":
        full = Full(chats, heard)
        async with full.server:
            full.url = full.server.root_url
            yield full
        return
    lean = Lean(heard)
    lean.url = await lean.server.start()
    yield lean
    lean.server.close()
