"""How much there is of everything, counted by the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.store.schema import ARTICLES, CHATS, FEEDBACK, SOURCES

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Holdings:
    """Counts of the present: `gone` of the `chats`, `failing` of the enabled `sources`."""

    chats: int
    gone: int
    articles: int
    stories: int
    sources: int
    failing: int


async def count_holdings(database: Database) -> Holdings:
    """Return how much there is. Raises StoreError."""
    enabled = select(func.count()).select_from(SOURCES).where(SOURCES.c.enabled)
    query = select(
        select(func.count()).select_from(CHATS).scalar_subquery(),
        select(func.count(CHATS.c.gone)).scalar_subquery(),
        select(func.count()).select_from(ARTICLES).scalar_subquery(),
        select(func.count(ARTICLES.c.story.distinct())).scalar_subquery(),
        enabled.scalar_subquery(),
        enabled.where(SOURCES.c.failures > 0).scalar_subquery(),
    )
    async with database.reading() as connection:
        return Holdings(*(await connection.execute(query)).one())


async def verdicts_since(database: Database, moment: datetime) -> list[tuple[datetime, str]]:
    """Return when verdicts were given after a moment, and which. Raises StoreError."""
    query = select(FEEDBACK.c.at, FEEDBACK.c.verdict).where(FEEDBACK.c.at > moment)
    async with database.reading() as connection:
        return [(row[0], row[1]) for row in await connection.execute(query)]
