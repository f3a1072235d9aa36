"""The subscriptions of a chat, a topic or a channel. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, Page, count_pages, shorten, turning, within
from bot.chat.splitting import split_messages
from bot.chat.subscription_presses import Press, Verb
from bot.chat.subscriptions import LABEL_UNITS, pace_name, state_name, wanted_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.alerts.types import Subscription
    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator

PER_PAGE = 8
RESUME = "p:on"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose subscriptions are listed.

    `chat` and `channel` are a channel's number and name, else 0 and "". Times are shown in `zone`;
    `quiet` says that /stop holds them all.
    """

    chat: int = 0
    channel: str = ""
    private: bool = False
    zone: str = "UTC"
    quiet: bool = False


def render_list(
    tr: Translator, subscriptions: Sequence[Subscription], page: int, now: datetime, whose: Whose
) -> Page:
    """Return a page of the subscriptions, a button for each."""
    sections = [[Block((Run(_heading(tr, whose), bold=True),))]]
    if whose.quiet:
        said = tr("None of them sends anything since /stop, until you press the button below.")
        sections.append([Block((Run(said, italic=True),), gap=LINE)])
    pages = count_pages(len(subscriptions), PER_PAGE)
    page = within(page, pages)
    shown = subscriptions[page * PER_PAGE : (page + 1) * PER_PAGE]
    if not shown:
        sections.append([Block((Run(tr("There are none yet.")),))])
    for number, one in enumerate(shown, start=page * PER_PAGE + 1):
        name = shorten(wanted_name(tr, one.wanted, one.label), LABEL_UNITS * 2)
        told = state_name(tr, one, now, whose.zone) or pace_name(tr, one.pace)
        sections.append([Block((Run(f"{number}. {name} — {told}"),), gap=LINE)])
    to = Press(Verb.LIST, chat=whose.chat)
    turns = turning(page, pages, lambda number: to.to(Verb.LIST, number))
    rows = (*_opening(tr, shown, whose), *turns, *_last_rows(tr, whose))
    return Page(split_messages(sections)[0], rows)


def _heading(tr: Translator, whose: Whose) -> str:
    if whose.channel:
        return tr("Subscriptions of {name}", name=shorten(whose.channel, LABEL_UNITS))
    return tr("Your subscriptions") if whose.private else tr("Subscriptions")


def _opening(tr: Translator, shown: Sequence[Subscription], whose: Whose) -> Keyboard:
    """Return a button for each subscription that shows it."""
    names = ((one, wanted_name(tr, one.wanted, one.label)) for one in shown)
    return tuple(
        (
            Button(
                shorten(name, LABEL_UNITS), Press(Verb.SHOW, one.id, chat=whose.chat).to(Verb.SHOW)
            ),
        )
        for one, name in names
    )


def _last_rows(tr: Translator, whose: Whose) -> Keyboard:
    to = Press(Verb.LIST, chat=whose.chat)
    new = Button(tr("New subscription"), to.to(Verb.CHOOSE))
    times = Button(tr("When I send"), f"t:h:{whose.chat or ''}:")
    rows: list[tuple[Button, ...]] = [(new, times)]
    if whose.private and not whose.chat:
        rows.append((Button(tr("For a channel"), to.to(Verb.CHANNEL)),))
    if whose.quiet:
        rows.append((Button(tr("Write to me again"), RESUME),))
    return tuple(rows)
