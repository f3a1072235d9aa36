"""What benchmarks of Telegram's rates share: counting in windows, and a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.playground.record import Call

PACED = ("send", "copy", "edit", "forward")


def paced(calls: Iterable[Call]) -> list[Call]:
    """Return the calls that Telegram's rates are for."""
    return [
        call for call in calls if call.method.startswith(PACED) and call.method != "sendChatAction"
    ]


def most_within(times: Iterable[float], seconds: float) -> int:
    """Return the most events in any stretch `[t, t + seconds)`."""
    ordered, most, first = sorted(times), 0, 0
    for last, time in enumerate(ordered):
        while time - ordered[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def table(rows: Mapping[str, Mapping[str, Any]], names: Sequence[str]) -> str:
    """Return a Markdown table with a column for each name."""
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for title, row in rows.items():
        lines.append(f"| {title} | " + " | ".join(str(row[name]) for name in names) + " |")
    return "\n".join(lines)
