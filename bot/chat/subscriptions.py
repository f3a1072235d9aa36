"""A subscription with all that can be done about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.alerts.thresholds import LADDER, looser, stricter
from bot.alerts.wanting import label as said_by
from bot.chat.captions import clean, link_of, title_of
from bot.chat.clocks import local_moment
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, Page, count_pages, shorten, turning, within
from bot.chat.rendering import origin
from bot.chat.splitting import split_messages
from bot.chat.subscription_presses import Press, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.alerts.types import Pace, Subscription, Wanted
    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator
    from retrieval.types import ArticleRef

FOUND_PER_PAGE = 8
PACES: tuple[Pace, ...] = ("now", "hourly", "daily", "weekly")
LABEL_UNITS = 60
TITLE_UNITS, LINK_BYTES = 150, 600
QUOTED_UNITS = 300
_FULL, _EMPTY = "▰", "▱"


@dataclass(frozen=True, slots=True)
class Card:
    """A subscription as it is shown.

    `latest` are articles that would have matched, newest first. `chat` and `channel` are the number
    and name of the channel that it is of, else 0 and "". A `fresh` one was just made, and can be
    undone. Times are shown in `zone`.
    """

    subscription: Subscription
    latest: Sequence[ArticleRef] = ()
    chat: int = 0
    channel: str = ""
    fresh: bool = False
    zone: str = "UTC"
    note: str = ""

    @property
    def press(self) -> Press:
        """What the buttons are about."""
        return Press(Verb.SHOW, self.subscription.id, chat=self.chat, fresh=self.fresh)


def rung_of(threshold: float) -> int:
    """Return which step of the ladder, from 0, is nearest to a threshold (a cosine)."""
    return min(range(len(LADDER)), key=lambda rung: abs(LADDER[rung] - threshold))


def pace_name(tr: Translator, pace: Pace) -> str:
    """Return how often a subscription sends."""
    match pace:
        case "now":
            return tr("At once")
        case "hourly":
            return tr("Hourly")
        case "daily":
            return tr("Daily")
        case "weekly":
            return tr("Weekly")


def wanted_name(tr: Translator, wanted: Wanted, label: str = "") -> str:
    """Return what is wanted, in one line of the person's language."""
    words = wanted.words
    if wanted.kind == "all" and not words.excluded and not wanted.topic:
        return tr("Everything")
    if wanted.kind == "source" and not words.excluded and not wanted.topic:
        return tr("All from {name}", name=shorten(wanted.source, LABEL_UNITS))
    return label or said_by(wanted)


def quoted(tr: Translator, text: str) -> str:
    """Return a text in the language's quotation marks."""
    return tr("“{text}”").format(text=text)


def render_card(tr: Translator, card: Card, now: datetime) -> Page:
    """Return a subscription with its examples and buttons."""
    one = card.subscription
    sections = [[Block((Run(_heading(tr, card), bold=True),))]]
    if card.note:
        sections.append([Block((Run(card.note, italic=True),))])
    name = shorten(wanted_name(tr, one.wanted, one.label), QUOTED_UNITS)
    lines = [quoted(tr, name), *_told(tr, card, now)]
    sections.append([Block((Run(line),), gap=LINE) for line in lines])
    sections.append(_examples(tr, card))
    return Page(split_messages(sections)[0], _card_rows(tr, card, now))


def _heading(tr: Translator, card: Card) -> str:
    if card.fresh and card.channel:
        return tr("{name} is subscribed", name=shorten(card.channel, LABEL_UNITS))
    if card.fresh:
        return tr("You are subscribed")
    return tr("Subscription")


def _told(tr: Translator, card: Card, now: datetime) -> list[str]:
    """Return the lines about pace, closeness and state."""
    one, lines = card.subscription, []
    if card.channel and not card.fresh:
        lines.append(tr("For {name}", name=shorten(card.channel, LABEL_UNITS)))
    lines.append(tr("How often: {pace}", pace=pace_name(tr, one.pace)))
    if one.wanted.topic:
        rung = rung_of(one.threshold) + 1
        bar = _FULL * rung + _EMPTY * (len(LADDER) - rung)
        lines.append(tr("How close an article must be: {bar}", bar=bar))
    if one.wanted.kind == "question" and one.state != "ended":
        lines.append(tr("It ends with the first article that answers it."))
    if state := state_name(tr, one, now, card.zone):
        lines.append(state)
    return lines


def state_name(tr: Translator, one: Subscription, now: datetime, zone: str) -> str:
    """Return why a subscription sends nothing at present, "" if it does."""
    if one.state == "ended":
        return tr("Ended: it was answered.")
    if one.state == "paused":
        return tr("Paused.")
    if one.muted_until is not None and one.muted_until > now:
        return tr("Muted until {when}.", when=local_moment(tr, one.muted_until, zone))
    return ""


def _examples(tr: Translator, card: Card) -> list[Block]:
    if not card.latest:
        said = tr("None of the articles I have would have matched. New ones may.")
        if card.subscription.wanted.topic and card.subscription.threshold > LADDER[0]:
            said += " " + tr("Try it looser if that surprises you.")
        return [Block((Run(said, italic=True),))]
    heading = tr("The latest that would have matched:")
    return [
        Block((Run(heading, italic=True),)),
        *(Block((Run("• "), *caption(tr, one)), gap=LINE) for one in card.latest),
    ]


