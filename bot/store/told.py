"""What the store takes and gives of matches, and of the messages that tell them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.alerts.telling import ArticleRef, Waiting
    from bot.alerts.types import Match
    from bot.store.deliveries import NewDelivery
    from bot.store.records import Chat


@dataclass(frozen=True, slots=True)
class Fresh:
    """An article, new or changed, that no subscription was compared with."""

    id: str
    digest: str
    story: str
    arrived: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A match with the moment at which it is due."""

    match: Match
    due: datetime


@dataclass(frozen=True, slots=True)
class NewAlert:
    """That a delivery tells a story; see Story."""

    story: str
    articles: tuple[str, ...]
    content: str


@dataclass(frozen=True, slots=True)
class Alerted:
    """That a place was alerted of a story (as its matches name it); `thread_id` 0 is the chat."""

    chat_id: int
    thread_id: int
    story: str


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be told: the matches that are told with it, and the delivery.

    `ends` is a subscription that has got what it asked for; `joins` an alert, there already, that
    is to tell the matches too. Without a delivery or such an alert the matches are dropped.
    """

    match_ids: tuple[int, ...]
    delivery: NewDelivery | None = None
    alert: NewAlert | None = None
    ends: int | None = None
    joins: Alerted | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is due in some places (chats' topics), and what waits there of the same stories."""

    waiting: list[Waiting]
    chats: dict[int, Chat]
    articles: dict[str, tuple[ArticleRef, ...]]
    """By the id of the article that matched: all that tell its story, itself first."""
    alerted: frozenset[Alerted] = frozenset()
    """Stories that wait in a place which has an alert of them that can still be edited."""
