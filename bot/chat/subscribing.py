"""Choosing what to hear about, and what a new subscription would have shown. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.wanting import MOST_CHARACTERS, MOST_WORDS, Refusal
from bot.chat.browsing import key_of
from bot.chat.captions import is_visible, one_line
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, Page, count_pages, shorten, turning, within
from bot.chat.splitting import split_messages
from bot.chat.subscription_presses import Press, Verb, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.translations import Translator

PER_PAGE = 8
LABEL_UNITS = 60
QUOTED_UNITS = 200


def render_choice(tr: Translator, *, chat: int = 0, channel: str = "", private: bool) -> Page:
    """Return what can be subscribed to.

    `chat` and `channel` (its name) are those of a channel that it is for; only in a `private` chat
    one can be chosen.
    """
    heading = tr("What shall I tell {name} about?", name=shorten(channel, LABEL_UNITS))
    sections = [
        [Block((Run(heading if channel else tr("What shall I tell you about?"), bold=True),))],
        [Block((Run(tr("New articles come here as soon as I have them, or in a digest.")),))],
        [
            Block((Run(tr("You can also write it right after the command:")),)),
            Block((Run("/subscribe peace talks in Geneva"),), gap=LINE),
            Block((Run('/subscribe +sanctions -football "oil price"'),), gap=LINE),
        ],
    ]
    to = Press(Verb.CHOOSE, chat=chat)
    rows = [
        (Button(tr("A topic, in my own words"), to.to(Verb.TOPIC)),),
        (Button(tr("A source"), to.to(Verb.SOURCES, 0)),),
        (Button(tr("Everything"), to.to(Verb.EVERYTHING)),),
        (Button(tr("My subscriptions"), to.to(Verb.LIST, 0)),),
    ]
    if private and not chat:
        rows.insert(3, (Button(tr("For a channel"), to.to(Verb.CHANNEL)),))
    return Page(_message(sections), tuple(rows))


def render_sources(tr: Translator, names: Sequence[str], page: int, *, chat: int = 0) -> Page:
    """Return a page of the sources that can be subscribed to."""
    to = Press(Verb.SOURCES, chat=chat)
    back = (Button(tr("Back"), to.to(Verb.CHOOSE)),)
    names = [name for name in names if is_visible(one_line(name))]
    if not names:
        return Page(_line(tr("There are no articles yet.")), (back,))
    pages = count_pages(len(names), PER_PAGE)
    page = within(page, pages)
    rows = [
        (Button(shorten(name, LABEL_UNITS), to.to(Verb.SOURCE, key_of(name))),)
        for name in names[page * PER_PAGE : (page + 1) * PER_PAGE]
    ]
    turns = turning(page, pages, lambda number: to.to(Verb.SOURCES, number))
    return Page(_line(tr("Which source shall I tell you about?")), (*rows, *turns, back))


def render_topic_prompt(tr: Translator) -> str:
    """Return the question for a topic, as HTML; it is replied to."""
    return _line(
        tr(
            "What shall I look out for? Reply to this message in your own words, for example: "
            "peace talks in Geneva. +word must stand in the article, -word must not."
        )
    )


def render_words_prompt(tr: Translator, label: str) -> str:
    """Return the question for a subscription's new words, likewise."""
    said = tr("What shall I look out for instead of “{label}”? Reply to this message.")
    return _line(said.format(label=shorten(label, QUOTED_UNITS)))


def render_channel_prompt(tr: Translator) -> str:
    """Return the question for a channel, likewise."""
    return _line(
        tr(
            "Which channel? Reply to this message with its @name, or forward me any of its posts. "
            "You must be an admin there, and so must I, with the right to post."
        )
    )


def render_refusal(tr: Translator, refusal: Refusal) -> str:
    """Return, as HTML, why a text is no subscription and what to write instead."""
    match refusal:
        case Refusal.EMPTY:
            said = tr("I find no word in that. Write what to look out for, for example: floods")
        case Refusal.TOO_LONG:
            said = tr(
                "That is too long: please say it in up to {count} characters.",
                count=tr.number(MOST_CHARACTERS),
            )
        case Refusal.TOO_MANY_WORDS:
            said = tr("Please give at most {count} words with + and -.", count=MOST_WORDS)
        case Refusal.ONLY_EXCLUSIONS:
            said = tr("That says only what to leave out. For all the rest write: everything -word")
        case Refusal.CONTRADICTION:
            said = tr("A word is both wanted with + and left out with -. Please choose one.")
        case Refusal.TWO_SOURCES:
            said = tr("Please name one source at a time. You can have a subscription for each.")
        case Refusal.NO_SOURCE_NAME:
            said = tr("Please write the source's name right after source: with no space between.")
        case Refusal.EXCLUDED_SOURCE:
            said = tr("A source can't be left out. Subscribe to those that you want instead.")
    return _line(said)


def render_duplicate(tr: Translator, label: str, number: int, chat: int = 0) -> Page:
    """Return that there is such a subscription, and the way to it."""
    said = tr("You have that already: “{label}”.").format(label=shorten(label, QUOTED_UNITS))
    show = encode(Press(Verb.SHOW, number, chat=chat))
    return Page(_line(said), ((Button(tr("Show it"), show),),))


def render_too_many(tr: Translator, limit: int, chat: int = 0) -> Page:
    """Return that there may be no more subscriptions, and the way to the list."""
    said = tr.plural(
        "There can be {count} subscription here, and there is. Delete it to make room.",
        "There can be {count} subscriptions here, and there are. Delete one to make room.",
        limit,
    )
    back = Button(tr("My subscriptions"), encode(Press(Verb.LIST, chat=chat, value="0")))
    return Page(_line(said), ((back,),))


def _line(text: str) -> str:
    return _message([[Block((Run(text),))]])


def _message(sections: Sequence[Sequence[Block]]) -> str:
    return split_messages(sections)[0]
