"""Runs migrations on the connection that `bot.store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from bot.store.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,  # SQLite too: the store begins its transactions itself
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
