"""Spans of time in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

_UNITS = ((86400, "day"), (3600, "h"), (60, "min"), (1, "s"))


def ago(span: timedelta | None) -> str:
    """Return a span in its largest whole unit: "2 h", "3 days", "0 s" for none at all."""
    seconds = int(span.total_seconds()) if span is not None else 0
    for size, unit in _UNITS:
        count = seconds // size
        if count >= 1:
            return f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''}"
    return "0 s"
