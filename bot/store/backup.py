"""Backups that fit either kind of database, made and put back while others go on working."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, text, tuple_, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from bot.store.archive import TABLES, opened, read_rows, verify, writing
from bot.store.errors import BackupError
from bot.store.grouping import insert_bands
from bot.store.migrate import refuse_newer
from bot.store.schema import ALERTS, ARTICLES, BROADCASTS, DELIVERIES, MATCHES, REVISION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime
    from pathlib import Path
    from zipfile import ZipFile

    from sqlalchemy import RowMapping, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.archive import Manifest, Writer
    from bot.store.engine import Store

_CHUNK = 500


def _silent(_done: int, _total: int) -> None:
    pass


async def backup(
    store: Store,
    path: Path,
    *,
    tables: Sequence[Table] = TABLES,
    on_progress: Callable[[int, int], None] = _silent,
) -> Manifest:
    """Write what the store's tables (all by default) hold at one moment to a file.

    The file has its name only when it is whole. `on_progress` gets rows done and in all. Raises
    BackupError, FullDiskError and the other StoreErrors.
    """
    with writing(path) as writer:
        async with store.database.reading() as connection:
            total = 0
            for table in tables:
                total += await connection.scalar(select(func.count()).select_from(table)) or 0
            done = 0
            for table in tables:
                done = await _write_table(
                    connection, writer, table, done, lambda n: on_progress(n, total)
                )
        return await asyncio.to_thread(writer.finish, revision=REVISION, made=store.clock())


async def _write_table(
    connection: AsyncConnection,
    writer: Writer,
    table: Table,
    done: int,
    tell: Callable[[int], None],
) -> int:
    file = writer.start(table)
    try:
        async for part in _pages(connection, table):
            await asyncio.to_thread(file.write, part)
            done += len(part)
            tell(done)
    finally:
        file.close()
    return done


async def _pages(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[RowMapping]]:
    """Give a table's rows in pages, by primary key; a server's cursors would outlive a failure."""
    key = list(table.primary_key.columns)
    query = select(table).order_by(*key).limit(_CHUNK)
    page = (await connection.execute(query)).mappings().all()
    while page:
        yield page
        after = tuple_(*key) > tuple_(*(page[-1][column.name] for column in key))
        page = (await connection.execute(query.where(after))).mappings().all()


async def restore(
    store: Store,
    path: Path,
    *,
    replace: bool = False,
    on_progress: Callable[[int, int], None] = _silent,
) -> Manifest:
    """Put a backup into the store, all or nothing.

    What was still to be sent when the backup was made is dropped: it may have been sent since.
    The whole file is verified before anything is touched. Without `replace`, a store that holds
    something already is refused. Raises BackupError, NewerDatabaseError for a newer program's
    backup, and the other StoreErrors.
    """
    manifest = await asyncio.to_thread(verify, path)
    await asyncio.to_thread(refuse_newer, manifest.revision, f"the backup {path}")

    async def work(connection: AsyncConnection) -> None:
        await _make_room(connection, replace=replace)
        with opened(path) as zipped:
            done = 0
            for table in TABLES:
                if table.name in manifest.tables:
                    done = await _fill(
                        connection, zipped, table, done, lambda n: on_progress(n, manifest.rows)
                    )
        await _end_sending(connection, store.clock())
        if connection.dialect.name == "postgresql":
            await _set_sequences(connection)

    await store.database.write(work, collection=True)
    return manifest


async def _make_room(connection: AsyncConnection, *, replace: bool) -> None:
    for table in reversed(TABLES):
        held = await connection.scalar(select(func.count()).select_from(table))
        if held and not replace:
            raise BackupError(
                f"the database holds something already ({held} in {table.name})",
                "use --replace to put the backup in its place, or name another database",
            )
        await connection.execute(delete(table))


async def _fill(
    connection: AsyncConnection,
    zipped: ZipFile,
    table: Table,
    done: int,
    tell: Callable[[int], None],
) -> int:
    rows = read_rows(zipped, table)
    while part := await asyncio.to_thread(_take, rows):
        await _insert(connection, table, part)
        if table is ARTICLES:
            await insert_bands(connection, {row["id"]: row["signature"] for row in part})
        done += len(part)
        tell(done)
    return done


async def _end_sending(connection: AsyncConnection, now: datetime) -> None:
    """Keep what an old backup was about to send from being sent (again)."""
    state = DELIVERIES.c.state
    free = {"settled": now, "problem": "restored", "holder": None, "leased_until": None}
    for states, then in ((("pending", "claimed"), "dropped"), (("sending",), "unknown")):
        change = update(DELIVERIES).where(state.in_(states)).values(state=then, **free)
        await connection.execute(change)
    going = update(BROADCASTS).where(BROADCASTS.c.state == "sending")
    await connection.execute(going.values(state="stopped", ended=now))
    for change in (
        update(MATCHES).where(MATCHES.c.state == "waiting").values(state="dropped"),
        update(ARTICLES).where(ARTICLES.c.matched.is_(None)).values(matched=ARTICLES.c.arrived),
        update(ALERTS).values(stale=None),
    ):
        await connection.execute(change)


async def _insert(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows; those that fit no table of ours are the backup's fault."""
    try:
        await connection.execute(insert(table), rows)
    except StatementError as error:
        if isinstance(error, DBAPIError) and not isinstance(error, (IntegrityError, DataError)):
            raise
        raise BackupError(
            f"the backup's {table.name} contradict themselves or each other",
            "take another backup; nothing was changed",
        ) from error


def _take(rows: Any) -> list[dict[str, Any]]:
    return list(islice(rows, _CHUNK))


async def _set_sequences(connection: AsyncConnection) -> None:
    """Let new rows be numbered after those that were put back."""
    for table in TABLES:
        number = table.autoincrement_column
        if number is None:
            continue
        sequence = await connection.scalar(
            select(func.pg_get_serial_sequence(table.name, number.name))
        )
        highest = await connection.scalar(select(func.max(number)))
        statement = text("SELECT setval(:sequence, :value, :called)")
        values = {"sequence": sequence, "value": highest or 1, "called": highest is not None}
        await connection.execute(statement, values)
