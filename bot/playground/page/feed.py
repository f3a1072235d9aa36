"""The feed: what the journal records, as server-sent events, to each page at its own pace.

A page has no queue of its own, only its place in the journal: however slowly it reads, it costs
nothing but that place, and a page that comes back goes on where it was.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING

from bot.playground.page.view import call_json, clock_json, event_json, is_shown, outline_json

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.playground.json_types import JsonObject
    from bot.playground.page.controls import BotStatus
    from bot.playground.page.scene import Scene

MAX_BATCH = 100
_CURSOR = re.compile(r"([0-9a-f]{1,32})-([0-9]{1,12})-([0-9]{1,12})-([0-9]{1,12})")


@dataclass(frozen=True, slots=True)
class Place:
    """How much a page has been told: so many events, so many calls, this state of the chats."""

    events: int
    calls: int
    revision: int


class Feed:
    """Gives what came after a place. For one event loop."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._name = token_hex(8)
        self._revision = 0
        self._outline: list[JsonObject] = []

    def now(self) -> Place:
        """Return the place of who knows all that is."""
        journal = self._scene.state.journal
        return Place(len(journal.events), len(journal.calls), self._current_revision())

    def cursor(self, place: Place) -> str:
        """Return a place as text; another start of the server does not take it for its own."""
        return f"{self._name}-{place.events}-{place.calls}-{place.revision}"

    def place(self, cursor: str) -> Place:
        """Return the place that `cursor` names, now if it is none of this server's."""
        now = self.now()
        found = _CURSOR.fullmatch(cursor)
        if found is None or found[1] != self._name:
            return now
        events, calls, revision = (int(number) for number in found.groups()[1:])
        return Place(min(events, now.events), min(calls, now.calls), min(revision, now.revision))

    def next(self, place: Place) -> tuple[list[JsonObject], Place]:
        """Return what came after a place, at most `MAX_BATCH` of each kind, and the new place."""
        state = self._scene.state
        events = state.journal.events[place.events : place.events + MAX_BATCH]
        calls = state.journal.calls[place.calls : place.calls + MAX_BATCH]
        revision = self._current_revision()
        told = [told for event in events if (told := event_json(event)) is not None]
        told += [{"kind": "call"} | call_json(c, state.token) for c in calls if is_shown(c)]
        if revision != place.revision:
            told.append({"kind": "chats"})
        return told, Place(place.events + len(events), place.calls + len(calls), revision)

    def switches(self) -> tuple[timedelta, BotStatus]:
        """Return how the clock and the bot are set."""
        return self._scene.controls.moved, self._scene.controls.status

    def switches_json(self) -> list[JsonObject]:
        """Return what to tell of that."""
        status = self._scene.controls.status
        return [
            {"kind": "clock", **clock_json(self._scene.controls)},
            {"kind": "status", "state": status.state, "detail": status.detail},
        ]

    def _current_revision(self) -> int:
        outline = [outline_json(self._scene, person) for person in self._scene.people]
        if outline != self._outline:
            self._outline = outline
            self._revision += 1
        return self._revision


def frame(told: JsonObject, cursor: str = "") -> bytes:
    """Return one server-sent event; with a cursor, the browser remembers it for its next visit."""
    head = f"id: {cursor}\n" if cursor else ""
    return f"{head}data: {json.dumps(told)}\n\n".encode()
