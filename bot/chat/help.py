"""The page of help: what the bot does, and its commands for the reader at hand. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.html import LINE, Block, Run
from bot.chat.splitting import split_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.chat.translations import Translator


def private_commands(tr: Translator) -> tuple[tuple[str, str], ...]:
    """Return (name, what it does) of the commands in private chats."""
    return (
        ("ask", tr("ask a question about the news")),
        ("new", tr("start a new conversation")),
        *browsing_commands(tr),
        *subscription_commands(tr),
        ("settings", tr("language, length of answers, sources, alerts")),
        ("privacy", tr("what I keep of this chat")),
        ("mydata", tr("what I keep of this chat, as a file")),
        ("forget", tr("delete what I keep of this chat")),
        ("stop", tr("I write only when you write: no alerts")),
        ("help", tr("what I can do")),
        ("start", tr("the greeting")),
    )


def subscription_commands(tr: Translator) -> tuple[tuple[str, str], ...]:
    """Return (name, what it does) of the commands about alerts."""
    return (
        ("subscribe", tr("be told of new articles on what you name")),
        ("subscriptions", tr("what you are told of: change, pause, delete")),
    )


def browsing_commands(tr: Translator) -> tuple[tuple[str, str], ...]:
    """Return (name, what it does) of the commands that show articles."""
    return (
        ("latest", tr("the newest articles, of one source if you name it")),
        ("search", tr("find articles by words")),
        ("article", tr("read an article")),
        ("sources", tr("where the articles come from")),
    )


def group_commands(tr: Translator) -> tuple[tuple[str, str], ...]:
    """Return (name, what it does) of the commands on a group's menu."""
    return (
        ("ask", tr("ask a question about the news")),
        ("latest", tr("the newest articles, of one source if you name it")),
        ("help", tr("what I can do")),
    )


def group_admin_commands(tr: Translator) -> tuple[tuple[str, str], ...]:
    """Return (name, what it does) of the commands that a group's admins have besides."""
    return (
        *subscription_commands(tr),
        ("settings", tr("language, length of answers, sources, alerts")),
        ("forget", tr("delete what I keep of this chat")),
    )


def admin_commands(tr: Translator) -> tuple[tuple[str, str], ...]:
    """Return (name, what it does) of the operator's commands."""
    return (
        ("reload", tr("read the sources and take in what is new")),
        ("rollback", tr("answer from the articles before the last reload")),
        ("add", tr("take in a page, a feed or a sitemap by its link")),
        ("remove", tr("take an article out for good")),
        ("source", tr("tend the sources: pause, visit, remove")),
        ("broadcast", tr("send a message to many chats")),
        ("stats", tr("what was asked and how it went")),
        ("feedback", tr("what people say of answers, also as a file")),
        ("deliveries", tr("how alerts go out, and which may be lost")),
        ("users", tr("who writes to me, and who may")),
        ("audit", tr("what the admins did")),
    )


def render_help(tr: Translator, *, admin: bool, group: bool) -> str:
    """Return what the bot can do and how to ask it, as HTML of one message."""
    return split_messages(_sections(tr, admin=admin, group=group))[0]


def _sections(tr: Translator, *, admin: bool, group: bool) -> Iterator[Sequence[Block]]:
    if group:
        asking = tr("Write /ask and your question after it, in a sentence or in a few words.")
    else:
        asking = tr(
            "Write your question here, in a sentence or in a few words. In a group, write /ask and "
            "your question after it."
        )
    yield _section(tr("Asking"), asking)
    yield _section(
        tr("What you get"),
        tr(
            "Sentences from news articles, word for word. The numbers lead to the sources below: "
            "title, publisher and day; a title opens its page at the sentence, and the buttons "
            "show the paragraphs. You may ask on: “When did he arrive?” leans on what we talked "
            "about last. "
            "When the articles don't hold an answer, I say so and name those that come closest."
        ),
    )
    yield _section(
        tr("Being told"),
        tr(
            "Write /subscribe and what to look out for: “peace talks in Geneva” by its meaning, "
            "+word and -word to the letter. Buttons under my answers follow a story, or tell you "
            "when a question can be answered. Reply to an alert to ask about it."
        ),
    )
    in_group = (*group_commands(tr)[:2], *browsing_commands(tr)[1:], *group_commands(tr)[2:])
    yield _section(tr("Commands"), *_listed(in_group if group else private_commands(tr)))
    if group:
        yield _section(tr("For this group's admins"), *_listed(group_admin_commands(tr)))
    if admin:
        yield _section(tr("For admins"), *_listed(admin_commands(tr)))


def _listed(commands: Sequence[tuple[str, str]]) -> list[str]:
    return [f"/{name}: {text}" for name, text in commands]


def _section(heading: str, *lines: str) -> list[Block]:
    blocks = [Block((Run(heading, bold=True),))]
    return blocks + [Block((Run(line),), gap=LINE) for line in lines]
