"""When a chat hears: pace, time zone, digests and quiet hours, as pages for Telegram. Pure.

A button's data is `t:<verb>:<channel or nothing>:<value>`; `bot.chat.subscription_presses` says why
a channel has to be named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.chat.clocks import city_name, clock_time, local_moment, weekday_name
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, Page, shorten
from bot.chat.splitting import split_messages
from bot.chat.subscriptions import PACES, pace_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.alerts.types import Pace, Timetable
    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator

PREFIX = "t:"
HOURS_IN_ROW = 4
LABEL_UNITS = 60
_FORM = re.compile(r"t:([a-z]):((?:-[0-9]{1,18})?):([0-9A-Za-z_/+-]{0,40})", re.ASCII)


class TimetableVerb(StrEnum):
    """What a button does."""

    HOME = "h"
    PACES = "n"
    PACE = "p"
    """Sets the pace of new subscriptions."""
    REGIONS = "g"
    CITIES = "c"
    """Shows a region's cities; `value` is its position."""
    ZONE = "z"
    """Sets the time zone; `value` is its IANA name."""
    TYPED = "y"
    """Asks for a city in words."""
    LOCATION = "l"
    """Asks for a location."""
    HOURS = "d"
    DIGEST = "a"
    """Sets the hour of digests."""
    WEEKDAYS = "e"
    WEEKDAY = "w"
    QUIET = "q"
    """Asks from when it is quiet."""
    FROM = "f"
    """Asks until when; `value` is the hour it begins."""
    UNTIL = "u"
    """Sets the quiet hours; `value` is both hours, as in 22-07."""
    LOUD = "o"
    """Does without quiet hours."""


@dataclass(frozen=True, slots=True)
class TimetablePress:
    """A pressed button; `chat` is 0 for the chat that it was pressed in."""

    verb: TimetableVerb
    value: str = ""
    chat: int = 0

    def to(self, verb: TimetableVerb, value: object = "") -> str:
        """Return the data of another button for the same chat."""
        return f"{PREFIX}{verb}:{self.chat or ''}:{value}"

    @property
    def hours(self) -> tuple[time, ...] | None:
        """The hours that `value` names, None if it names none."""
        parts = self.value.split("-")
        if not all(part.isascii() and part.isdecimal() and int(part) < 24 for part in parts):
            return None
        return tuple(time(int(part)) for part in parts)


def decode(data: str) -> TimetablePress | None:
    """Return what a button's data say, None if nothing known."""
    form = _FORM.fullmatch(data)
    if form is None or form[1] not in set(TimetableVerb):
        return None
    return TimetablePress(TimetableVerb(form[1]), form[3], int(form[2] or 0))


def render_timetable(
    tr: Translator,
    timetable: Timetable,
    pace: Pace,
    now: datetime,
    *,
    chat: int = 0,
    channel: str = "",
) -> Page:
    """Return when a chat hears, with buttons that lead to each setting."""
    named = tr("When I send to {name}", name=shorten(channel, LABEL_UNITS))
    quiet = tr("Quiet hours: none")
    if timetable.quiet is not None:
        begin, end = (clock_time(tr, one) for one in timetable.quiet)
        quiet = tr("Quiet hours: {begin} to {end}", begin=begin, end=end)
    lines = (
        tr("New subscriptions: {pace}", pace=pace_name(tr, pace)),
        tr("Time zone: {city} (now {when})").format(
            city=city_name(tr, timetable.zone), when=local_moment(tr, now, timetable.zone)
        ),
        tr("Digests: at {at}", at=clock_time(tr, timetable.digest_at)),
        tr("Weekly digests: on {day}", day=weekday_name(tr, timetable.weekday)),
        quiet,
    )
    sections = [
        [Block((Run(named if channel else tr("When I send"), bold=True),))],
        [Block((Run(line),), gap=LINE) for line in lines],
    ]
    to = TimetablePress(TimetableVerb.HOME, chat=chat).to
    rows = [
        (Button(tr("New subscriptions"), to(TimetableVerb.PACES)),),
        (Button(tr("Time zone"), to(TimetableVerb.REGIONS)),),
        (Button(tr("Digest time"), to(TimetableVerb.HOURS)),),
        (Button(tr("Day of weekly digests"), to(TimetableVerb.WEEKDAYS)),),
        (Button(tr("Quiet hours"), to(TimetableVerb.QUIET)),),
        (Button(tr("Subscriptions"), f"s:l:0:0:{chat}:"),),
    ]
    if not chat:
        rows.append((Button(tr("All settings"), "p:h"),))
    return Page(_message(sections), tuple(rows))