def caption(tr: Translator, article: ArticleRef) -> tuple[Run, ...]:
    """Return "Title — Source, 31 March 2022", the title linked where it can be, cut to fit."""
    link = link_of(article)
    link = link if link and len(link.encode("utf-8", "replace")) <= LINK_BYTES else None
    told = shorten(origin(article, tr), LABEL_UNITS * 2)
    title = Run(shorten(clean(title_of(article)), TITLE_UNITS), url=link)
    return (title, Run(f" — {told}")) if told else (title,)


def _card_rows(tr: Translator, card: Card, now: datetime) -> Keyboard:
    one, to = card.subscription, card.press.to
    rows: list[tuple[Button, ...]] = []
    if one.state == "ended":
        rows.append((Button(tr("Turn on again"), to(Verb.RESUME)),))
        return (*rows, *_last_rows(tr, card))
    if one.wanted.topic:
        steps = (
            (tr("Looser"), looser(one.threshold), one.threshold > LADDER[0]),
            (tr("Stricter"), stricter(one.threshold), one.threshold < LADDER[-1]),
        )
        rows.append(
            tuple(
                Button(name, to(Verb.THRESHOLD, round(1000 * step)))
                for name, step, there in steps
                if there
            )
        )
    paces = [_pace_button(tr, card, pace) for pace in PACES]
    rows += [tuple(paces[:2]), tuple(paces[2:])]
    if not card.fresh:
        rows += _state_rows(tr, card, now)
    return (*rows, *_last_rows(tr, card))


def _pace_button(tr: Translator, card: Card, pace: Pace) -> Button:
    name = pace_name(tr, pace)
    chosen = card.subscription.pace == pace
    return Button(f"✓ {name}" if chosen else name, card.press.to(Verb.PACE, pace))


def _state_rows(tr: Translator, card: Card, now: datetime) -> list[tuple[Button, ...]]:
    one, to = card.subscription, card.press.to
    muted = one.muted_until is not None and one.muted_until > now
    state: tuple[Button, ...]
    if one.state == "paused":
        state = (Button(tr("Turn on again"), to(Verb.RESUME)),)
    elif muted:
        state = (Button(tr("Unmute"), to(Verb.LOUD)), Button(tr("Pause"), to(Verb.PAUSE)))
    else:
        state = (Button(tr("Mute for a day"), to(Verb.MUTE)), Button(tr("Pause"), to(Verb.PAUSE)))
    words = Button(tr("Change the words"), to(Verb.WORDS))
    week = Button(tr("The last 7 days"), to(Verb.WEEK, 0))
    typed = one.wanted.kind not in {"all", "source"}
    return [state, (words, week) if typed else (week,)]


def _last_rows(tr: Translator, card: Card) -> Keyboard:
    to = card.press.to
    if card.fresh:
        more = Press(Verb.SHOW, card.subscription.id, chat=card.chat).to(Verb.SHOW)
        return ((Button(tr("Undo"), to(Verb.GONE)), Button(tr("More …"), more)),)
    back = Press(Verb.LIST, chat=card.chat).to(Verb.LIST, 0)
    return ((Button(tr("Delete"), to(Verb.DELETE)), Button(tr("All subscriptions"), back)),)


def render_delete(tr: Translator, card: Card) -> Page:
    """Return the question whether to delete a subscription."""
    one, to = card.subscription, card.press.to
    name = shorten(wanted_name(tr, one.wanted, one.label), QUOTED_UNITS)
    said = tr("Shall I delete the subscription “{name}”?").format(name=name)
    rows = ((Button(tr("Delete"), to(Verb.GONE)), Button(tr("Keep it"), to(Verb.SHOW))),)
    return Page(_line(said), rows)


def render_deleted(tr: Translator, name: str, *, chat: int = 0, undone: bool = False) -> Page:
    """Return that a subscription is gone."""
    said = tr("“{name}” is undone: I don't look out for it.") if undone else None
    said = said or tr("“{name}” is deleted.")
    back = Press(Verb.LIST, chat=chat).to(Verb.LIST, 0)
    name = shorten(name, QUOTED_UNITS)
    return Page(_line(said.format(name=name)), ((Button(tr("All subscriptions"), back),),))


def render_week(
    tr: Translator, card: Card, found: Sequence[ArticleRef], days: int, page: int
) -> Page:
    """Return a page of what a subscription would have sent in the last `days`, newest first."""
    one, to = card.subscription, replace(card.press, fresh=False).to
    name = shorten(wanted_name(tr, one.wanted, one.label), QUOTED_UNITS)
    sections = [[Block((Run(quoted(tr, name), bold=True),))]]
    if found:
        counted = tr.plural("{count} article", "{count} articles", len(found))
    else:
        counted = tr("no article")
    line = tr("In the last {days} days: {found}", days=tr.number(days), found=counted)
    sections.append([Block((Run(line),), gap=LINE)])
    pages = count_pages(len(found), FOUND_PER_PAGE)
    page = within(page, pages)
    shown = found[page * FOUND_PER_PAGE : (page + 1) * FOUND_PER_PAGE]
    sections += [[Block((Run("• "), *caption(tr, article)), gap=LINE)] for article in shown]
    turns = turning(page, pages, lambda number: to(Verb.WEEK, number))
    back = (Button(tr("Back"), to(Verb.SHOW)),)
    return Page(split_messages(sections)[0], (*turns, back))


def _line(text: str) -> str:
    return split_messages([[Block((Run(text),))]])[0]
