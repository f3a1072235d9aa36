"""When something is due: paces, quiet hours and digests on a chat's own clock.

Local times become moments by two rules. A time that the clock skips is the first moment after the
gap. Of a time that comes twice a digest takes the first, and quiet hours take both: they begin
with the first and end with the last, so nothing comes while the clock shows a quiet time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from bot.alerts.zones import zone_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from bot.alerts.types import Pace, Timetable

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def due(pace: Pace, timetable: Timetable, now: datetime) -> datetime:
    """Return when something that comes up `now` is due; both aware, the result in UTC.

    "now" is at once; "hourly" at the next full hour of the local clock, "daily" and "weekly" at the
    next `digest_at`, all three strictly after `now`. What falls into quiet hours waits for their
    end. A day whose clock skips from before `digest_at` into the next day has no daily digest; the
    weekly one comes at the first moment after the gap. Raises UnknownZoneError, and ValueError for
    a naive `now`.
    """
    zone, now = zone_named(timetable.zone), _in_utc(now)
    match pace:
        case "now":
            return _hold(zone, timetable, now)
        case "hourly":
            hours = iter((_last_hour(zone, now), _next_hour(zone, now)))
            return _first_after(zone, timetable, now, hours)
        case "daily" | "weekly":
            return _first_after(zone, timetable, now, _digests(pace, zone, timetable, now))
        case _:
            assert_never(pace)


def held(timetable: Timetable, now: datetime) -> bool:
    """Tell whether quiet hours hold what comes up `now`: it then goes into one digest at their end.

    Raises as `due` does.
    """
    now = _in_utc(now)
    return _hold(zone_named(timetable.zone), timetable, now) != now


def first_moment(zone: ZoneInfo, local: datetime) -> datetime:
    """Return the first moment, in UTC, at which the clock of `zone` shows `local` (naive).

    If it skips that time: the first moment after the gap.
    """
    return _moment(zone, local, last=False)


def _moment(zone: ZoneInfo, local: datetime, *, last: bool) -> datetime:
    aware = local.replace(tzinfo=zone, fold=int(last))
    moment = aware.astimezone(UTC)
    if _local(zone, moment) == local:
        return moment
    # In a gap fold 1 counts with the offset after it, which leads to a moment before it (PEP 495).
    early, late = (aware.replace(fold=fold).astimezone(UTC) for fold in (1, 0))
    return _change(zone, early, late)


def _change(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """Return the first whole second after `early` with another offset; `late` has another."""
    before = early.astimezone(zone).utcoffset()
    early = early.replace(microsecond=0)
    low, high = 0, -((early - late) // timedelta(seconds=1))
    while high - low > 1:
        middle = (low + high) // 2
        moment = early + timedelta(seconds=middle)
        if moment.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return early + timedelta(seconds=high)


def _hold(zone: ZoneInfo, timetable: Timetable, moment: datetime) -> datetime:
    """Return the first moment from `moment` on that is in no quiet hours."""
    if timetable.quiet is None or timetable.quiet[0] == timetable.quiet[1]:
        return moment
    begin, end = timetable.quiet
    over = _DAY if end < begin else timedelta(0)
    for day in _days(_local(zone, moment).date() - _DAY, 3):
        if (
            _moment(zone, datetime.combine(day, begin), last=False)
            <= moment
            < (until := _moment(zone, datetime.combine(day, end) + over, last=True))
        ):
            moment = until
    return moment


def _first_after(
    zone: ZoneInfo, timetable: Timetable, now: datetime, moments: Iterator[datetime]
) -> datetime:
    held_moments = (_hold(zone, timetable, moment) for moment in moments)
    return next(moment for moment in held_moments if moment > now)


def _digests(pace: Pace, zone: ZoneInfo, timetable: Timetable, now: datetime) -> Iterator[datetime]:
    """Yield digests in order, from so long before `now` that quiet hours may hold them past it."""
    for day in _days(_local(zone, now).date() - 3 * _DAY, 24):
        if pace == "weekly" and day.weekday() != timetable.weekday:
            continue
        moment = first_moment(zone, datetime.combine(day, timetable.digest_at))
        if pace == "weekly" or _local(zone, moment).date() == day:
            yield moment


def _next_hour(zone: ZoneInfo, now: datetime) -> datetime:
    """Return the first moment after `now` at which the clock shows a full hour."""
    moment = now + _HOUR - _past_hour(zone, now)
    if moment.astimezone(zone).utcoffset() == now.astimezone(zone).utcoffset():
        return moment
    change = _change(zone, now, moment)
    return change if not _past_hour(zone, change) else _next_hour(zone, change)


def _last_hour(zone: ZoneInfo, now: datetime) -> datetime:
    """Return the last moment up to `now` at which the clock showed a full hour, or one before."""
    moment = _next_hour(zone, now - 2 * _HOUR)
    while (after := _next_hour(zone, moment)) <= now:
        moment = after
    return moment


def _past_hour(zone: ZoneInfo, moment: datetime) -> timedelta:
    local = _local(zone, moment)
    return local - local.replace(minute=0, second=0, microsecond=0)


def _local(zone: ZoneInfo, moment: datetime) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def _days(first: date, count: int) -> Iterator[date]:
    return (first + number * _DAY for number in range(count))
