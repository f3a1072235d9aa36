"""The people and chats that the page begins with.

All ids lie where Telegram gives none: users' end before 2^40 as yet, and below
-4 000 000 000 000 there are no groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.people import Chat, User
    from bot.playground.state import BotApiState

_FIRST_ID = 4_500_000_000_000_001


@dataclass(frozen=True, slots=True)
class Cast:
    """The people whom the page plays: the bot's admin, and readers."""

    admin: User
    readers: tuple[User, ...]

    @property
    def people(self) -> tuple[User, ...]:
        """Everyone, the admin first, as they were at the start."""
        return (self.admin, *self.readers)


def make_cast(state: BotApiState) -> Cast:
    """Add the people and their chats to a fresh `state`, and return the people.

    The bot is not told: all this is as if it had long been so.
    """
    olga = state.add_user("Olga", user_id=_FIRST_ID, username="olga_edits")
    ann = state.add_user("Ann", user_id=_FIRST_ID + 1, username="ann_reads")
    ravi = state.add_user("Ravi", user_id=_FIRST_ID + 2, username="ravi_reads", language_code="hi")
    _add_group(state, "City desk", -_FIRST_ID, olga, ann, ravi)
    foreign = _add_group(state, "Foreign desk", -_FIRST_ID - 1, olga, ann)
    state.messages.next_id(foreign)  # 1 is the topic General, which has no name of its own
    for topic in ("Europe", "Asia"):
        state.open_topic(foreign, topic, by=olga)
    wire = state.directory.add_channel("The Wire", chat_id=-_FIRST_ID - 2, username="the_wire")
    state.directory.set_role(wire, state.bot, "admin")
    state.directory.set_role(wire, olga, "owner")
    state.directory.add_conversation("Ann & Ravi", (ann, ravi), chat_id=_FIRST_ID + 100)
    state.updates.drop()
    return Cast(olga, (ann, ravi))


def _add_group(state: BotApiState, title: str, chat_id: int, owner: User, *members: User) -> Chat:
    group = state.add_group(title, chat_id=chat_id)
    state.directory.set_role(group, owner, "owner")
    for member in members:
        state.directory.set_role(group, member, "member")
    return group
