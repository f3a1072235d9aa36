"""The audit log: what admins did, when. Nothing here changes or removes an entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from bot.store.schema import AUDIT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed. `user_id` is None for the command line; `detail` holds what JSON can hold."""

    id: int
    at: datetime
    user_id: int | None
    action: str
    detail: dict[str, Any]


class AuditStore:
    """The log, newest first."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def add(self, user_id: int | None, action: str, **detail: Any) -> None:
        """Note a deed. `action` is a short name such as "reload"; no message texts in `detail`."""
        row = {"at": self._clock(), "user_id": user_id, "action": action, "detail": detail}
        await self._database.write(lambda connection: connection.execute(insert(AUDIT).values(row)))

    async def last(self, limit: int, offset: int = 0) -> list[Entry]:
        """Return entries, newest first."""
        query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit).offset(offset)
        async with self._database.reading() as connection:
            return [Entry(**row) for row in (await connection.execute(query)).mappings()]

    async def count(self) -> int:
        """Return how many entries there are."""
        async with self._database.reading() as connection:
            return await connection.scalar(select(func.count()).select_from(AUDIT)) or 0
