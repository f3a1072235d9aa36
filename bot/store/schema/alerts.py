"""What chats want to hear of, what was found for them, and the alerts that told it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.base import Base


class SubscriptionRow(Base):
    """A chat's standing wish.

    `thread_id` is 0 for the chat itself. `wanted` is a bot.alerts.types.Wanted, `key_hash` stands
    for its key. `vector` is of float32, made by `embedder` (a model and its prefixes; "" without a
    topic, "-" without a vector yet); `threshold` in thousandths of a cosine. `state` is "active",
    "paused" or "ended".
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        Index(None, "chat_id", "thread_id", "key_hash", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE")
    )
    thread_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(16))
    label: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    key_hash: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes | None]
    embedder: Mapped[str]
    threshold: Mapped[int]
    pace: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), index=True)
    muted_until: Mapped[datetime | None]
    created: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(BigInteger)


class MatchRow(Base):
    """That a subscription asked for a story; it is told once.

    `story` is the name that the story had when it first matched anything, and stays; `article_id`
    is the article that matched. `score` is in thousandths of a cosine, `reasons` are pairs of kind
    and text. `state` is "waiting" (until `due`), "told" (in its story's alert), "listed" (in
    a digest or by an answer: an edited alert doesn't name it again) or "dropped".
    """

    __tablename__ = "matches"
    __table_args__ = (
        Index(None, "subscription_id", "story", unique=True),
        Index(None, "state", "due"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"))
    story: Mapped[str] = mapped_column(String(16), index=True)
    article_id: Mapped[str] = mapped_column(String(16), index=True)
    score: Mapped[int]
    reasons: Mapped[list[list[str]]] = mapped_column(JSON)
    sentences: Mapped[list[str]]
    matched: Mapped[datetime]
    due: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))


class AlertRow(Base):
    """A message that told a chat of a story, to be edited when there is more to tell.

    `articles` are the ids named in it, `content` a digest of what it says, `key` its delivery's,
    `edits` how often it was edited. `stale` is since when it may say less than is known.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index(None, "chat_id", "thread_id", "story", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE")
    )
    thread_id: Mapped[int] = mapped_column(BigInteger)
    story: Mapped[str] = mapped_column(String(16), index=True)
    articles: Mapped[list[str]]
    content: Mapped[str] = mapped_column(String(64))
    key: Mapped[str]
    edits: Mapped[int]
    stale: Mapped[datetime | None] = mapped_column(index=True)
    created: Mapped[datetime]
