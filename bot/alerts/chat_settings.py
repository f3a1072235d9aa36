"""A chat's timetable as its settings keep it.

settings["alerts"] = {
    "zone": "Europe/Berlin", "quiet": ["22:00", "07:00"] or None,
    "digest_at": "08:00", "weekday": 0,
}
"""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from bot.alerts.types import Timetable
from bot.alerts.zones import UnknownZoneError, zone_named

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY = "alerts"


def timetable_of(settings: Mapping[str, Any]) -> Timetable:
    """Return the timetable in a chat's settings; what is missing or unreadable is as by default."""
    kept = settings.get(_KEY)
    if not isinstance(kept, dict):
        return Timetable()
    default = Timetable()
    weekday = kept.get("weekday")
    return Timetable(
        zone=_zone(kept.get("zone"), default.zone),
        quiet=_quiet(kept.get("quiet")),
        digest_at=_time(kept.get("digest_at")) or default.digest_at,
        weekday=weekday if isinstance(weekday, int) and 0 <= weekday <= 6 else default.weekday,
    )


def with_timetable(settings: Mapping[str, Any], timetable: Timetable) -> dict[str, Any]:
    """Return settings with another timetable. Times are kept to the minute."""
    quiet = timetable.quiet
    kept = {
        "zone": timetable.zone,
        "quiet": None if quiet is None else [f"{one:%H:%M}" for one in quiet],
        "digest_at": f"{timetable.digest_at:%H:%M}",
        "weekday": timetable.weekday,
    }
    return {**settings, _KEY: kept}


def _zone(name: object, default: str) -> str:
    try:
        return zone_named(name).key if isinstance(name, str) else default
    except UnknownZoneError:
        return default


def _quiet(kept: object) -> tuple[time, time] | None:
    if not isinstance(kept, list | tuple) or len(kept) != 2:
        return None
    start, end = _time(kept[0]), _time(kept[1])
    return None if start is None or end is None else (start, end)


def _time(text: object) -> time | None:
    try:
        found = time.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return None if found is None or found.tzinfo is not None else found
