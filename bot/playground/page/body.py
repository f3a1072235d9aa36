"""What a POST brings, read with care: a page in a browser sends well-formed things, others may not.

Refused      a request that can't be carried out: a status and a line for people
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.playground.utf16 import is_encodable

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.parameters import Upload

MAX_STRING = 65_536
_LARGEST = 2**53
_INTEGER = re.compile(r"-?[0-9]{1,16}")


class Refused(Exception):  # noqa: N818 - it is no error of the program
    """What someone asked for can't be done; `line` says why, in words for them."""

    def __init__(self, status: int, line: str) -> None:
        self.status = status
        self.line = line
        super().__init__(f"{status} {line}")


@dataclass(frozen=True, slots=True)
class Body:
    """The fields of a request. The readers raise Refused(400) for a value of a wrong kind.

    Numbers may come as digits, as a form and a query string have them.
    """

    fields: JsonObject
    upload: Upload | None = field(default=None)

    def number(self, name: str) -> int:
        """Return a whole number within what JavaScript holds exactly."""
        found = self.maybe_number(name)
        if found is None:
            raise Refused(400, f"The request lacks a number “{name}”.")
        return found

    def maybe_number(self, name: str) -> int | None:
        """Return a whole number, None if there is none."""
        value: Any = self.fields.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
            raise Refused(400, f"“{name}” must be a whole number.")
        return value

    def real(self, name: str, least: float, most: float) -> float:
        """Return a number in a range."""
        value: Any = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(400, f"“{name}” must be a number.")
        if not (least <= value <= most and math.isfinite(value)):
            raise Refused(400, f"“{name}” must be a number from {least:g} to {most:g}.")
        return float(value)

    def text(self, name: str, *, default: str | None = None) -> str:
        """Return a string, `default` if there is none."""
        value: Any = self.fields.get(name, default)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise Refused(400, f"“{name}” must be a text.")
        if len(value) > MAX_STRING or not is_encodable(value):
            raise Refused(400, f"“{name}” is no text that can be sent.")
        return value
