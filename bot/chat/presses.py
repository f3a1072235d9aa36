"""What a pressed button means, in the 64 bytes that Telegram carries with it.

`p.12.3.4` is: of answer 12, citation 3, its fourth paragraph. All else is looked up when the
button is pressed, so buttons outlive a restart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_FORM = re.compile(r"([a-z])\.([0-9]{1,19})\.([0-9]{1,9})\.([0-9]{1,9})", re.ASCII)
_LARGEST_ID = 2**63 - 1


class Action(StrEnum):
    """What a button does."""

    CITED = "p"
    """Shows a paragraph: `first` is the citation's number, `second` the paragraph's plus one."""
    CLOSEST = "c"
    """Likewise; `first` is the position among the closest articles."""
    FURTHER = "f"
    """Likewise; `first` is the position among the further passages."""
    BACK = "b"
    MORE = "m"
    GOOD = "g"
    BAD = "d"
    REASON = "r"
    """Says what was wrong; `first` is the position among the reasons."""


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button. A `second` of 0 leaves it to the bot which paragraph to show."""

    action: Action
    answer_id: int
    first: int = 0
    second: int = 0


def encode_press(press: Press) -> str:
    """Return the callback data of a button: ASCII, at most 64 bytes."""
    return f"{press.action}.{press.answer_id}.{press.first}.{press.second}"


def decode_press(data: str) -> Press:
    """Do the opposite. Raises ValueError for what `encode_press` never returns."""
    form = _FORM.fullmatch(data)
    if form is None:
        raise ValueError("not the data of a button of ours")
    answer_id = int(form[2])
    if answer_id > _LARGEST_ID:
        raise ValueError("no answer has such a number")
    return Press(Action(form[1]), answer_id, int(form[3]), int(form[4]))
