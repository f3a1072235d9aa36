"""Times of day, weekdays and places as a language has them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_time, get_day_names, get_timezone_location

from bot.alerts.zones import zone_named

if TYPE_CHECKING:
    from datetime import datetime, time

    from bot.chat.translations import Translator


def clock_time(tr: Translator, at: time) -> str:
    """Return a time of day: "8:00 AM", "08:00"."""
    return format_time(at, "short", locale=tr.language).replace("\u202f", "\u00a0")


def weekday_name(tr: Translator, day: int) -> str:
    """Return a weekday, 0 for Monday, such as "Monday"."""
    name = str(get_day_names("wide", context="stand-alone", locale=tr.language)[day])
    return name[0].upper() + name[1:]


def city_name(tr: Translator, zone: str) -> str:
    """Return the place that a time zone is named after, such as "Berlín" in Spanish."""
    if zone == "UTC":
        return zone
    found = get_timezone_location(zone, locale=tr.language, return_city=True)
    # Where the language has no name of its own, Babel gives what is in the zone's.
    return found.rpartition("/")[2].replace("_", " ") or zone


def local_moment(tr: Translator, moment: datetime, zone: str) -> str:
    """Return an aware moment on the clocks of a time zone: "31 March 2022, 08:00"."""
    local = moment.astimezone(zone_named(zone))
    return f"{tr.date(local.date())}, {clock_time(tr, local.time())}"
