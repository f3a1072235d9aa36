"""Time zones: by name, for a list of buttons, and by place.

All rules and places come from the tzdata package, not from the machine: so every machine reckons
alike, and a system without zone files, or with old ones, does no harm.
"""

from __future__ import annotations

import math
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from bot.alerts.cities import CITIES
from bot.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Mapping

_COORDINATES = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")
_NO_PLACE = frozenset({"Factory"})  # names a machine that nobody set up
_REGIONS = {
    "Europe": """
        Europe/London Europe/Lisbon Europe/Dublin Europe/Madrid Europe/Paris Europe/Brussels
        Europe/Amsterdam Europe/Berlin Europe/Zurich Europe/Rome Europe/Vienna Europe/Prague
        Europe/Warsaw Europe/Stockholm Europe/Athens Europe/Bucharest Europe/Helsinki Europe/Kyiv
        Europe/Istanbul Europe/Moscow
    """,
    "Africa": """
        Africa/Casablanca Africa/Accra Africa/Lagos Africa/Algiers Africa/Tunis Africa/Cairo
        Africa/Johannesburg Africa/Khartoum Africa/Nairobi Africa/Addis_Ababa
    """,
    "Asia": """
        Asia/Jerusalem Asia/Beirut Asia/Baghdad Asia/Riyadh Asia/Tehran Asia/Dubai Asia/Kabul
        Asia/Karachi Asia/Tashkent Asia/Kolkata Asia/Kathmandu Asia/Dhaka Asia/Yangon Asia/Bangkok
        Asia/Jakarta Asia/Singapore Asia/Manila Asia/Hong_Kong Asia/Shanghai Asia/Seoul Asia/Tokyo
    """,
    "America": """
        America/St_Johns America/Halifax America/New_York America/Toronto America/Chicago
        America/Mexico_City America/Denver America/Phoenix America/Vancouver America/Los_Angeles
        America/Anchorage America/Havana America/Bogota America/Lima America/Caracas
        America/La_Paz America/Santiago America/Argentina/Buenos_Aires America/Sao_Paulo
    """,
    "Australia and Pacific": """
        Australia/Perth Australia/Darwin Australia/Adelaide Australia/Brisbane Australia/Sydney
        Australia/Lord_Howe Pacific/Guam Pacific/Auckland Pacific/Chatham Pacific/Fiji
        Pacific/Apia Pacific/Kiritimati Pacific/Honolulu Pacific/Pago_Pago
    """,
}


class UnknownZoneError(BotError):
    """There is no time zone of that name, in `name`."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"there is no time zone {name[:60]!r}", "use an IANA name such as Europe/Berlin"
        )


class City(NamedTuple):
    """A button: a zone under the name of the place that it is named after."""

    name: str
    zone: str


class Place(NamedTuple):
    """A place in a zone; degrees, north and east positive."""

    zone: str
    latitude: float
    longitude: float


@cache
def zone_named(name: str) -> ZoneInfo:
    """Return the zone with an IANA name, in any case. Raises UnknownZoneError."""
    proper = _names().get(name.strip().lower())
    if proper is None:
        raise UnknownZoneError(name)
    with files("tzdata").joinpath("zoneinfo", *proper.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=proper)


def zones() -> Mapping[str, tuple[City, ...]]:
    """Return common zones for a list of buttons, by region, from west to east or nearly so.

    Other IANA names are as good; these are cities that many people recognise.
    """
    return {region: tuple(map(_city, names.split())) for region, names in _REGIONS.items()}


def nearest_zone(latitude: float, longitude: float) -> str:
    """Return the zone of the nearest place that is known, by great circle (haversine); degrees.

    Known are each zone's principal place and some large cities, but no borders. So near a border,
    and far from all of these, the answer may be the neighbour's zone, often with the same clock,
    sometimes not. Show it and let the person correct it. Raises ValueError for a point that is not
    on the Earth.
    """
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError(f"no place has the latitude {latitude} and the longitude {longitude}")
    near = min(places() + cities(), key=lambda place: _angle(place, latitude, longitude))
    return near.zone


@cache
def places() -> tuple[Place, ...]:
    """Return the principal places of all zones, as tzdata's zone.tab lists them."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return tuple(Place(row[2], *_degrees(row[1])) for row in rows)


@cache
def cities() -> tuple[Place, ...]:
    """Return the large cities of `bot.alerts.cities`."""
    found = []
    for line in CITIES.strip().replace("\n    ", " ").splitlines():
        zone, _, listed = line.partition(": ")
        for city in listed.split(";"):
            _, latitude, longitude = city.rsplit(" ", 2)
            found.append(Place(zone, float(latitude), float(longitude)))
    return tuple(found)


def _degrees(coordinates: str) -> tuple[float, float]:
    """Return latitude and longitude of ±DDMM±DDDMM or ±DDMMSS±DDDMMSS (ISO 6709)."""
    found = _COORDINATES.fullmatch(coordinates)
    if found is None:
        raise ValueError(f"zone.tab: {coordinates!r} are no coordinates")
    parts = found.groups(default="0")
    north, east = (
        (1 if sign == "+" else -1) * (int(degrees) + int(minutes) / 60 + int(seconds) / 3600)
        for sign, degrees, minutes, seconds in (parts[:4], parts[4:])
    )
    return north, east


def _angle(place: Place, latitude: float, longitude: float) -> float:
    """Return what grows with the great-circle distance: the haversine of its angle."""
    one, other = math.radians(place.latitude), math.radians(latitude)
    across = math.radians(place.longitude - longitude)
    return (
        math.sin((one - other) / 2) ** 2
        + math.cos(one) * math.cos(other) * math.sin(across / 2) ** 2
    )


@cache
def _names() -> dict[str, str]:
    listed = files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {name.lower(): name for name in listed if name not in _NO_PLACE}


def _city(zone: str) -> City:
    return City(zone.rpartition("/")[2].replace("_", " "), zone)
