"""Questions of the bot's that are answered by replying to them. Pure.

What a question is about stands in it as a link to the bot, on the arrow at its end, so that a reply
is understood after a restart too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ARROW = "↩"
_FORM = re.compile(r"https://t\.me/\w+/?\?start=s_([a-z])_([0-9]{1,18})_(-?[0-9]{1,18})", re.ASCII)


class Asked(StrEnum):
    """What is asked for."""

    TOPIC = "t"
    WORDS = "w"
    """Other words for a subscription."""
    CHANNEL = "c"
    CITY = "z"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question: of subscription `number`, or 0; for the channel `chat`, or 0 for this chat."""

    asked: Asked
    number: int = 0
    chat: int = 0


def with_mark(html: str, prompt: Prompt, username: str) -> str:
    """Return a question's HTML with what it is about; `username` is the bot's."""
    payload = f"s_{prompt.asked}_{prompt.number}_{prompt.chat}"
    return f'{html} <a href="{escape(f"https://t.me/{username}?start={payload}")}">{_ARROW}</a>'


def prompt_in(urls: Iterable[str | None]) -> Prompt | None:
    """Return what a message with these links asks, None if it is no such question."""
    for url in urls:
        form = _FORM.fullmatch(url or "")
        if form is not None and form[1] in set(Asked):
            return Prompt(Asked(form[1]), int(form[2]), int(form[3]))
    return None
