"""Paces, quiet hours and digests, by hand over 2026's clock changes and by brute force."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.alerts.timetable import due, first_moment, held
from bot.alerts.types import Pace, Timetable
from bot.alerts.zones import UnknownZoneError, zone_named

NIGHT = (time(22), time(7))
PACES: tuple[Pace, ...] = ("now", "hourly", "daily", "weekly")
ZONES = """
    UTC Europe/Berlin Europe/London America/New_York America/Santiago America/St_Johns Asia/Kolkata
    Asia/Kathmandu Australia/Lord_Howe Pacific/Auckland Pacific/Chatham Pacific/Kiritimati
    Pacific/Pago_Pago Pacific/Apia Africa/Casablanca Asia/Beirut America/Havana America/Nuuk
""".split()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Worked out by hand from the offsets and the days on which the clocks change (in UTC):
# Berlin +1/+2: 29 March 01:00, 25 October 01:00. New York -5/-4: 8 March 07:00, 1 November 06:00.
# Lord Howe +10:30/+11: 4 April 15:00 back, 3 October 15:30 forward. Kolkata +5:30, no change.
# Auckland +12/+13: 4 April 14:00 back, 26 September 14:00 forward.
# Santiago -4/-3: 5 April 03:00 back, 6 September 04:00 forward, where midnight does not exist.
DIGESTS = [
    ("Europe/Berlin", time(8), "2026-03-28T06:59", "2026-03-28T07:00"),
    ("Europe/Berlin", time(8), "2026-03-28T07:00", "2026-03-29T06:00"),
    ("Europe/Berlin", time(2, 30), "2026-03-28T12:00", "2026-03-29T01:00"),
    ("Europe/Berlin", time(2, 30), "2026-03-29T01:00", "2026-03-30T00:30"),
    ("Europe/Berlin", time(2, 30), "2026-10-24T12:00", "2026-10-25T00:30"),
    ("Europe/Berlin", time(2, 30), "2026-10-25T00:30", "2026-10-26T01:30"),
    ("America/New_York", time(2, 30), "2026-03-08T00:00", "2026-03-08T07:00"),
    ("America/New_York", time(8), "2026-03-08T07:30", "2026-03-08T12:00"),
    ("America/New_York", time(1, 30), "2026-11-01T00:00", "2026-11-01T05:30"),
    ("America/New_York", time(1, 30), "2026-11-01T05:30", "2026-11-02T06:30"),
    ("Australia/Lord_Howe", time(1, 45), "2026-04-04T12:00", "2026-04-04T14:45"),
    ("Australia/Lord_Howe", time(1, 45), "2026-04-04T14:45", "2026-04-05T15:15"),
    ("Australia/Lord_Howe", time(2, 15), "2026-10-03T12:00", "2026-10-03T15:30"),
    ("Australia/Lord_Howe", time(8), "2026-10-03T12:00", "2026-10-03T21:00"),
    ("Asia/Kolkata", time(8), "2026-03-28T12:00", "2026-03-29T02:30"),
    ("Asia/Kolkata", time(8), "2026-10-24T12:00", "2026-10-25T02:30"),
    ("Pacific/Auckland", time(8), "2026-04-04T12:00", "2026-04-04T20:00"),
    ("Pacific/Auckland", time(2, 30), "2026-09-26T12:00", "2026-09-26T14:00"),
    ("America/Santiago", time(0, 0), "2026-09-06T03:00", "2026-09-06T04:00"),
    ("America/Santiago", time(0, 0), "2026-09-06T04:00", "2026-09-07T03:00"),
    ("America/Santiago", time(23, 30), "2026-04-05T00:00", "2026-04-05T02:30"),
    ("America/Santiago", time(23, 30), "2026-04-05T02:30", "2026-04-06T03:30"),
    ("Pacific/Kiritimati", time(8), "2026-01-01T00:00", "2026-01-01T18:00"),
    ("Pacific/Pago_Pago", time(8), "2026-01-01T00:00", "2026-01-01T19:00"),
    ("Asia/Kathmandu", time(8), "2026-01-01T00:00", "2026-01-01T02:15"),
    # Apia went from 29 December 2011 (-10) straight to the 31st (+14) at 10:00 UTC.
    ("Pacific/Apia", time(8), "2011-12-29T17:59", "2011-12-29T18:00"),
    ("Pacific/Apia", time(8), "2011-12-29T18:00", "2011-12-30T18:00"),
]

# Quiet hours 22:00-07:00 unless said otherwise: when what comes up at the first moment is due.
NIGHTS = [
    ("Europe/Berlin", NIGHT, "2026-03-28T20:59:59", "2026-03-28T20:59:59"),
    ("Europe/Berlin", NIGHT, "2026-03-28T21:00", "2026-03-29T05:00"),
    ("Europe/Berlin", NIGHT, "2026-03-29T04:59:59", "2026-03-29T05:00"),
    ("Europe/Berlin", NIGHT, "2026-10-24T20:00", "2026-10-25T06:00"),
    ("Europe/Berlin", (time(22), time(2, 30)), "2026-03-28T22:00", "2026-03-29T01:00"),
    ("Europe/Berlin", (time(22), time(2, 30)), "2026-10-24T22:00", "2026-10-25T01:30"),
    ("Europe/Berlin", (time(2, 30), time(8)), "2026-10-25T00:29", "2026-10-25T00:29"),
    ("Europe/Berlin", (time(2, 30), time(8)), "2026-10-25T01:10", "2026-10-25T07:00"),
    ("Europe/Berlin", (time(2, 30), time(2, 30)), "2026-10-25T01:00", "2026-10-25T01:00"),
    ("America/New_York", NIGHT, "2026-03-08T06:59", "2026-03-08T11:00"),
    ("America/New_York", NIGHT, "2026-11-01T02:00", "2026-11-01T12:00"),
    ("Australia/Lord_Howe", NIGHT, "2026-04-04T15:00", "2026-04-04T20:30"),
    ("Australia/Lord_Howe", NIGHT, "2026-10-03T15:00", "2026-10-03T20:00"),
    ("Asia/Kolkata", NIGHT, "2026-03-28T16:30", "2026-03-29T01:30"),
    ("Asia/Kolkata", NIGHT, "2026-03-29T01:30", "2026-03-29T01:30"),
    ("Pacific/Auckland", NIGHT, "2026-04-04T12:00", "2026-04-04T19:00"),
    ("Pacific/Auckland", NIGHT, "2026-09-26T12:00", "2026-09-26T18:00"),
    ("America/Santiago", NIGHT, "2026-09-06T02:00", "2026-09-06T10:00"),
    ("America/Santiago", (time(20), time(0)), "2026-09-06T02:00", "2026-09-06T04:00"),
    ("Pacific/Apia", NIGHT, "2011-12-30T09:00", "2011-12-30T17:00"),
    ("UTC", (time(13), time(14)), "2026-01-01T13:59", "2026-01-01T14:00"),
    ("UTC", (time(13), time(14)), "2026-01-01T14:00", "2026-01-01T14:00"),
    ("UTC", (time(13), time(13)), "2026-01-01T13:00", "2026-01-01T13:00"),
    ("UTC", None, "2026-01-01T03:00", "2026-01-01T03:00"),
]

HOURS = [
    ("Europe/Berlin", "2026-03-29T00:40", "2026-03-29T01:00"),
    ("Europe/Berlin", "2026-03-29T00:40:00.000001", "2026-03-29T01:00"),
    ("Europe/Berlin", "2026-10-25T00:40", "2026-10-25T01:00"),
    ("Europe/Berlin", "2026-10-25T01:00", "2026-10-25T02:00"),
    ("Asia/Kolkata", "2026-03-29T00:30", "2026-03-29T01:30"),
    ("Asia/Kathmandu", "2026-03-29T00:00", "2026-03-29T00:15"),
    # Lord Howe's clock goes from 02:00 to 02:30: 03:00 is the next full hour after 01:00.
    ("Australia/Lord_Howe", "2026-10-03T14:30", "2026-10-03T16:00"),
    # … and back from 02:00 to 01:30: the 02:00 that it then shows is 90 minutes after 01:00.
    ("Australia/Lord_Howe", "2026-04-04T14:00", "2026-04-04T15:30"),
]


@pytest.mark.parametrize(("zone", "digest_at", "now", "expected"), DIGESTS)
def test_daily_digests(zone: str, digest_at: time, now: str, expected: str) -> None:
    assert due("daily", Timetable(zone, None, digest_at), utc(now)) == utc(expected)


@pytest.mark.parametrize(("zone", "quiet", "now", "expected"), NIGHTS)
def test_quiet_hours(zone: str, quiet: tuple[time, time] | None, now: str, expected: str) -> None:
    timetable = Timetable(zone, quiet)
    assert due("now", timetable, utc(now)) == utc(expected)
    assert held(timetable, utc(now)) == (now != expected)


@pytest.mark.parametrize(("zone", "now", "expected"), HOURS)
def test_full_hours(zone: str, now: str, expected: str) -> None:
    assert due("hourly", Timetable(zone), utc(now)) == utc(expected)


def test_full_hours_wait_for_the_end_of_quiet_hours() -> None:
    timetable = Timetable("Europe/Berlin", (time(22), time(7, 30)))
    expected = utc("2026-06-02T05:30")  # 07:30
    for now in ("2026-06-01T19:00", "2026-06-01T20:00", "2026-06-02T05:00", "2026-06-02T05:29"):
        assert due("hourly", timetable, utc(now)) == expected
    assert due("hourly", timetable, expected) == utc("2026-06-02T06:00")
    # A pause without a full hour in it holds nothing.
    short = Timetable("UTC", (time(13, 10), time(13, 50)))
    assert due("hourly", short, utc("2026-06-01T13:20")) == utc("2026-06-01T14:00")


def test_weekly_digests() -> None:
    sundays = Timetable("Europe/Berlin", None, time(9), 6)
    assert due("weekly", sundays, utc("2026-03-22T08:00")) == utc("2026-03-29T07:00")
    assert due("weekly", sundays, utc("2026-03-29T06:59")) == utc("2026-03-29T07:00")
    assert due("weekly", sundays, utc("2026-03-29T07:00")) == utc("2026-04-05T07:00")
    # Apia had no Friday in the last week of 2011: Saturday begins right after Thursday.
    fridays = Timetable("Pacific/Apia", None, time(9), 4)
    assert due("weekly", fridays, utc("2011-12-28T00:00")) == utc("2011-12-30T10:00")
    assert due("weekly", fridays, utc("2011-12-30T10:00")) == utc("2012-01-05T19:00")


def test_a_digest_in_quiet_hours_waits_too() -> None:
    late = Timetable("UTC", NIGHT, time(23))
    assert due("daily", late, utc("2026-01-01T12:00")) == utc("2026-01-02T07:00")
    assert due("daily", late, utc("2026-01-02T03:00")) == utc("2026-01-02T07:00")
    assert due("daily", late, utc("2026-01-02T07:00")) == utc("2026-01-03T07:00")
    sunday = Timetable("UTC", NIGHT, time(23), 6)
    assert due("weekly", sunday, utc("2026-01-05T06:00")) == utc("2026-01-05T07:00")
    assert due("weekly", sunday, utc("2026-01-05T07:00")) == utc("2026-01-12T07:00")


def test_what_is_no_timetable() -> None:
    with pytest.raises(UnknownZoneError, match=r"no time zone 'Mars/Base'.*Europe/Berlin"):
        due("now", Timetable("Mars/Base"), utc("2026-01-01T00:00"))
    with pytest.raises(ValueError, match="time zone"):
        held(Timetable(), datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="weekday"):
        Timetable(weekday=7)
    with pytest.raises(ValueError, match="local"):
        Timetable(quiet=(time(22, tzinfo=UTC), time(7)))


clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 0, 10, 15, 30, 45, 59]))
timetables = st.builds(
    Timetable,
    st.sampled_from(ZONES),
    st.none() | st.tuples(clock_times, clock_times),
    clock_times,
    st.integers(0, 6),
)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Any moment of 2011 or 2026, half of them within two days of a change of some clock."""
    changes = ["2026-03-08T07:00", "2026-03-29T01:00", "2026-04-04T15:00", "2026-04-05T03:00"]
    changes += ["2026-09-06T04:00", "2026-09-26T14:00", "2026-10-03T15:30", "2026-10-25T01:00"]
    changes += ["2011-12-30T10:00", "2026-11-01T06:00", "2026-01-01T00:00", "2026-07-01T00:00"]
    base = utc(draw(st.sampled_from(changes)))
    minutes = draw(st.integers(-2 * 1440, 2 * 1440) | st.integers(-90 * 1440, 90 * 1440))
    return base + timedelta(minutes=minutes, microseconds=draw(st.sampled_from([0, 0, 1, 999_999])))


