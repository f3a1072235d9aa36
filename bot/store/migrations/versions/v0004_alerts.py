"""Subscriptions, what was found for them, and the alerts that told it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import CleanText, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the articles that are there are no news to anybody."""
    op.add_column("articles", sa.Column("matched", Moment))
    op.execute("UPDATE articles SET matched = arrived")
    op.create_index("ix_articles_matched", "articles", ["matched"])
    _make_subscriptions()
    _make_matches()
    _make_alerts()


def _make_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("label", CleanText, nullable=False),
        sa.Column("wanted", sa.JSON, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("embedder", CleanText, nullable=False),
        sa.Column("threshold", sa.Integer, nullable=False),
        sa.Column("pace", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("muted_until", Moment),
        sa.Column("created", Moment, nullable=False),
        sa.Column("created_by", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        _of_chat("subscriptions"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_subscriptions_chat_id_thread_id_key_hash",
        "subscriptions",
        ["chat_id", "thread_id", "key_hash"],
        unique=True,
    )
    op.create_index("ix_subscriptions_state", "subscriptions", ["state"])


def _make_matches() -> None:
    op.create_table(
        "matches",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subscription_id", sa.Integer, nullable=False),
        sa.Column("story", sa.String(16), nullable=False),
        sa.Column("article_id", sa.String(16), nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("sentences", sa.JSON, nullable=False),
        sa.Column("matched", Moment, nullable=False),
        sa.Column("due", Moment, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matches"),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            ondelete="CASCADE",
            name="fk_matches_subscription_id_subscriptions",
        ),
        sqlite_autoincrement=True,
    )
    pair = ["subscription_id", "story"]
    op.create_index("ix_matches_subscription_id_story", "matches", pair, unique=True)
    op.create_index("ix_matches_state_due", "matches", ["state", "due"])
    op.create_index("ix_matches_story", "matches", ["story"])
    op.create_index("ix_matches_article_id", "matches", ["article_id"])


def _make_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("story", sa.String(16), nullable=False),
        sa.Column("articles", sa.JSON, nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("key", CleanText, nullable=False),
        sa.Column("edits", sa.Integer, nullable=False),
        sa.Column("stale", Moment),
        sa.Column("created", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        _of_chat("alerts"),
        sqlite_autoincrement=True,
    )
    place = ["chat_id", "thread_id", "story"]
    op.create_index("ix_alerts_chat_id_thread_id_story", "alerts", place, unique=True)
    op.create_index("ix_alerts_story", "alerts", ["story"])
    op.create_index("ix_alerts_stale", "alerts", ["stale"])


def _of_chat(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["chat_id"],
        ["chats.id"],
        ondelete="CASCADE",
        onupdate="CASCADE",
        name=f"fk_{table}_chat_id_chats",
    )
