"""The pages about when alerts come, in every language."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.types import Timetable
from bot.alerts.zones import places, zones
from bot.chat import time_zones, timetables
from bot.chat.clocks import city_name, clock_time, weekday_name
from bot.chat.paging import CALLBACK_BYTES, Page
from bot.chat.timetables import TimetablePress, TimetableVerb
from bot.chat.translations import languages, translator
from tests.support.articles import NOW
from tests.support.telegram_html import parse

CHANNEL = -1_002_345_678_901
TABLE = Timetable("Europe/Berlin", (time(22), time(7)), time(18), 4)


def pages(language: str) -> list[Page]:
    tr = translator(language)
    made = [
        timetables.render_timetable(tr, TABLE, "daily", NOW, chat=CHANNEL, channel="Desk"),
        timetables.render_paces(tr, "daily", chat=CHANNEL),
        timetables.render_hours(tr, time(18), chat=CHANNEL),
        timetables.render_weekdays(tr, 4, chat=CHANNEL),
        timetables.render_quiet(tr, TABLE, chat=CHANNEL),
        timetables.render_until(tr, time(22), TABLE, chat=CHANNEL),
        time_zones.render_regions(tr, chat=CHANNEL),
        time_zones.render_zone_guess(tr, "Asia/Kolkata", NOW, chat=CHANNEL),
        time_zones.render_unknown_city(tr, "Berlim", chat=CHANNEL),
    ]
    cities = [
        page
        for region in range(len(zones()))
        if (page := time_zones.render_cities(tr, region, "Europe/Berlin", chat=CHANNEL))
    ]
    assert len(cities) == len(zones())
    return made + cities


@pytest.mark.parametrize("language", languages())
def test_every_button_fits_is_understood_and_keeps_to_its_channel(language: str) -> None:
    for page in pages(language):
        assert parse(page.html).text.strip()
        for button in (button for row in page.rows for button in row):
            assert button.label.strip()
            assert len(button.data.encode()) <= CALLBACK_BYTES
            if button.data.startswith(timetables.PREFIX):
                press = timetables.decode(button.data)
                assert press is not None
                assert press.chat == CHANNEL


@pytest.mark.parametrize(
    ("language", "eight", "monday", "berlin"),
    [
        ("en", "8:00\u00a0AM", "Monday", "Berlin"),
        ("de", "08:00", "Montag", "Berlin"),
        ("es", "8:00", "Lunes", "Berlín"),
        ("hi", "8:00 am", "सोमवार", "बर्लिन"),
        ("ru", "08:00", "Понедельник", "Берлин"),
    ],
)
def test_times_are_as_the_language_has_them(
    language: str, eight: str, monday: str, berlin: str
) -> None:
    tr = translator(language)
    assert clock_time(tr, time(8)) == eight
    assert weekday_name(tr, 0) == monday
    assert city_name(tr, "Europe/Berlin") == berlin
    assert city_name(tr, "America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_quiet_hours_end_at_another_hour_than_they_begin() -> None:
    page = timetables.render_until(translator("en"), time(22), TABLE)
    values = [b.data.split(":")[3] for row in page.rows for b in row if b.data[2] == "u"]
    assert values == [f"22-{hour:02}" for hour in range(24) if hour != 22]
    ticked = [b.label for row in page.rows for b in row if b.label.startswith("✓")]
    assert ticked == ["✓ 7:00\u00a0AM"]


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("berlin", "Europe/Berlin"),
        ("  New   York ", "America/New_York"),
        ("Берлин", "Europe/Berlin"),
        ("Hamburg", "Europe/Berlin"),
        ("delhi", "Asia/Kolkata"),
        ("europe/paris", "Europe/Paris"),
        ("Reykjavik", "Atlantic/Reykjavik"),
        ("utc", "UTC"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_city_is_known_by_its_names(typed: str, zone: str | None) -> None:
    assert time_zones.zone_of_city(typed) == zone


def test_every_zones_own_place_is_known() -> None:
    names = {place.zone: place.zone.rpartition("/")[2].replace("_", " ") for place in places()}
    assert len(names) > 300
    assert [name for name in names.values() if time_zones.zone_of_city(name) is None] == []


def test_a_misspelt_city_is_offered() -> None:
    page = time_zones.render_unknown_city(translator("en"), "Berlim")
    assert ("Berlin", "t:z::Europe/Berlin") in [(b.label, b.data) for (b,) in page.rows]


@given(st.text(max_size=70))
def test_data_of_no_button_are_refused_or_harmless(text: str) -> None:
    press = timetables.decode(f"t:{text}")
    assert press is None or all(hour.hour < 24 for hour in press.hours or ())


def test_hours_are_read_from_a_value() -> None:
    def hours(value: str) -> tuple[time, ...] | None:
        return TimetablePress(TimetableVerb.UNTIL, value).hours

    assert hours("22-07") == (time(22), time(7))
    assert hours("24-07") is None
    assert hours("") is None
