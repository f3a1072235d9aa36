"""What a chat has chosen for what it is answered and shown. Pure.

Settings are a dictionary as the store keeps it: "language" a code, "length" one of LENGTHS,
"source" the name of the only source that the chat wants articles of. What isn't in it follows
Telegram's language, the operator's length of an answer, and takes all sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.alerts.types import Pace

LENGTHS = {"short": 160, "long": 700}
"""Code points quoted at most; between the two is the operator's `answer_length`."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """How to answer in a chat: `length` in code points, None as usual; `source` None for all."""

    length: int | None = None
    source: str | None = None


PACE = "alert_pace"
"""The setting that has the pace of new subscriptions; how else alerts come is in "alerts"."""
_PACES: dict[str, Pace] = {"now": "now", "hourly": "hourly", "daily": "daily", "weekly": "weekly"}


def pace_of(settings: Mapping[str, Any]) -> Pace:
    """Return how often new subscriptions of a chat send; at once if it chose nothing."""
    return _PACES.get(str(settings.get(PACE)), "now")


def preferences_of(settings: Mapping[str, Any]) -> Preferences:
    """Return what a chat's settings say of answers; what they can't mean counts as not set."""
    length, source = settings.get("length"), settings.get("source")
    return Preferences(
        LENGTHS.get(length) if isinstance(length, str) else None,
        source if isinstance(source, str) and source else None,
    )
