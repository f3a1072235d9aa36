"""People, the audit log, what admins removed, and the boxes of what comes in and goes out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import CleanText, Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the new columns of chats and feedback."""
    op.add_column("chats", sa.Column("gone", Moment))
    op.add_column("feedback", sa.Column("answer_id", sa.Integer))
    op.add_column("feedback", sa.Column("user_id", sa.BigInteger))
    feedback = ["answer_id", "user_id"]
    op.create_index("ix_feedback_answer_id_user_id", "feedback", feedback, unique=True)
    _make_articles()
    _make_people()
    _make_boxes()


def _make_articles() -> None:
    op.create_table(
        "barred_articles",
        sa.Column("article_id", sa.String(16), nullable=False),
        sa.Column("url_hash", sa.String(64)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("title", CleanText, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_barred_articles"),
    )
    op.create_index("ix_barred_articles_url_hash", "barred_articles", ["url_hash"])
    op.create_index("ix_barred_articles_digest", "barred_articles", ["digest"])


def _make_people() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("name", CleanText, nullable=False),
        sa.Column("username", CleanText, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("standing", sa.String(16), nullable=False),
        sa.Column("created", Moment, nullable=False),
        sa.Column("seen", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "asks",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("took_ms", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_asks"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asks_at", "asks", ["at"])
    op.create_index("ix_asks_user_id_at", "asks", ["user_id", "at"])


def _make_boxes() -> None:
    op.create_table(
        "updates",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("body", sa.JSON),
        sa.Column("taken", Moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("done", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_updates"),
    )
    op.create_index("ix_updates_done", "updates", ["done"])
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("author_id", sa.BigInteger, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created", Moment, nullable=False),
        sa.Column("ended", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_broadcasts"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("key", CleanText, nullable=False),
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", Moment, nullable=False),
        sa.Column("holder", sa.String(64)),
        sa.Column("leased_until", Moment),
        sa.Column("message_ids", sa.JSON, nullable=False),
        sa.Column("problem", CleanText),
        sa.Column("created", Moment, nullable=False),
        sa.Column("settled", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chats.id"],
            ondelete="CASCADE",
            onupdate="CASCADE",
            name="fk_deliveries_chat_id_chats",
        ),
        sa.UniqueConstraint("key_hash", name="uq_deliveries_key_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_state_due", "deliveries", ["state", "due"])
    op.create_index("ix_deliveries_batch_state", "deliveries", ["batch", "state"])
    op.create_index("ix_deliveries_chat_id", "deliveries", ["chat_id"])
