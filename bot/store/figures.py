"""How much there is of everything, counted by the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from bot.store.runs import INTERRUPTED
from bot.store.schema import ARTICLES, CHATS, FEEDBACK, RUNS, SOURCES
from bot.store.urls import need_file

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


@dataclass(frozen=True, slots=True)
class Syncs:
    """How many syncs of the journal are "done", "failed", "interrupted" or "running".

    `ended` and `seconds` are of the last one that ended; None without any.
    """

    results: dict[str, int]
    ended: datetime | None
    seconds: float | None


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


async def count_verdicts(database: Database) -> dict[str, int]:
    """Return how many verdicts of which kind are kept. Raises StoreError."""
    query = select(FEEDBACK.c.verdict, func.count()).group_by(FEEDBACK.c.verdict)
    async with database.reading() as connection:
        return {row[0]: row[1] for row in await connection.execute(query)}


async def count_syncs(database: Database) -> Syncs:
    """Return what became of the syncs. Raises StoreError."""
    result = case(
        (RUNS.c.finished.is_(None), "running"),
        (RUNS.c.problem.is_(None), "done"),
        (RUNS.c.problem == INTERRUPTED, "interrupted"),
        else_="failed",
    ).label("result")
    counts = select(result, func.count()).group_by("result")
    ended = select(RUNS.c.started, RUNS.c.finished).where(RUNS.c.finished.is_not(None))
    async with database.reading() as connection:
        results = {row[0]: row[1] for row in await connection.execute(counts)}
        last = (await connection.execute(ended.order_by(RUNS.c.id.desc()).limit(1))).first()
    if last is None:
        return Syncs(results, None, None)
    return Syncs(results, last.finished, (last.finished - last.started).total_seconds())


async def need_answer(database: Database) -> None:
    """Read a little. Raises StoreError if the database is gone or does not answer.

    A connection goes on reading an SQLite file that was deleted; so the file is looked for too.
    """
    need_file(database.engine.url)
    async with database.reading() as connection:
        await connection.execute(select(RUNS.c.id).limit(1))
