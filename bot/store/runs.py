"""Syncs and what each changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from bot.store.records import Change, SyncRun
from bot.store.schema import CHANGES, RUNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

INTERRUPTED = "interrupted"
"""What the journal says of a sync whose process ended before it did."""
_MICROSECOND = timedelta(microseconds=1)


class RunStore:
    """The journal of syncs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, trigger: str, now: datetime) -> int:
        """Note that a sync began; returns its number."""
        row = {"trigger": trigger, "started": now}
        row |= dict.fromkeys(("added", "updated", "removed", "embedded"), 0)

        async def work(connection: AsyncConnection) -> int:
            result = await connection.execute(insert(RUNS).values(row).returning(RUNS.c.id))
            return int(result.scalar_one())

        return await self._database.write(work)

    async def interrupt(self, now: datetime) -> None:
        """Note of all syncs without an end that they were interrupted.

        To be asked by who may sync, when nobody else does: the process of such a sync was killed.
        """
        ended = {"finished": now, "problem": INTERRUPTED}
        change = update(RUNS).where(RUNS.c.finished.is_(None)).values(ended)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(change)

        await self._database.write(work)

    async def finish(
        self,
        run_id: int,
        now: datetime,
        *,
        generation: int | None = None,
        changes: Sequence[Change] = (),
        embedded: int = 0,
        problem: str | None = None,
    ) -> None:
        """Note how a sync ended. The counts are those of `changes`."""
        kinds = [change.kind for change in changes]
        values = {
            "finished": now,
            "generation": generation,
            "added": kinds.count("added"),
            "updated": kinds.count("updated"),
            "removed": kinds.count("removed"),
            "embedded": embedded,
            "problem": problem,
        }
        rows = [_change_row(run_id, number, change) for number, change in enumerate(changes)]

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(update(RUNS).where(RUNS.c.id == run_id).values(values))
            if rows:
                await connection.execute(insert(CHANGES), rows)

        await self._database.write(work)

    async def last(self, limit: int) -> list[SyncRun]:
        """Return the last runs, newest first, with their changes."""
        query = select(RUNS).order_by(RUNS.c.id.desc()).limit(limit)
        async with self._database.reading() as connection:
            runs = (await connection.execute(query)).mappings().all()
            changes = (
                select(CHANGES)
                .where(CHANGES.c.run_id.in_([run["id"] for run in runs]))
                .order_by(CHANGES.c.run_id, CHANGES.c.ordinal)
            )
            by_run: dict[int, list[Change]] = {run["id"]: [] for run in runs}
            for row in await connection.execute(changes):
                by_run[row.run_id].append(_change(row))
        return [SyncRun(**run, changes=tuple(by_run[run["id"]])) for run in runs]


def _change_row(run_id: int, ordinal: int, change: Change) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "ordinal": ordinal,
        "kind": change.kind,
        "article_id": change.article_id,
        "title": change.title,
        "url": change.url,
        "after": None if change.after is None else change.after // _MICROSECOND,
    }


def _change(row: Row[Any]) -> Change:
    after = None if row.after is None else timedelta(microseconds=row.after)
    return Change(row.kind, row.article_id, row.title, row.url, after)
