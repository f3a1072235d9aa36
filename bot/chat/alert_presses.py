"""What the buttons under an alert mean, in the 64 bytes that Telegram carries. Pure.

`a:m:0123456789abcdef:12.15` is: mute a subscription, 12 or 15, that the alert about that article
came of. A story that is told by several subscriptions names up to three of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

PREFIX = "a:"
MOST_NAMED = 3
_FORM = re.compile(
    r"a:([a-z]):([0-9a-z]{0,16}):((?:[0-9]{1,12}(?:\.[0-9]{1,12}){0,2})?)(?::(-?[0-9]{1,4}))?",
    re.ASCII,
)


class AlertVerb(StrEnum):
    """What a button does."""

    ASK = "q"
    """Tells how to ask about the article."""
    MUTE = "m"
    """Asks which subscription to mute, or for how long."""
    DAY = "d"
    WEEK = "w"
    PAUSE = "z"
    FEWER = "f"
    """Raises the threshold by a rung."""
    AS_BEFORE = "u"
    """Takes that back; `value` is the earlier threshold in thousandths."""
    BACK = "b"


@dataclass(frozen=True, slots=True)
class AlertPress:
    """A pressed button under the alert about an article; `subscriptions` are numbers."""

    verb: AlertVerb
    article: str = ""
    subscriptions: tuple[int, ...] = ()
    value: int | None = None

    def to(self, verb: AlertVerb, *only: int, value: int | None = None) -> str:
        """Return the data of another button of the alert, about all subscriptions or `only`."""
        about = only or self.subscriptions
        return encode(replace(self, verb=verb, subscriptions=about, value=value))


def encode(press: AlertPress) -> str:
    """Return a button's data: ASCII, at most 64 bytes."""
    numbers = ".".join(map(str, press.subscriptions[:MOST_NAMED]))
    value = "" if press.value is None else f":{press.value}"
    return f"{PREFIX}{press.verb}:{press.article}:{numbers}{value}"


def decode(data: str) -> AlertPress | None:
    """Do the opposite; None for what `encode` never returns."""
    form = _FORM.fullmatch(data)
    if form is None or form[1] not in set(AlertVerb):
        return None
    numbers = tuple(map(int, form[3].split("."))) if form[3] else ()
    value = int(form[4]) if form[4] else None
    return AlertPress(AlertVerb(form[1]), form[2], numbers, value)
