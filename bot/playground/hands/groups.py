"""Who is in a chat, and what becomes of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.playground.hands.writing import Writing
from bot.playground.messages import Message
from bot.playground.record import EventKind
from bot.playground.roles import is_administrator, member_json

if TYPE_CHECKING:
    from bot.playground.directory import Where
    from bot.playground.json_types import JsonObject
    from bot.playground.people import Chat, User
    from bot.playground.roles import Role


class Groups(Writing):
    """Adds people and groups, gives roles, opens topics and makes supergroups of groups."""

    def add_user(self, first_name: str = "Ann", **details: Any) -> User:
        """Add a person with a started private chat; `details` as in `Directory.add_user`."""
        return self.directory.add_user(first_name, **details)

    def add_group(self, title: str = "Readers", **details: Any) -> Chat:
        """Add a group that the bot is in; `details` as in `Directory.add_group`."""
        return self.directory.add_group(title, **details)

    def block(self, where: Where, *, by: User | None = None) -> None:
        """Let a user block the bot, or a group put it out; the bot is told by my_chat_member."""
        self.set_role(where, self.bot, "kicked", by=by)

    def unblock(self, where: Where, *, by: User | None = None) -> None:
        """Undo `block`; the bot is told by my_chat_member."""
        self.set_role(where, self.bot, "member", by=by)

    def set_role(self, where: Where, user: User, role: Role, *, by: User | None = None) -> None:
        """Make someone, or the bot, something in a chat; nothing happens if that is so already.

        Of itself the bot is told by my_chat_member; of others by chat_member, if it runs the group
        and has asked for these updates. Without `by` it is their own doing.
        """
        chat = self.directory.chat(where)
        old = self.directory.role(chat, user)
        if old == role:
            return
        self.directory.set_role(chat, user, role)
        if user == self.bot:
            kind, actor = "my_chat_member", by or chat.user or self.bot
        else:
            kind, actor = "chat_member", by or user
            if not is_administrator(self.directory.role(chat, self.bot)):
                return
        self.updates.push(
            kind,
            {
                "chat": chat.to_json(),
                "from": actor.to_json(),
                "date": int(self.clock().timestamp()),
                "old_chat_member": member_json(user, old),
                "new_chat_member": member_json(user, role),
            },
        )

    def share_location(self, where: Where, latitude: float, longitude: float) -> Message:
        """Let someone send a place from their private chat; the bot is told."""
        chat = self.directory.chat(where)
        if chat.user is None:
            raise ValueError("only in a private chat a keyboard asks for a location")
        user = self._author(chat, None)
        location: JsonObject = {"latitude": latitude, "longitude": longitude}
        self.reply_keyboards.use(chat.id, user.id, None)
        return self._serve(chat, user, {"location": location}, self.messages.next_id(chat))

    def open_topic(self, where: Where, name: str, *, by: User) -> Message:
        """Let someone open a topic of a supergroup; the message's id is its thread id."""
        chat = self.directory.chat(where)
        if chat.type != "supergroup":
            raise ValueError("only a supergroup can have topics")
        number = self.messages.next_id(chat)
        forum = self.directory.add_topic(chat, number)
        created: JsonObject = {"name": name, "icon_color": 0x6FB9F0}
        return self._serve(forum, by, {"forum_topic_created": created}, number, number)

    def migrate(self, where: Where, *, by: User) -> Chat:
        """Let an owner make a supergroup of a group, and return the supergroup.

        Both chats tell the bot by a service message; the group's id is refused from now on.
        """
        group = self.directory.chat(where)
        if group.type != "group" or self.directory.successor(group) is not None:
            raise ValueError(f"{group.name} is no group that could become a supergroup")
        supergroup = self.directory.migrate(group)
        for chat, service in (
            (group, {"migrate_to_chat_id": supergroup.id}),
            (supergroup, {"migrate_from_chat_id": group.id}),
        ):
            self._serve(chat, by, service, self.messages.next_id(chat))
        return supergroup

    def _serve(
        self, chat: Chat, by: User, service: JsonObject, number: int, thread_id: int | None = None
    ) -> Message:
        message = Message(number, chat, by, self.clock(), "", thread_id=thread_id, service=service)
        self.show(EventKind.SAID, self.messages.put(message), by=by)
        return self._tell(message)