def render_paces(tr: Translator, chosen: Pace, *, chat: int = 0) -> Page:
    """Return the choice of the pace that new subscriptions begin with."""
    to = TimetablePress(TimetableVerb.PACES, chat=chat).to
    rows = [
        (choice(pace_name(tr, pace), to(TimetableVerb.PACE, pace), chosen=pace == chosen),)
        for pace in PACES
    ]
    text = tr("How often shall new subscriptions send? Each can be changed on its own.")
    return Page(_line(text), (*rows, back_row(tr, chat)))


def render_hours(tr: Translator, chosen: time, *, chat: int = 0) -> Page:
    """Return the choice of when digests come."""
    to = TimetablePress(TimetableVerb.HOURS, chat=chat).to
    return _hours(
        tr,
        tr("When shall digests come?"),
        lambda hour: to(TimetableVerb.DIGEST, f"{hour:02}"),
        chosen,
        chat,
    )


def render_weekdays(tr: Translator, chosen: int, *, chat: int = 0) -> Page:
    """Return the choice of the day of weekly digests."""
    to = TimetablePress(TimetableVerb.WEEKDAYS, chat=chat).to
    rows = [
        (choice(weekday_name(tr, day), to(TimetableVerb.WEEKDAY, day), chosen=day == chosen),)
        for day in range(7)
    ]
    return Page(_line(tr("On which day shall weekly digests come?")), (*rows, back_row(tr, chat)))


def render_quiet(tr: Translator, timetable: Timetable, *, chat: int = 0) -> Page:
    """Return the choice of when quiet hours begin."""
    to = TimetablePress(TimetableVerb.QUIET, chat=chat).to
    text = tr("From when shall I be quiet? What comes up meanwhile is sent together afterwards.")
    loud = choice(tr("No quiet hours"), to(TimetableVerb.LOUD), chosen=timetable.quiet is None)
    begin = timetable.quiet[0] if timetable.quiet else None
    page = _hours(tr, text, lambda hour: to(TimetableVerb.FROM, f"{hour:02}"), begin, chat)
    return Page(page.html, ((loud,), *page.rows))


def render_until(tr: Translator, begin: time, timetable: Timetable, *, chat: int = 0) -> Page:
    """Return the choice of when quiet hours end."""
    to = TimetablePress(TimetableVerb.FROM, chat=chat).to
    text = tr("Quiet from {begin}: until when?", begin=clock_time(tr, begin))
    end = timetable.quiet[1] if timetable.quiet else None
    until = TimetableVerb.UNTIL
    return _hours(
        tr,
        text,
        lambda hour: to(until, f"{begin.hour:02}-{hour:02}") if hour != begin.hour else "",
        end,
        chat,
    )


def _hours(
    tr: Translator, text: str, data: Callable[[int], str], chosen: time | None, chat: int
) -> Page:
    """Return the choice of an hour; one without data is left out."""
    buttons = [
        choice(clock_time(tr, time(hour)), told, chosen=chosen == time(hour))
        for hour in range(24)
        if (told := data(hour))
    ]
    return Page(_line(text), (*in_rows(buttons, HOURS_IN_ROW), back_row(tr, chat)))


def choice(label: str, data: str, *, chosen: bool) -> Button:
    """Return a button, ticked if it is what is chosen."""
    return Button(f"✓ {label}" if chosen else label, data)


def back_row(tr: Translator, chat: int) -> tuple[Button, ...]:
    """Return the way back to all that is set here."""
    home = TimetablePress(TimetableVerb.HOME, chat=chat)
    return (Button(tr("Back"), home.to(TimetableVerb.HOME)),)


def in_rows(buttons: Iterable[Button], size: int) -> Keyboard:
    """Return the buttons in rows of `size`."""
    listed = list(buttons)
    return tuple(tuple(listed[at : at + size]) for at in range(0, len(listed), size))


def _line(text: str) -> str:
    return _message([[Block((Run(text),))]])


def _message(sections: Iterable[list[Block]]) -> str:
    return split_messages(sections)[0]
