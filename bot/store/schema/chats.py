"""Chats, what was asked in them, and what people said of the replies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.base import Base


class ChatRow(Base):
    """A chat, under its Telegram id. `gone` is since when nothing can be sent to it."""

    __tablename__ = "chats"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    language: Mapped[str]
    settings: Mapped[dict[str, Any]]
    created: Mapped[datetime]
    gone: Mapped[datetime | None]


class TurnRow(Base):
    """A question and its reply."""

    __tablename__ = "turns"
    __table_args__ = (
        Index(None, "chat_id", "thread_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE")
    )
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    question: Mapped[str]
    answer: Mapped[str]
    titles: Mapped[list[str]]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    asked: Mapped[datetime]


class FeedbackRow(Base):
    """A person's verdict on a reply; on one answer each has one.

    It outlives the answer, whose number is never used again.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        Index(None, "answer_id", "user_id", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), index=True
    )
    question: Mapped[str]
    reply: Mapped[dict[str, Any]]
    verdict: Mapped[str] = mapped_column(String(16))
    comment: Mapped[str]
    at: Mapped[datetime]
    answer_id: Mapped[int | None]
    user_id: Mapped[int | None] = mapped_column(BigInteger)


class AnswerRow(Base):
    """A reply with what its buttons need; `prompt_id` asks what was wrong with it."""

    __tablename__ = "answers"
    __table_args__ = (
        Index(None, "chat_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE")
    )
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    question_message_id: Mapped[int] = mapped_column(BigInteger)
    message_ids: Mapped[list[int]]
    question: Mapped[str]
    reply: Mapped[dict[str, Any]]
    asked: Mapped[datetime]
    prompt_id: Mapped[int | None] = mapped_column(BigInteger)
