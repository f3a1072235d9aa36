"""Articles, sources, sync runs, chats, turns and feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import CleanText, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _sources()
    _articles()
    _routes()
    _runs()
    _chats()


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("location", CleanText, nullable=False),
        sa.Column("location_hash", sa.String(64), nullable=False),
        sa.Column("name", CleanText, nullable=False),
        sa.Column("every", sa.Integer, nullable=False),
        sa.Column("mirror", sa.Boolean, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("created", Moment, nullable=False),
        sa.Column("etag", CleanText),
        sa.Column("modified", CleanText),
        sa.Column("fingerprint", CleanText),
        sa.Column("checked", Moment),
        sa.Column("due", Moment),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("problem", CleanText),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("location_hash", name="uq_sources_location_hash"),
        sqlite_autoincrement=True,
    )


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("url", CleanText),
        sa.Column("url_hash", sa.String(64)),
        sa.Column("title", CleanText, nullable=False),
        sa.Column("text", CleanText, nullable=False),
        sa.Column("source", CleanText, nullable=False),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("published", Moment),
        sa.Column("fetched", Moment, nullable=False),
        sa.Column("language", CleanText, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("arrived", Moment, nullable=False),
        sa.Column("renewed", Moment, nullable=False),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("story", sa.String(16), nullable=False),
        sa.Column("signature", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("url_hash", name="uq_articles_url_hash"),
        sa.UniqueConstraint("digest", name="uq_articles_digest"),
    )
    op.create_index("ix_articles_story", "articles", ["story"])


def _routes() -> None:
    op.create_table(
        "article_bands",
        sa.Column("band", sa.BigInteger, nullable=False),
        sa.Column("article_id", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("band", "article_id", name="pk_article_bands"),
        _article_key("article_bands"),
    )
    op.create_index("ix_article_bands_article_id", "article_bands", ["article_id"])
    op.create_table(
        "routes",
        sa.Column("source_id", sa.Integer, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("article_id", sa.String(16), nullable=False),
        sa.Column("key", CleanText, nullable=False),
        sa.Column("fingerprint", CleanText, nullable=False),
        sa.Column("seen", Moment, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "key_hash", "article_id", name="pk_routes"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], ondelete="CASCADE", name="fk_routes_source_id_sources"
        ),
        _article_key("routes"),
    )
    op.create_index("ix_routes_article_id", "routes", ["article_id"])


def _article_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["article_id"], ["articles.id"], ondelete="CASCADE", name=f"fk_{table}_article_id_articles"
    )


def _runs() -> None:
    op.create_table(
        "sync_runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("trigger", CleanText, nullable=False),
        sa.Column("started", Moment, nullable=False),
        sa.Column("finished", Moment),
        sa.Column("generation", sa.Integer),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("updated", sa.Integer, nullable=False),
        sa.Column("removed", sa.Integer, nullable=False),
        sa.Column("embedded", sa.Integer, nullable=False),
        sa.Column("problem", CleanText),
        sa.PrimaryKeyConstraint("id", name="pk_sync_runs"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sync_changes",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("ordinal", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("article_id", sa.String(16), nullable=False),
        sa.Column("title", CleanText, nullable=False),
        sa.Column("url", CleanText),
        sa.Column("after", sa.BigInteger),
        sa.PrimaryKeyConstraint("run_id", "ordinal", name="pk_sync_changes"),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["sync_runs.id"],
            ondelete="CASCADE",
            name="fk_sync_changes_run_id_sync_runs",
        ),
    )


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", CleanText, nullable=False),
        sa.Column("language", CleanText, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("created", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chats"),
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger),
        sa.Column("question", CleanText, nullable=False),
        sa.Column("answer", CleanText, nullable=False),
        sa.Column("titles", sa.JSON, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("asked", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        _chat_key("turns"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turns_chat_id_thread_id_id", "turns", ["chat_id", "thread_id", "id"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("question", CleanText, nullable=False),
        sa.Column("reply", sa.JSON, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("comment", CleanText, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        _chat_key("feedback"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_chat_id", "feedback", ["chat_id"])


def _chat_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["chat_id"],
        ["chats.id"],
        ondelete="CASCADE",
        onupdate="CASCADE",
        name=f"fk_{table}_chat_id_chats",
    )
