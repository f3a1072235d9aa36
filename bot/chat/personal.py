"""A person's settings and data, as pages for Telegram. Pure.

`bot.chat.preferences` says what the settings are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel import Locale

from bot.chat.browsing import key_of
from bot.chat.captions import is_visible, one_line
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import NOWHERE, Button, Page, count_pages, shorten, within
from bot.chat.preferences import LENGTHS, preferences_of
from bot.chat.splitting import split_messages
from bot.store.answers import ANSWERS_KEPT
from bot.store.asks import KEPT
from bot.store.chats import TURNS_KEPT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.chat.translations import Translator

HOME, LANGUAGES, SIZES, SOURCES, FORGET, KEEP = "p:h", "p:l", "p:a", "p:s:0", "p:x", "p:k"
CHOOSE_LANGUAGE, CHOOSE_SIZE, CHOOSE_SOURCE, TURN_SOURCES = "p:l:", "p:a:", "p:f:", "p:s:"
RESUME = "p:on"
ALERTS = "t:h::"  # see bot.chat.timetables
AUTOMATIC = "-"
PER_PAGE = 8
LABEL_UNITS = 60


def language_name(code: str) -> str:
    """Return a language's name in that language, such as "Deutsch"."""
    name = Locale.parse(code).get_language_name(code) or code
    return name[0].upper() + name[1:]


def render_settings(tr: Translator, settings: Mapping[str, Any], *, alerts: bool = False) -> Page:
    """Return the settings with buttons that lead to each; to those of `alerts` if there are any."""
    language, source = settings.get("language"), preferences_of(settings).source
    spoken = language_name(tr.language) if language else tr("as in Telegram")
    shown = shorten(source, LABEL_UNITS) if source else tr("all sources")
    sections = [
        [Block((Run(tr("Settings of this chat"), bold=True),))],
        [
            Block((Run(tr("Language: {name}", name=spoken)),)),
            Block((Run(tr("Answer length: {name}", name=_size(tr, settings))),), gap=LINE),
            Block((Run(tr("Default source: {name}", name=shown)),), gap=LINE),
        ],
    ]
    rows = (
        (Button(tr("Language"), LANGUAGES),),
        (Button(tr("Answer length"), SIZES),),
        (Button(tr("Default source"), SOURCES),),
        *(((Button(tr("Alerts"), ALERTS),),) if alerts else ()),
    )
    return Page(split_messages(sections)[0], rows)


def render_languages(tr: Translator, codes: Sequence[str], chosen: str | None) -> Page:
    """Return the choice of a language."""
    rows = [_choice(tr("As in Telegram"), CHOOSE_LANGUAGE + AUTOMATIC, chosen=chosen is None)]
    rows += [
        _choice(language_name(code), CHOOSE_LANGUAGE + code, chosen=code == chosen)
        for code in codes
    ]
    back = (Button(tr("Back"), HOME),)
    return Page(_lines(tr("Which language shall I speak?")), (*rows, back))


def render_sizes(tr: Translator, settings: Mapping[str, Any]) -> Page:
    """Return the choice of how long answers are."""
    chosen = _chosen_size(settings)
    named = (("short", tr("Short")), (AUTOMATIC, tr("Usual")), ("long", tr("Long")))
    rows = [
        _choice(label, CHOOSE_SIZE + name, chosen=chosen == (None if name == AUTOMATIC else name))
        for name, label in named
    ]
    text = tr(
        "How long shall my answers be? A short one quotes up to {short} characters, a long one up "
        "to {long}; a sentence that is longer comes whole.",
        short=tr.number(LENGTHS["short"]),
        long=tr.number(LENGTHS["long"]),
    )
    return Page(_lines(text), (*rows, (Button(tr("Back"), HOME),)))


def _size(tr: Translator, settings: Mapping[str, Any]) -> str:
    match _chosen_size(settings):
        case "short":
            return tr("short")
        case "long":
            return tr("long")
    return tr("usual")


def _chosen_size(settings: Mapping[str, Any]) -> str | None:
    chosen = settings.get("length")
    return chosen if isinstance(chosen, str) and chosen in LENGTHS else None


def render_source_choice(
    tr: Translator, names: Sequence[str], page: int, chosen: str | None
) -> Page:
    """Return a page of the choice of a source."""
    names = [name for name in names if is_visible(one_line(name))]
    pages = count_pages(len(names), PER_PAGE)
    page = within(page, pages)
    rows = [_choice(tr("All sources"), CHOOSE_SOURCE + AUTOMATIC, chosen=chosen is None)]
    rows += [
        _choice(shorten(name, LABEL_UNITS), CHOOSE_SOURCE + key_of(name), chosen=name == chosen)
        for name in names[page * PER_PAGE : (page + 1) * PER_PAGE]
    ]
    if pages > 1:
        rows.append(
            (
                *([Button("‹", f"{TURN_SOURCES}{page - 1}")] if page else []),
                Button(f"{page + 1} / {pages}", NOWHERE),
                *([Button("›", f"{TURN_SOURCES}{page + 1}")] if page < pages - 1 else []),
            )
        )
    rows.append((Button(tr("Back"), HOME),))
    text = tr("Whose articles shall I answer from, and show with /search and /latest?")
    return Page(_lines(text), tuple(rows))


