"""Message entities: the value, its groups, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.people import User

STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
"""Formatting that may overlap anything else and is split where it does."""

QUOTES = frozenset({"blockquote", "expandable_blockquote"})

VERBATIM = frozenset({"pre", "code", "date_time"})
"""Entities that hold no other formatting."""

DETECTED = frozenset({"mention", "bot_command", "hashtag", "cashtag", "url", "email"})
"""Entities that Telegram finds by itself; a bot that sends them is not heard."""

_RANK = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 10,
    "code": 20,
    "date_time": 21,
    "text_link": 49,
    "text_mention": 49,
    **{kind: 90 + place for place, kind in enumerate(STYLES)},
    "custom_emoji": 99,
}


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity of a text; `offset` and `length` in UTF-16 code units.

    Only the fields of its type are set: `url` (text_link), `user_id` and, once known, `user`
    (text_mention), `language` (pre), `custom_emoji_id`, `unix_time` and `date_time_format`.
    """

    type: str
    offset: int
    length: int
    url: str | None = None
    user_id: int | None = None
    user: User | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None

    @property
    def end(self) -> int:
        """The unit after the last one."""
        return self.offset + self.length

    @property
    def order(self) -> tuple[int, int, int]:
        """The key that entities are sorted by: outer before inner, then by type."""
        return self.offset, -self.length, _RANK.get(self.type, 50)

    def to_json(self) -> JsonObject:
        """Return the Bot API's MessageEntity."""
        given = {
            "url": self.url,
            "user": self.user.to_json() if self.user else None,
            "language": self.language,
            "custom_emoji_id": self.custom_emoji_id,
            "unix_time": self.unix_time,
            "date_time_format": self.date_time_format,
        }
        return {
            "type": self.type,
            "offset": self.offset,
            "length": self.length,
            **{name: value for name, value in given.items() if value is not None},
        }
