"""Intervals as people write them: 90s, 15m, 2h, 1d. Pure."""

from __future__ import annotations

import re

SHORTEST = 60
LONGEST = 30 * 86400

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "": 1}
_WRITTEN = re.compile(r"(\d{1,8})\s*([smhd]?)", re.ASCII)


def parse_interval(written: str) -> int:
    """Return seconds, from a minute to 30 days. Raises ValueError that says what is wrong."""
    found = _WRITTEN.fullmatch(written.strip().lower())
    if found is None:
        raise ValueError(f"{written!r} is no interval; write one like 15m, 2h or 1d")
    seconds = int(found[1]) * _UNITS[found[2]]
    if not SHORTEST <= seconds <= LONGEST:
        raise ValueError(f"{written!r} isn't between a minute (1m) and 30 days (30d)")
    return seconds


def show_interval(seconds: int) -> str:
    """Write seconds in the largest unit that divides them."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