def quiet_at(timetable: Timetable, moment: datetime) -> bool:
    """Tell whether the clock on the wall shows a quiet time."""
    if timetable.quiet is None:
        return False
    begin, end = timetable.quiet
    shown = moment.astimezone(zone_named(timetable.zone)).time()
    return begin <= shown < end if begin <= end else shown >= begin or shown < end


@given(st.sampled_from(PACES), timetables, moments(), moments())
def test_due_is_later_outside_quiet_hours_steady_and_in_order(
    pace: Pace, timetable: Timetable, now: datetime, other: datetime
) -> None:
    then = due(pace, timetable, now)
    assert then.tzinfo is UTC
    assert then >= now if pace == "now" else then > now
    assert not quiet_at(timetable, then)
    between = min(max(other, now), then - timedelta(microseconds=1))
    assert between < now or due(pace, timetable, between) == then  # asking again changes nothing
    if pace == "now":
        assert due(pace, timetable, then) == then
    assert (due(pace, timetable, other) >= then) if other >= now else True
    assert (due(pace, timetable, other) <= then) if other <= now else True


@given(timetables, moments())
def test_now_is_the_first_minute_that_is_not_quiet(timetable: Timetable, now: datetime) -> None:
    """By brute force, where no clock changes within a day."""
    zone = zone_named(timetable.zone)
    offsets = {(now + timedelta(hours=h)).astimezone(zone).utcoffset() for h in range(-26, 27)}
    assume(len(offsets) == 1)
    now = now.replace(microsecond=0)
    minute = now
    while quiet_at(timetable, minute):
        minute += timedelta(minutes=1)
    assert due("now", timetable, now) == minute


