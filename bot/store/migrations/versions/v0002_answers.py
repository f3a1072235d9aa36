"""Answers, so that their buttons go on working after a restart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import CleanText, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of answers."""
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger),
        sa.Column("question_message_id", sa.BigInteger, nullable=False),
        sa.Column("message_ids", sa.JSON, nullable=False),
        sa.Column("question", CleanText, nullable=False),
        sa.Column("reply", sa.JSON, nullable=False),
        sa.Column("asked", Moment, nullable=False),
        sa.Column("prompt_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chats.id"],
            ondelete="CASCADE",
            onupdate="CASCADE",
            name="fk_answers_chat_id_chats",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_answers_chat_id_id", "answers", ["chat_id", "id"])
