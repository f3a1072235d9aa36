"""What the buttons about subscriptions mean, in the 64 bytes that Telegram carries. Pure.

`s:p:12:daily:-1001234567890:n` is: of subscription 12, which belongs to that channel, the pace
shall be daily; shown as one just made. All else is looked up when the button is pressed, so buttons
outlive a restart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

PREFIX = "s:"
_FORM = re.compile(r"s:([a-z]):([0-9]{1,18}):([0-9A-Za-z-]{0,16}):(-?[0-9]{1,18}):(n?)", re.ASCII)


class Verb(StrEnum):
    """What a button does."""

    CHOOSE = "c"
    """Shows what can be subscribed to."""
    EVERYTHING = "a"
    SOURCES = "s"
    """Shows a page of sources; `value` is its number."""
    SOURCE = "o"
    """Subscribes to a source; `value` is its key (`bot.chat.browsing.key_of`)."""
    TOPIC = "t"
    """Asks for a topic in the person's words."""
    CHANNEL = "k"
    """Asks which channel."""
    LIST = "l"
    """Lists the subscriptions; `value` is the page."""
    SHOW = "v"
    THRESHOLD = "h"
    """Sets the threshold; `value` is in thousandths."""
    PACE = "p"
    PAUSE = "z"
    RESUME = "r"
    MUTE = "m"
    LOUD = "u"
    """Ends a mute."""
    WORDS = "e"
    """Asks for other words."""
    WEEK = "w"
    """Shows what the last days would have sent; `value` is the page."""
    DELETE = "d"
    """Asks whether to delete."""
    GONE = "x"
    """Deletes."""
    QUESTION = "q"
    """Subscribes until a question is answered; `number` is the answer's that has the button."""
    STORY = "f"
    """Follows the story of an answer, likewise."""


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button. `chat` is 0 for the chat that it was pressed in.

    A `fresh` subscription is shown as just made; a fresh list comes in a message of its own.
    """

    verb: Verb
    number: int = 0
    value: str = ""
    chat: int = 0
    fresh: bool = False

    @property
    def page(self) -> int:
        """`value` as a page's number."""
        return int(self.value) if self.value.isascii() and self.value.isdecimal() else 0

    def to(self, verb: Verb, value: str | int = "") -> str:
        """Return the data of another button about the same."""
        return encode(replace(self, verb=verb, value=str(value)))


def encode(press: Press) -> str:
    """Return a button's data: ASCII, at most 64 bytes."""
    view = "n" if press.fresh else ""
    return f"{PREFIX}{press.verb}:{press.number}:{press.value}:{press.chat}:{view}"


def decode(data: str) -> Press | None:
    """Do the opposite; None for what `encode` never returns."""
    form = _FORM.fullmatch(data)
    if form is None or form[1] not in set(Verb):
        return None
    return Press(Verb(form[1]), int(form[2]), form[3], int(form[4]), form[5] == "n")
