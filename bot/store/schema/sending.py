"""Updates that came in and are not done with, and messages that are to go out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.base import Base


class UpdateRow(Base):
    """An update of Telegram's, kept from when it is taken until it is done with.

    A done one stays for a while without its body, so that it isn't taken twice.
    """

    __tablename__ = "updates"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any] | None]
    taken: Mapped[datetime]
    attempts: Mapped[int]
    done: Mapped[datetime | None] = mapped_column(index=True)


class BroadcastRow(Base):
    """A message from the operator to many chats.

    `state` is "draft", "sending", "done" or "stopped". `content` says what is sent, `audience` to
    which chats.
    """

    __tablename__ = "broadcasts"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[dict[str, Any]]
    audience: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    created: Mapped[datetime]
    ended: Mapped[datetime | None]


class DeliveryRow(Base):
    """One message to one chat: the outbox.

    `key` makes it unique, `batch` names what it belongs to. `state` is "pending", "claimed" (by
    `holder` until `leased_until`), "sending" (likewise; Telegram may have it), "sent", "unknown",
    "failed" or "dropped".
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "state", "due"),
        Index(None, "batch", "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    key: Mapped[str]
    batch: Mapped[str] = mapped_column(String(64))
    chat_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), index=True
    )
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    due: Mapped[datetime]
    holder: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None]
    message_ids: Mapped[list[int]]
    problem: Mapped[str | None]
    created: Mapped[datetime]
    settled: Mapped[datetime | None]