def render_privacy(tr: Translator) -> str:
    """Return what is kept of a chat and for how long, as HTML."""
    turns = tr.plural(
        "Your last question with my reply ({count} in each chat or topic), so that you can ask on.",
        "Your last questions with my replies (up to {count} in each chat or topic), so that you "
        "can ask on. The oldest go when new ones come.",
        TURNS_KEPT,
    )
    answers = tr.plural(
        "My last reply with its question ({count} in each chat), so that its buttons work.",
        "My last replies with their questions (up to {count} in each chat), so that their buttons "
        "work.",
        ANSWERS_KEPT,
    )
    kept = (
        tr("The chat: its number, kind, name, language and settings, and when I first noted it."),
        tr("What you write or press, until I am done with it, so that nothing is lost if I stop."),
        turns,
        answers,
        tr("What you say of a reply with a button, with the question and the reply."),
        tr("Your subscriptions: what they look out for, how often they send, and what they found."),
        tr("You: your number, name, username, your role here, and when you last wrote."),
        tr.plural(
            "When you asked a question, how that went and how long it took, without its words "
            "(for {count} day).",
            "When you asked a question, how that went and how long it took, without its words "
            "(for {count} days).",
            KEPT.days,
        ),
    )
    sections = [
        [
            Block((Run(tr("What I keep of this chat"), bold=True),)),
            *(Block((Run(f"• {line}"),), gap=LINE) for line in kept),
        ],
        _paragraph(tr("It stays until you send /forget. /mydata sends you all of it as a file.")),
        _paragraph(
            tr(
                "What stays then: that you are an admin, let in or banned, with your number alone; "
                "the log of what admins did; and, as nobody's, that questions were asked and what "
                "was said of replies in groups."
            )
        ),
        _paragraph(
            tr(
                "It lies in the database of whoever runs this bot, and in the backups made of it, "
                "which /forget does not reach. Telegram keeps the chat itself by its own rules. "
                "My log holds none of your words."
            )
        ),
    ]
    return "\n\n".join(split_messages(sections))


def render_forget(tr: Translator) -> Page:
    """Return what would be deleted, to be confirmed."""
    text = _lines(
        tr(
            "Shall I delete all I keep of this chat: its settings and subscriptions, your last "
            "questions with my replies, and what you said of replies? This can't be undone. The "
            "messages in Telegram stay until you delete them there."
        )
    )
    rows = ((Button(tr("Delete everything"), FORGET),), (Button(tr("Keep it"), KEEP),))
    return Page(text, rows)


def render_forgotten(tr: Translator) -> Page:
    """Return that all is deleted."""
    return Page(
        _lines(tr("All I kept of this chat is deleted. If you write to me again, I begin anew."))
    )


def render_kept(tr: Translator) -> Page:
    """Return that nothing was deleted."""
    return Page(_lines(tr("Nothing was deleted.")))


def render_stop(tr: Translator) -> Page:
    """Return that the bot sends nothing of itself any more, and how to be rid of it wholly."""
    text = tr(
        "From now on I write here only when someone writes to me: alerts are off. The button below "
        "turns them on again; /subscriptions has them all. To be rid of me altogether, block or "
        "delete this chat in Telegram, or remove me from the group. Send /forget first if I shall "
        "delete what I keep of it."
    )
    return Page(_lines(text), ((Button(tr("Write to me again"), RESUME),),))


def render_resumed(tr: Translator) -> Page:
    """Return that the bot sends messages of itself again."""
    return Page(
        _lines(
            tr(
                "I may write here of myself again: alerts are on. /stop turns them off whenever "
                "you like."
            )
        )
    )


def render_only_admins(tr: Translator) -> str:
    """Return that a command is for a group's admins, as HTML."""
    return _lines(tr("Only this group's admins may do that. In a private chat you may."))


def render_only_private(tr: Translator) -> str:
    """Return that a command is for private chats, as HTML."""
    return _lines(tr("That works in a private chat with me alone. Please send it there."))


def render_nothing_kept(tr: Translator) -> str:
    """Return that there is nothing to send, as HTML."""
    return _lines(tr("I keep nothing of this chat."))


def _choice(label: str, data: str, *, chosen: bool) -> tuple[Button, ...]:
    return (Button(f"✓ {label}" if chosen else label, data),)


def _paragraph(text: str) -> list[Block]:
    return [Block((Run(text),))]


def _lines(text: str) -> str:
    return split_messages([_paragraph(text)])[0]
