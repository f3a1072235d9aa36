"""A digest as messages for Telegram. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.chat.alerts import REASON_UNITS, as_lists, named, other_sources
from bot.chat.browsing import Reading, data_of
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, fits_callback, shorten
from bot.chat.splitting import split_messages
from bot.chat.subscription_presses import Press, Verb, encode
from bot.chat.subscriptions import caption, wanted_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.alerts.telling import Digest, DigestGroup, Story
    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator

NAME_UNITS = 30
NUMBERS_IN_ROW, MOST_NUMBERS = 8, 40
RESTS_NAMED = 5


def render_digest(tr: Translator, digest: Digest, *, buttons: bool = True) -> dict[str, Any]:
    """Return the payload of a digest: by subscription, in as many messages as it takes."""
    sections: list[list[Block]] = [[Block((Run(_heading(tr, digest), bold=True),))]]
    opened: list[tuple[int, str]] = []
    for group in digest.groups:
        one = group.subscription
        name = shorten(wanted_name(tr, one.wanted, one.label), REASON_UNITS)
        heading = [Block((Run(name, bold=True),))]
        for story in group.stories:
            opened.append((len(opened) + 1, story.articles[0].id))
            runs = (Run(f"{len(opened)}. "), *_item(tr, story))
            sections.append([*heading, Block(runs, gap=LINE)])
            heading = []
    if digest.rest:
        said = tr.plural("… and {count} more story", "… and {count} more stories", digest.rest)
        sections.append([Block((Run(said, italic=True),))])
    rows = _rows(tr, opened, digest.groups if digest.rest else ()) if buttons else ()
    return {"html": split_messages(sections), "keyboard": as_lists(rows)}


def _heading(tr: Translator, digest: Digest) -> str:
    if digest.late:
        return tr.plural(
            "While I could not send: {count} story",
            "While I could not send: {count} stories",
            digest.total,
        )
    return tr.plural("{count} story for you", "{count} stories for you", digest.total)


def _item(tr: Translator, story: Story) -> tuple[Run, ...]:
    runs, others = caption(tr, named(story.articles[0])), len(other_sources(story))
    if not others:
        return runs
    also = tr.plural("and {count} other source", "and {count} other sources", others)
    return (*runs, Run(f" ({also})"))


def _rows(
    tr: Translator, opened: Sequence[tuple[int, str]], left: Sequence[DigestGroup]
) -> Keyboard:
    """Return a number for each article, and the ways to what was left out of the groups."""
    numbers = [
        Button(str(number), data)
        for number, article_id in opened[:MOST_NUMBERS]
        if fits_callback(data := data_of(Reading(article_id, 0, opens=True)))
    ]
    rows: list[tuple[Button, ...]] = [
        tuple(numbers[at : at + NUMBERS_IN_ROW]) for at in range(0, len(numbers), NUMBERS_IN_ROW)
    ]
    for group in left[:RESTS_NAMED]:
        one = group.subscription
        name = shorten(wanted_name(tr, one.wanted, one.label), NAME_UNITS)
        label = tr("All of “{name}”").format(name=name)
        rows.append((Button(label, encode(Press(Verb.WEEK, one.id, "0", fresh=True))),))
    rows.append((Button(tr("My subscriptions"), encode(Press(Verb.LIST, value="0", fresh=True))),))
    return tuple(rows)
