"""Spans of time in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.chat.translations import Translator

_UNITS = ((86400, "day"), (3600, "h"), (60, "min"), (1, "s"))


def ago(span: timedelta | None) -> str:
    """Return a span in its largest whole unit: "2 h", "3 days", "0 s" for none at all."""
    count, unit = _largest(span)
    return f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''}"


def told_span(tr: Translator, span: timedelta | None) -> str:
    """Return the same in a person's language."""
    count, unit = _largest(span)
    match unit:
        case "day":
            return tr.plural("{count} day", "{count} days", count)
        case "h":
            return tr("{count} h", count=tr.number(count))
        case "min":
            return tr("{count} min", count=tr.number(count))
    return tr("{count} s", count=tr.number(count))


def _largest(span: timedelta | None) -> tuple[int, str]:
    seconds = int(span.total_seconds()) if span is not None else 0
    for size, unit in _UNITS:
        if seconds >= size:
            return seconds // size, unit
    return 0, "s"
