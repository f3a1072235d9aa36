"""Who takes part in generated updates, and what the bot has sent them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.playground.people import Chat

if TYPE_CHECKING:
    import re

    from bot.playground.messages import Message
    from bot.playground.people import User
    from bot.playground.state import BotApiState
    from bot.telegram.ports import App

LATEST = 8
"""How many of the bot's messages are looked at for buttons and replies."""

FILE_ID = "AgACfile"
"""The file that every generated document, photo or clip has."""

TOPICS = (5, 7)
HUGE_ID = 2**52 - 1
STRANGERS = (1, 99, 777000, 1087968824, 136817688, 2**52 - 2)
"""Ids of Telegram's own accounts and of people whom no chat is known of."""

_PEOPLE = (
    ("Ann", "en"),
    ("Боря", "ru"),
    ("दीपा", "hi"),
    ("<b>Öz&amp;</b>", "de-AT"),
    ("\u202eנועה", None),
    ("x" * 64, "zz"),
    ("ㅤ", "pt-br"),
)


@dataclass
class Scene:
    """A few people and chats, and the bot's commands and button patterns as it registered them."""

    state: BotApiState
    people: list[User]
    chats: list[Chat]
    commands: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()
    update_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    query_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(7_000_000_000))

    @property
    def admin(self) -> User:
        """Who may do what only the bot's admins may."""
        return self.people[0]

    def learn(self, application: App) -> None:
        """Take commands and button patterns from what the application has registered."""
        handlers = [one for group in application.handlers.values() for one in group]
        commands = {c for one in handlers if isinstance(one, CommandHandler) for c in one.commands}
        self.commands = tuple(sorted(commands))
        patterns = (one.pattern for one in handlers if isinstance(one, CallbackQueryHandler))
        self.patterns = tuple(p for p in patterns if p is not None and hasattr(p, "pattern"))  # type: ignore[misc]

    def gather(self, chats: list[Chat]) -> None:
        """Let only these chats take part, and the channel."""
        self.chats = [*chats, *(one for one in self.chats if one.type == "channel")]

    def sent(self) -> list[Message]:
        """Return the bot's latest messages, newest first."""
        bot, book = self.state.bot, self.state.messages
        seen = [
            (event.chat_id, event.message.id)
            for event in reversed(self.state.journal.events[-20 * LATEST :])
            if event.message is not None and event.message.sender == bot
        ]
        found = (book.get(*key) for key in dict.fromkeys(seen))
        return [message for message in found if message is not None][:LATEST]

    def buttons(self) -> list[tuple[Message, str]]:
        """Return the buttons that the bot's latest messages have, with what they carry."""
        return [
            (message, button["callback_data"])
            for message in self.sent()
            for row in (message.keyboard or {}).get("inline_keyboard", [])
            for button in row
            if "callback_data" in button
        ]


def set_scene(state: BotApiState) -> Scene:
    """Add people of many languages and a chat of every kind."""
    people = [
        state.add_user(name, language_code=language, user_id=1001 + number)
        for number, (name, language) in enumerate(_PEOPLE)
    ]
    people.append(state.add_user("Far", user_id=HUGE_ID, username="far_far", last_name="Away"))
    for number in STRANGERS:
        state.add_user("S", user_id=number)
    file = state.files.add("document", b"News\n\nThe ferry sailed.", "news.txt", "text/plain")
    state.files._files[FILE_ID] = file
    group = state.add_group("Readers & <Co>", kind="group")
    supergroup = state.add_group("\u202eReaders", username="readers")
    forum = state.add_group("Forum", topics=TOPICS)
    channel = state.directory.add_channel("News")
    for one in (group, supergroup, forum, channel):
        state.directory.set_role(one, people[0], "admin")
        for person in people[1:]:
            state.directory.set_role(one, person, "member")
    state.directory.set_role(channel, state.bot, "admin")
    private = [Chat(person.id, "private", user=person) for person in people]
    return Scene(state, people, [*private, group, supergroup, forum, channel])
