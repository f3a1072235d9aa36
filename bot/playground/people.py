"""Users and chats, with the JSON that Telegram shows a bot of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject

ChatType: TypeAlias = Literal["private", "group", "supergroup", "channel"]


def _given(**fields: object) -> JsonObject:
    return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class User:
    """A person, or the bot itself. `language_code` is an IETF tag such as `en` or `pt-br`."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def to_json(self) -> JsonObject:
        """Return the Bot API's User."""
        return {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            **_given(
                last_name=self.last_name,
                username=self.username,
                language_code=self.language_code,
            ),
        }


@dataclass(frozen=True, slots=True)
class Chat:
    """A place to write in. `topics` are the thread ids of a forum.

    A private chat has its user; one without is people's own, where the bot never is.
    """

    id: int
    type: ChatType
    title: str | None = None
    username: str | None = None
    user: User | None = None
    topics: frozenset[int] = frozenset()

    @property
    def is_group(self) -> bool:
        """Whether several people may write here."""
        return self.type in {"group", "supergroup"}

    @property
    def is_conversation(self) -> bool:
        """Whether people talk to one another here, in private."""
        return self.type == "private" and self.user is None

    @property
    def name(self) -> str:
        """The title, or the name of the user."""
        return self.user.name if self.user else self.title or str(self.id)

    def to_json(self) -> JsonObject:
        """Return the Bot API's Chat."""
        person = self.user
        return {
            "id": self.id,
            "type": self.type,
            **_given(
                title=self.title,
                username=person.username if person else self.username,
                first_name=person.first_name if person else None,
                last_name=person.last_name if person else None,
                is_forum=True if self.topics else None,
            ),
        }

    def to_full_json(self) -> JsonObject:
        """Return the Bot API's ChatFullInfo."""
        return {
            **self.to_json(),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }
