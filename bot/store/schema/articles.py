"""Sources, the articles they brought, and the syncs that took them in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.schema.base import Base


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
    `matched` is when the present version was compared with the subscriptions, None before.
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
    matched: Mapped[datetime | None] = mapped_column(index=True)


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


class BarredRow(Base):
    """An article that an admin took out: no source brings it back, by id, address or text."""

    __tablename__ = "barred_articles"

    article_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    url_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str]
    at: Mapped[datetime]
