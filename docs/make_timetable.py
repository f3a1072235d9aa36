"""Prints the table of docs/alerts.md: what quiet hours and digests do when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.alerts.timetable import due, first_moment
from bot.alerts.types import Timetable
from bot.alerts.zones import zone_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

YEAR = 2026
ZONES = """
    Europe/Berlin America/New_York America/Santiago Australia/Lord_Howe Asia/Kolkata
""".split()
QUIET = (time(22), time(7))
HEAD = """
| zone | night to | clock | an alert at 23:00 comes at | after | daily digest at | comes at |
|---|---|---|---|---|---|---|
""".strip()
USUAL = datetime(YEAR, 3, 29, tzinfo=UTC)
"""A night for zones whose clocks don't change."""


def table() -> str:
    """Return the table in Markdown."""
    rows = []
    for zone in ZONES:
        found = list(changes(zone))
        rows += [row(zone, change) for change in found] or [row(zone, None)]
    return "\n".join([HEAD, *rows])


def changes(zone: str) -> Iterator[datetime]:
    """Yield the moments, in UTC, at which the clock of `zone` changes in the year."""
    clock = zone_named(zone)
    moment = datetime(YEAR, 1, 1, tzinfo=UTC)
    while moment.year == YEAR:
        after = moment + timedelta(minutes=30)
        if moment.astimezone(clock).utcoffset() != after.astimezone(clock).utcoffset():
            yield after
        moment = after


def row(zone: str, change: datetime | None) -> str:
    """Return the row of one change; of a usual night if there is none."""
    clock = zone_named(zone)
    evening = ((change or USUAL) - timedelta(hours=12)).astimezone(clock).date()
    late = first_moment(clock, datetime.combine(evening, time(23)))
    sent = due("now", Timetable(zone, QUIET), late)
    at, shift = (time(8), "no change") if change is None else changing(zone, change)
    digest = due("daily", Timetable(zone, None, at), late - timedelta(hours=9))
    hours, minutes = divmod((sent - late) // timedelta(minutes=1), 60)
    waited = f"{hours} h {minutes} min" if minutes else f"{hours} h"
    morning = evening + timedelta(days=1)
    cells = [zone, f"{morning.day} {morning:%B}", shift, shown(clock, sent), waited]
    return "| " + " | ".join([*cells, f"{at:%H:%M}", shown(clock, digest)]) + " |"


def changing(zone: str, change: datetime) -> tuple[time, str]:
    """Return the middle of what is skipped or comes twice, and the change in words."""
    clock = zone_named(zone)
    after = change.astimezone(clock).replace(tzinfo=None)
    jump = after - (change - timedelta(seconds=1)).astimezone(clock).replace(tzinfo=None)
    before = after - jump + timedelta(seconds=1)
    return (before + (after - before) / 2).time(), f"{before:%H:%M} → {after:%H:%M}"


def shown(clock: tzinfo, moment: datetime) -> str:
    """Return a local time with its distance from UTC."""
    local = moment.astimezone(clock).isoformat(timespec="minutes")
    return f"{local[11:16]} (UTC{local[16:]})"


if __name__ == "__main__":
    print(table())  # noqa: T201
