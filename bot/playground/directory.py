"""Who there is to talk to, and who does not want to."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.playground.people import Chat, User

if TYPE_CHECKING:
    from collections.abc import Iterable

Where: TypeAlias = User | Chat | int
"""A chat, the user of a private chat, or a chat's id."""

_FIRST_USER_ID = 1001
_LAST_GROUP_ID = -2001
_LAST_SUPERGROUP_ID = -1_001_000_000_001


class Directory:
    """The users and chats, by id."""

    def __init__(self, bot: User) -> None:
        self._users = {bot.id: bot}
        self._chats: dict[int, Chat] = {}
        self._closed: set[int] = set()
        self._user_ids = itertools.count(_FIRST_USER_ID)
        self._group_ids = itertools.count(_LAST_GROUP_ID, -1)
        self._supergroup_ids = itertools.count(_LAST_SUPERGROUP_ID, -1)

    def add_user(
        self,
        first_name: str,
        *,
        user_id: int | None = None,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "en",
    ) -> User:
        """Add a person with a private chat that has been started. The chat has the user's id."""
        user = User(
            next(self._user_ids) if user_id is None else user_id,
            first_name,
            last_name,
            username,
            language_code,
        )
        self._users[user.id] = user
        self._chats[user.id] = Chat(user.id, "private", user=user)
        return user

    def add_group(
        self,
        title: str,
        *,
        kind: Literal["group", "supergroup"] = "supergroup",
        chat_id: int | None = None,
        username: str | None = None,
        topics: Iterable[int] = (),
    ) -> Chat:
        """Add a group that the bot is in; with `topics` (thread ids) it is a forum."""
        ids = self._supergroup_ids if kind == "supergroup" else self._group_ids
        number = next(ids) if chat_id is None else chat_id
        chat = Chat(number, kind, title, username, topics=frozenset(topics))
        self._chats[chat.id] = chat
        return chat

    def user(self, user_id: int) -> User | None:
        """Return a user, None for an unknown id."""
        return self._users.get(user_id)

    def find(self, chat_id: object) -> Chat | None:
        """Return the chat of an id or of a group's `@username`, None if there is none."""
        if isinstance(chat_id, str):
            name = chat_id.removeprefix("@").lower()
            named = (c for c in self._chats.values() if (c.username or "").lower() == name)
            return next(named, None) if chat_id.startswith("@") else None
        return self._chats.get(chat_id) if isinstance(chat_id, int) else None

    def chat(self, where: Where) -> Chat:
        """Return the chat meant. Raises LookupError if there is none."""
        chat = self.find(where if isinstance(where, int) else where.id)
        if chat is None:
            raise LookupError(f"no such chat: {where}")
        return chat

    def is_closed(self, chat: Chat) -> bool:
        """Tell whether the user has blocked the bot, or the group has put it out."""
        return chat.id in self._closed

    def close(self, chat: Chat) -> None:
        """Let the bot write here no more."""
        self._closed.add(chat.id)

    def open(self, chat: Chat) -> None:
        """Let the bot write here again."""
        self._closed.discard(chat.id)
