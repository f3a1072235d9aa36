"""The days that a sentence names, counted from the day its article was published."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BACK = {"today": 0, "yesterday": 1}


def days_of(keys: Iterable[str], published: datetime) -> frozenset[str]:
    """Return the days of times, by their keys: dates where that can be told, else the keys.

    A weekday is the last one, the day of publication included.
    """
    return frozenset(_day(key, published) for key in keys)


def _day(key: str, published: datetime) -> str:
    back = _BACK.get(key)
    weekday = next((n for n, name in enumerate(_WEEKDAYS) if key == name or _stem(name, key)), None)
    if weekday is not None:
        back = (published.weekday() - weekday) % 7
    return key if back is None else (published - timedelta(days=back)).date().isoformat()


def _stem(name: str, key: str) -> bool:
    """Whether a key is the stem of a weekday's name ("thursday" → "thursday", "thursdai")."""
    return key[:-1] == name[:-1] and len(key) == len(name)
