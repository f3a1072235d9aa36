"""Zones by name, by button and by place."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import cos, dist, radians, sin
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.zones import UnknownZoneError, cities, nearest_zone, places, zone_named, zones


def test_names_in_any_case() -> None:
    assert zone_named("europe/BERLIN ").key == "Europe/Berlin"
    assert zone_named("America/Argentina/Buenos_Aires").key == "America/Argentina/Buenos_Aires"
    summer = datetime(2026, 7, 1, tzinfo=zone_named("Europe/Berlin"))
    assert summer.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    "name", ["", "Berlin", "Europe", "../Europe/Berlin", "/etc/passwd", "Factory", "a\0b"]
)
def test_names_of_nothing(name: str) -> None:
    with pytest.raises(UnknownZoneError) as caught:
        zone_named(name)
    assert caught.value.name == name


def test_every_zone_of_the_table_can_be_read() -> None:
    assert len(places()) > 400
    for place in places():
        assert zone_named(place.zone).key == place.zone


def test_buttons() -> None:
    regions = zones()
    assert len(regions) == 5
    cities = [city for group in regions.values() for city in group]
    assert len({city.name for city in cities}) == len({city.zone for city in cities}) == len(cities)
    assert all(len(group) <= 24 for group in regions.values())
    listed = {place.zone for place in places()}
    assert {city.zone for city in cities} <= listed
    assert ("Buenos Aires", "America/Argentina/Buenos_Aires") in cities
    assert ("New York", "America/New_York") in cities


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (52.52, 13.40, "Europe/Berlin"),
        (48.85, 2.35, "Europe/Paris"),
        (59.33, 18.07, "Europe/Stockholm"),
        (40.71, -74.01, "America/New_York"),
        (26.45, 80.33, "Asia/Kolkata"),  # Kanpur: Kathmandu is nearer than the zone's own place
        (18.52, 73.86, "Asia/Kolkata"),  # Pune
        (31.42, 73.08, "Asia/Karachi"),  # Faisalabad
        (36.15, -95.99, "America/Chicago"),  # Tulsa
        (35.05, -85.31, "America/New_York"),  # Chattanooga
        (44.05, -123.09, "America/Los_Angeles"),  # Eugene
        (48.43, -123.37, "America/Vancouver"),  # Victoria
        (37.87, 32.48, "Europe/Istanbul"),  # Konya
        (58.38, 26.72, "Europe/Tallinn"),  # Tartu
        (57.63, 39.87, "Europe/Moscow"),  # Yaroslavl
        (-36.08, 146.92, "Australia/Sydney"),  # Albury, on the border
        (-33.45, -70.66, "America/Santiago"),
        (-31.55, 159.08, "Australia/Lord_Howe"),
        (-13.83, -171.77, "Pacific/Apia"),
        (-14.28, -170.70, "Pacific/Pago_Pago"),
        (1.87, -157.40, "Pacific/Kiritimati"),
        (-18.14, 178.44, "Pacific/Fiji"),
        (-17.0, -179.9, "Pacific/Fiji"),  # over the date line
        (65.0, 179.9, "Asia/Anadyr"),
        (90.0, 0.0, "Arctic/Longyearbyen"),
    ],
)
def test_the_nearest_zone(latitude: float, longitude: float, zone: str) -> None:
    assert nearest_zone(latitude, longitude) == zone


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_the_nearest_is_that_with_the_smallest_angle_at_the_earths_centre(
    latitude: float, longitude: float
) -> None:
    def upright(north: float, east: float) -> tuple[float, float, float]:
        north, east = radians(north), radians(east)
        return cos(north) * cos(east), cos(north) * sin(east), sin(north)

    here = upright(latitude, longitude)
    chords = {place: dist(upright(*place[1:]), here) for place in (*places(), *cities())}
    near = nearest_zone(latitude, longitude)
    assert min(chords.values()) >= min(c for p, c in chords.items() if p.zone == near) - 1e-9


@given(st.sampled_from(places()))
def test_a_zones_place_is_its_own(place: tuple[str, float, float]) -> None:
    zone, latitude, longitude = place
    near = nearest_zone(latitude, longitude)
    twins = {p.zone for p in places() if (p.latitude, p.longitude) == (latitude, longitude)}
    assert near in twins
    assert zone in twins


def test_every_city_is_in_its_zone_and_not_on_the_wrong_side_of_the_earth() -> None:
    own = {place.zone: place for place in places()}
    assert len(cities()) > 300
    assert len(set(cities())) == len(cities())
    for city in cities():
        assert nearest_zone(city.latitude, city.longitude) == city.zone
        assert abs(city.latitude - own[city.zone].latitude) < 25
        assert abs(city.longitude - own[city.zone].longitude) < 46


@pytest.mark.parametrize("point", [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0)])
def test_no_place_on_earth(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="latitude"):
        nearest_zone(*point)


def test_the_rules_are_those_of_the_standard_library() -> None:
    ours, theirs = zone_named("Europe/Berlin"), ZoneInfo("Europe/Berlin")
    for day in range(365):
        noon = datetime(2026, 1, 1, 12) + timedelta(days=day)  # noqa: DTZ001
        assert noon.replace(tzinfo=ours).utcoffset() == noon.replace(tzinfo=theirs).utcoffset()
