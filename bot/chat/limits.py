"""How many questions a person may ask, and when they may ask the next one. Pure.

An inline query is asked at every pause in typing, so five of them weigh as much as one question
that was sent. Questions that failed weigh nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.chat.translations import Translator
    from bot.store.asks import Ask, Way

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_QUESTION, _INLINE = 5, 1
_LONG = timedelta(minutes=100)  # from here on, hours are near enough


@dataclass(frozen=True, slots=True)
class Limits:
    """Questions within an hour and within a day; 0 for no limit."""

    per_hour: int = 0
    per_day: int = 0

    @property
    def window(self) -> timedelta:
        """How far back questions count; nothing without a limit."""
        return DAY if self.per_day else HOUR if self.per_hour else timedelta()

    def wait(self, asked: Sequence[Ask], way: Way, now: datetime) -> timedelta:
        """Return how long until the next question may come, zero or less if it may come now.

        `asked` are the person's questions of the last `window`, newest first.
        """
        spans = ((HOUR, self.per_hour), (DAY, self.per_day))
        return max(_wait(asked, way, now, span, limit) for span, limit in spans)


def _wait(asked: Sequence[Ask], way: Way, now: datetime, span: timedelta, limit: int) -> timedelta:
    """Return how long until the one question has grown old that leaves no room for the next."""
    room = limit * _QUESTION - _weight(way)
    for ask in asked if limit else ():
        room -= _weight(ask.way) if ask.outcome != "failed" else 0
        if room < 0:
            return ask.at + span - now
    return timedelta()


def _weight(way: Way) -> int:
    return _INLINE if way == "inline" else _QUESTION


def render_wait(tr: Translator, wait: timedelta) -> str:
    """Return when the person can ask again, as a plain line."""
    if wait >= _LONG:
        return tr.plural(
            "You have asked a lot lately. You can ask again in about {count} hour.",
            "You have asked a lot lately. You can ask again in about {count} hours.",
            _up(wait, HOUR),
        )
    return tr.plural(
        "You have asked a lot lately. You can ask again in about {count} minute.",
        "You have asked a lot lately. You can ask again in about {count} minutes.",
        _up(wait, timedelta(minutes=1)),
    )


def render_wait_briefly(tr: Translator, wait: timedelta) -> str:
    """Return the same in few words, for a button."""
    if wait >= _LONG:
        return tr("Ask again in about {count} h", count=_up(wait, HOUR))
    return tr("Ask again in about {count} min", count=_up(wait, timedelta(minutes=1)))


def _up(span: timedelta, unit: timedelta) -> int:
    return max(1, -(-span // unit))
