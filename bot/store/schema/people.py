"""People and what they may do, what admins did, and which questions were asked when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.base import Base


class UserRow(Base):
    """A person who wrote to the bot or was given a role, under their Telegram id.

    `standing` is "", "allowed" or "banned"; `name` and `username` are "" once forgotten.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str]
    username: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))
    standing: Mapped[str] = mapped_column(String(16))
    created: Mapped[datetime]
    seen: Mapped[datetime]


class AuditRow(Base):
    """Something that an admin did, from a chat or (with no `user_id`) from the command line."""

    __tablename__ = "audit"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]]


class AskRow(Base):
    """That a question was asked, without its words, for limits and statistics.

    `way` is "private", "group" or "inline", `outcome` "answer", "abstention" or "failed".
    `user_id` goes when the person is forgotten.
    """

    __tablename__ = "asks"
    __table_args__ = (
        Index(None, "user_id", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    way: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))
    took_ms: Mapped[int]
