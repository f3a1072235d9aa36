"""The tables. What is here and what the migrations make is the same; a test compares them.

Strings of any length that must be unique (addresses, locations, keys) are unique by their SHA-256,
since PostgreSQL's indexes hold no long ones.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.store.columns import CleanText, Moment

REVISION = "0002"
"""The newest migration: the schema that this program works with."""


class Base(DeclarativeBase):
    """The tables' common ground."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it so
        datetime: Moment,
        str: CleanText,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
    }


class SourceRow(Base):
    """A source with the state of its last visit."""

    __tablename__ = "sources"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - a number is never used twice

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    location: Mapped[str]
    location_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    every: Mapped[int]
    mirror: Mapped[bool]
    enabled: Mapped[bool]
    created: Mapped[datetime]
    etag: Mapped[str | None]
    modified: Mapped[str | None]
    fingerprint: Mapped[str | None]
    checked: Mapped[datetime | None]
    due: Mapped[datetime | None]
    failures: Mapped[int]
    problem: Mapped[str | None]


class ArticleRow(Base):
    """A live article.

    `arrived` is when its first version came, `renewed` when the present one did. `kept` says that
    it stays though no source brings it. `story` is the smallest id of its near-duplicates' group.
    """

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    url: Mapped[str | None]
    url_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    title: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]
    authors: Mapped[list[str]]
    published: Mapped[datetime | None]
    fetched: Mapped[datetime]
    language: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    revision: Mapped[int]
    arrived: Mapped[datetime]
    renewed: Mapped[datetime]
    kept: Mapped[bool]
    story: Mapped[str] = mapped_column(String(16), index=True)
    signature: Mapped[bytes | None]


class BandRow(Base):
    """A band of an article's signature; articles that share one may be near-duplicates.

    Made from the signatures, so backups leave it out.
    """

    __tablename__ = "article_bands"

    band: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    article_id: Mapped[str] = mapped_column(
        String(16), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class RouteRow(Base):
    """That a source brought an article, and under which key.

    A key whose item became another article keeps its earlier routes; only the last is `current`.
    """

    __tablename__ = "routes"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True
    )
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    article_id: Mapped[str] = mapped_column(
        String(16), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    key: Mapped[str]
    fingerprint: Mapped[str]
    seen: Mapped[datetime]
    current: Mapped[bool]


class RunRow(Base):
    """A sync."""

    __tablename__ = "sync_runs"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    trigger: Mapped[str]
    started: Mapped[datetime]
    finished: Mapped[datetime | None]
    generation: Mapped[int | None]
    added: Mapped[int]
    updated: Mapped[int]
    removed: Mapped[int]
    embedded: Mapped[int]
    problem: Mapped[str | None]


class ChangeRow(Base):
    """One article's change in a sync; `after` is in microseconds."""

    __tablename__ = "sync_changes"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("sync_runs.id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    article_id: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    url: Mapped[str | None]
    after: Mapped[int | None] = mapped_column(BigInteger)


class ChatRow(Base):
    """A chat, under its Telegram id."""

    __tablename__ = "chats"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    language: Mapped[str]
    settings: Mapped[dict[str, Any]]
    created: Mapped[datetime]


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
    """A person's verdict on a reply."""

    __tablename__ = "feedback"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), index=True
    )
    question: Mapped[str]
    reply: Mapped[dict[str, Any]]
    verdict: Mapped[str] = mapped_column(String(16))
    comment: Mapped[str]
    at: Mapped[datetime]


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


def table(row: type[Base]) -> Table:
    """Return a row class's table, for statements over many rows at once."""
    made = row.__table__
    assert isinstance(made, Table)  # noqa: S101 - for the type checker; a mapped class has a table
    return made


SOURCES, ARTICLES, BANDS, ROUTES = map(table, (SourceRow, ArticleRow, BandRow, RouteRow))
RUNS, CHANGES = map(table, (RunRow, ChangeRow))
CHATS, TURNS, FEEDBACK = map(table, (ChatRow, TurnRow, FeedbackRow))
ANSWERS = table(AnswerRow)