def local_days(zone: str, first: date, last: date) -> list[date]:
    """Return the dates that a clock of `zone` shows at some full quarter of an hour."""
    moment = datetime.combine(first, time(0), UTC) - timedelta(days=2)
    shown = set()
    while moment < datetime.combine(last, time(0), UTC) + timedelta(days=2):
        shown.add(moment.astimezone(zone_named(zone)).date())
        moment += timedelta(minutes=15)
    return sorted(day for day in shown if first <= day <= last)


@given(timetables, moments())
@example(Timetable("Pacific/Apia", None, time(8)), utc("2011-12-28T00:00"))
def test_one_digest_a_local_day(timetable: Timetable, now: datetime) -> None:
    timetable = Timetable(timetable.zone, None, timetable.digest_at)
    zone = zone_named(timetable.zone)
    first = now.astimezone(zone).date()
    last = first + timedelta(days=6)
    moment, days = now - timedelta(days=2), []
    while (moment := due("daily", timetable, moment)).astimezone(zone).date() <= last:
        days.append(moment.astimezone(zone).date())
    assert [day for day in days if day >= first] == local_days(timetable.zone, first, last)


@given(timetables, moments())
def test_at_most_one_digest_a_local_day_with_quiet_hours(
    timetable: Timetable, now: datetime
) -> None:
    begin, end = timetable.quiet or (time(0), time(0))
    length = (end.hour * 60 + end.minute - begin.hour * 60 - begin.minute) % 1440
    assume(length <= 12 * 60)
    zone = zone_named(timetable.zone)
    days = []
    for _ in range(8):
        now = due("daily", timetable, now)
        days.append(now.astimezone(zone).date())
    assert len(set(days)) == len(days)


@given(st.sampled_from(ZONES), moments(), clock_times)
def test_a_first_moment_is_the_first(zone: str, about: datetime, at: time) -> None:
    """By brute force: the first minute from the day before that shows the time or a later one."""
    clock = zone_named(zone)
    wanted = datetime.combine(about.astimezone(clock).date(), at)
    minute = (about - timedelta(days=2)).replace(second=0, microsecond=0)
    assume(minute.astimezone(clock).replace(tzinfo=None) < wanted)
    while minute.astimezone(clock).replace(tzinfo=None) < wanted:
        minute += timedelta(minutes=1)
    assert first_moment(clock, wanted) == minute
