"""Who there is to talk to, and who does not want to."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.playground.people import Chat, User
from bot.playground.roles import Role, is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable

Where: TypeAlias = User | Chat | int
"""A chat, the user of a private chat, or a chat's id."""

_FIRST_USER_ID = 1001
_LAST_GROUP_ID = -2001
_LAST_SUPERGROUP_ID = -1_001_000_000_001


class Directory:
    """The users and chats, by id, and what the users are in the chats."""

    def __init__(self, bot: User) -> None:
        self._bot = bot
        self._users = {bot.id: bot}
        self._chats: dict[int, Chat] = {}
        self._roles: dict[int, dict[int, Role]] = {}
        self._successors: dict[int, Chat] = {}
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
        self._add(Chat(user.id, "private", user=user), user)
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
        return self._add(chat)

    def add_channel(
        self, title: str, *, chat_id: int | None = None, username: str | None = None
    ) -> Chat:
        """Add a channel that the bot is not in, to forward from."""
        number = next(self._supergroup_ids) if chat_id is None else chat_id
        chat = self._add(Chat(number, "channel", title, username))
        self.set_role(chat, self._bot, "left")
        return chat

    def add_conversation(self, title: str, people: Iterable[User], *, chat_id: int) -> Chat:
        """Add a private chat of people with one another, of which no bot ever knows."""
        chat = self._add(Chat(chat_id, "private", title), *people)
        self.set_role(chat, self._bot, "left")
        return chat

    def add_topic(self, chat: Chat, thread_id: int) -> Chat:
        """Open a topic of a supergroup, which thereby is a forum, and return the chat."""
        forum = replace(chat, topics=chat.topics | {thread_id})
        self._chats[chat.id] = forum
        return forum

    def migrate(self, chat: Chat) -> Chat:
        """Make a supergroup of a group and return it; members keep their roles."""
        supergroup = self.add_group(chat.title or "")
        self._roles[supergroup.id] = dict(self._roles[chat.id])
        self._successors[chat.id] = supergroup
        return supergroup

    def successor(self, chat: Chat) -> Chat | None:
        """Return the supergroup that a group has become, None if it is still what it was."""
        return self._successors.get(chat.id)

    def set_language(self, user: User, language_code: str | None) -> User:
        """Give a person another language and return the person."""
        changed = replace(user, language_code=language_code)
        self._users[user.id] = changed
        self._chats[user.id] = replace(self._chats[user.id], user=changed)
        return changed

    def chats_of(self, user: User) -> list[Chat]:
        """Return the chats that someone is in, without groups that became supergroups."""
        return [
            chat
            for chat in self._chats.values()
            if is_inside(self.role(chat, user)) and self.successor(chat) is None
        ]

    def role(self, chat: Chat, user: User) -> Role:
        """Return what a user is in a chat."""
        return self._roles[chat.id].get(user.id, "left")

    def set_role(self, chat: Chat, user: User, role: Role) -> None:
        """Make a user something in a chat."""
        self._roles[chat.id][user.id] = role

    def roles(self, chat: Chat) -> list[tuple[User, Role]]:
        """Return those who are or were in a chat, in the order of their coming."""
        return [(self._users[user_id], role) for user_id, role in self._roles[chat.id].items()]

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
        """Tell whether the bot is out: blocked by the user, put out of the group or gone."""
        return not is_inside(self.role(chat, self._bot))

    def close(self, chat: Chat) -> None:
        """Let the bot write here no more."""
        self.set_role(chat, self._bot, "kicked")

    def open(self, chat: Chat) -> None:
        """Let the bot write here again."""
        self.set_role(chat, self._bot, "member")

    def _add(self, chat: Chat, *members: User) -> Chat:
        self._chats[chat.id] = chat
        self._roles[chat.id] = {user.id: "member" for user in (*members, self._bot)}
        return chat
