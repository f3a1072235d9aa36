"""Long lists in pieces that a statement's parameters can hold, and inserts that may meet a row."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

SIZE = 5000  # SQLite takes 32,766 parameters, PostgreSQL 65,535


def chunked(items: Iterable[T], size: int = SIZE) -> Iterator[list[T]]:
    """Give `items` in lists of at most `size`."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def insert_or(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that has `on_conflict_do_update`."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
