"""Choosing a time zone: by a list, a city's name or a location. Pure."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from bot.alerts.cities import CITIES
from bot.alerts.zones import City, UnknownZoneError, places, zone_named, zones
from bot.chat.clocks import city_name, local_moment
from bot.chat.html import Block, Run
from bot.chat.paging import Button, Page, shorten
from bot.chat.splitting import split_messages
from bot.chat.timetables import TimetablePress, TimetableVerb, back_row, choice, in_rows
from bot.chat.translations import languages, translator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.chat.translations import Translator

CITIES_IN_ROW = 2
LABEL_UNITS = 60
NEAR = 4


def render_regions(tr: Translator, *, chat: int = 0, private: bool = False) -> Page:
    """Return the choice of a part of the world, and the other ways to a time zone."""
    to = TimetablePress(TimetableVerb.REGIONS, chat=chat).to
    rows = [(Button(name, to(TimetableVerb.CITIES, at)),) for at, name in enumerate(_regions(tr))]
    rows.append((Button(tr("Another city"), to(TimetableVerb.TYPED)),))
    if private:
        rows.append((Button(tr("Send my location"), to(TimetableVerb.LOCATION)),))
    text = tr("Where are you? I only need it for the clock.")
    return Page(_line(text), (*rows, back_row(tr, chat)))


def render_cities(tr: Translator, region: int, chosen: str, *, chat: int = 0) -> Page | None:
    """Return the cities of a part of the world, None if there is no such."""
    parts = list(zones().values())
    if region >= len(parts):
        return None
    to = TimetablePress(TimetableVerb.CITIES, chat=chat).to
    buttons = [
        choice(_city(tr, one), to(TimetableVerb.ZONE, one.zone), chosen=one.zone == chosen)
        for one in parts[region]
    ]
    back = (Button(tr("Back"), to(TimetableVerb.REGIONS)),)
    text = tr("Which city has your clock?")
    return Page(_line(text), (*in_rows(buttons, CITIES_IN_ROW), back))


def render_city_prompt(tr: Translator) -> str:
    """Return the question for a city, as HTML; it is replied to."""
    return _line(
        tr(
            "Which city? Reply to this message with a large one nearby, or with a time zone's name "
            "such as Europe/Berlin."
        )
    )


def render_location_prompt(tr: Translator) -> str:
    """Return the question for a location, as HTML; a keyboard's button answers it."""
    return _line(tr("Press the button below. I keep the time zone alone, not where you are."))


def render_zone_guess(tr: Translator, zone: str, now: datetime, *, chat: int = 0) -> Page:
    """Return the time zone that a location or city led to, to be confirmed."""
    to = TimetablePress(TimetableVerb.ZONE, chat=chat).to
    said = tr("I take your clock to be that of {city}: {when}. Is that right?")
    text = said.format(city=city_name(tr, zone), when=local_moment(tr, now, zone))
    rows = (
        (Button(tr("Yes"), to(TimetableVerb.ZONE, zone)),),
        (Button(tr("No, choose another"), to(TimetableVerb.REGIONS)),),
    )
    return Page(_line(text), rows)


def render_unknown_city(tr: Translator, typed: str, *, chat: int = 0) -> Page:
    """Return that a city isn't known, with those that are spelt nearly so."""
    to = TimetablePress(TimetableVerb.ZONE, chat=chat).to
    rows = [(Button(name, to(TimetableVerb.ZONE, zone)),) for name, zone in near_cities(tr, typed)]
    rows.append((Button(tr("Choose from a list"), to(TimetableVerb.REGIONS)),))
    said = tr("I know no time zone for “{name}”. Try a larger city nearby.")
    return Page(_line(said.format(name=shorten(typed, LABEL_UNITS))), tuple(rows))


def zone_of_city(typed: str) -> str | None:
    """Return the time zone that a city's or zone's name in any of the bot's languages means."""
    name = " ".join(typed.replace(" / ", "/").split())
    try:
        return zone_named(name.replace(" ", "_")).key
    except UnknownZoneError:
        pass
    wanted = name.casefold()
    named = (one for code in languages() for one in _named(translator(code)))
    return next((zone for known, zone in (*named, *_large()) if known.casefold() == wanted), None)


def near_cities(tr: Translator, typed: str) -> list[tuple[str, str]]:
    """Return (name, zone) of cities whose names are nearly what was typed."""
    by_name = {known.casefold(): (known, zone) for known, zone in (*_large(), *_named(tr))}
    found = get_close_matches(typed.casefold(), by_name, n=NEAR, cutoff=0.6)
    return [by_name[name] for name in found]


def _regions(tr: Translator) -> list[str]:
    named = {
        "Europe": tr("Europe"),
        "Africa": tr("Africa"),
        "Asia": tr("Asia"),
        "America": tr("America"),
        "Australia and Pacific": tr("Australia and Pacific"),
    }
    return [named.get(name, name) for name in zones()]


def _named(tr: Translator) -> Iterator[tuple[str, str]]:
    """Yield (name, zone) of the cities on the buttons, in English and in a language."""
    for part in zones().values():
        for one in part:
            yield one.name, one.zone
            yield city_name(tr, one.zone), one.zone


@cache
def _large() -> tuple[tuple[str, str], ...]:
    """Return (name, zone) of large cities that no zone is named after, then of all zones' own."""
    found = []
    for line in CITIES.strip().replace("\n    ", " ").splitlines():
        zone, _, listed = line.partition(": ")
        found += [(city.rsplit(" ", 2)[0].strip(), zone) for city in listed.split(";")]
    own = [(place.zone.rpartition("/")[2].replace("_", " "), place.zone) for place in places()]
    return (*found, *own)


def _city(tr: Translator, one: City) -> str:
    return one.name if tr.language == "en" else city_name(tr, one.zone)


def _line(text: str) -> str:
    return split_messages([[Block((Run(text),))]])[0]
