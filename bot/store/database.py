"""Connections and transactions, alike for SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.errors import LockedDatabaseError
from bot.store.failures import translate, worth_retrying
from bot.store.threads import Threads
from bot.store.urls import shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL
    from sqlalchemy.engine.interfaces import ExceptionContext
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.store.stepping import Connecting

T = TypeVar("T")

_BEGIN = "newsdesk_begin"  # the execution option that says how a transaction begins in SQLite
_ATTEMPTS = 6
_FIRST_PAUSE = 0.02
_COLLECTION_LOCK = 0x6E657773  # the key of PostgreSQL's advisory lock on the articles
_CONNECT_SECONDS = 10


class Database:
    """One database, for one event loop. Every failure comes out as a StoreError.

    In SQLite `read` and `write` run a transaction as a whole in a thread, which spares the event
    loop a round for every statement; so what they run may await nothing but the connection.
    `reading`, and `write` with `collection`, may take long and await other things between.
    """

    def __init__(self, url: URL, *, busy_seconds: float) -> None:
        self.name = shown(url)
        self._busy_seconds = busy_seconds
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._engine = _sqlite(url, busy_seconds) if self.is_sqlite else _server(url, busy_seconds)
        self._threads = _threads(url, busy_seconds) if self.is_sqlite else None
        # Within the process writers queue up in order; SQLite's own waiting is a game of chance.
        self._turn = asyncio.Lock() if self.is_sqlite else nullcontext()

    @property
    def engine(self) -> AsyncEngine:
        """SQLAlchemy's engine."""
        return self._engine

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that sees one state of the database from its first query to the end."""
        options: dict[str, Any] = {}
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ"}
        try:
            async with self._engine.execution_options(**options).connect() as connection:
                yield connection
        except DBAPIError as error:
            raise translate(error, self.name) from error

    async def read(self, work: Connecting[T]) -> T:
        """Run `work`, which sees one state of the database and keeps nothing."""
        if self._threads is None:
            async with self.reading() as connection:
                return await work(connection)
        try:
            return await self._threads.read(work)
        except DBAPIError as error:
            raise translate(error, self.name) from error

    async def write(
        self,
        work: Connecting[T],
        *,
        collection: bool = False,
        undo: bool = False,
    ) -> T:
        """Run `work` in a transaction, from the start again where PostgreSQL asks for that.

        With `undo` the transaction is rolled back at its end: nothing is kept but the result.

        With `collection`, no other transaction of that kind runs at the same time; in SQLite that
        holds for every writing transaction. When a cancelled caller gets CancelledError, no
        transaction of its own is open.
        """
        pause = _FIRST_PAUSE
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._write_once(work, collection=collection, undo=undo)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or not worth_retrying(error):
                    raise translate(error, self.name) from error
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError  # the last attempt returned or raised

    async def _write_once(
        self,
        work: Connecting[T],
        *,
        collection: bool,
        undo: bool,
    ) -> T:
        if self._threads is not None and not collection:
            async with self._turn:
                return await self._threads.write(work, undo=undo)
        writer = self._engine.execution_options(**{_BEGIN: "IMMEDIATE"})
        async with self._turn, writer.connect() as connection, connection.begin() as transaction:
            if collection and not self.is_sqlite:
                lock = text("SELECT pg_advisory_xact_lock(:key)")
                await connection.execute(lock, {"key": _COLLECTION_LOCK})
            result = await work(connection)
            if undo:
                await transaction.rollback()
            return result

    async def use_wal(self) -> None:
        """Let readers and a writer of an SQLite file go on at the same time."""
        deadline = time.monotonic() + self._busy_seconds
        while True:
            try:
                return await self._set_wal()
            except DBAPIError as error:
                failure = translate(error, self.name)
                # SQLite doesn't wait here by itself when several change the mode at once.
                locked = isinstance(failure, LockedDatabaseError)
                if not locked or time.monotonic() > deadline:
                    raise failure from error
            await asyncio.sleep(_FIRST_PAUSE)

    async def _set_wal(self) -> None:
        bare = self._engine.execution_options(**{_BEGIN: None})
        async with bare.connect() as connection:
            if await connection.scalar(text("PRAGMA journal_mode")) != "wal":
                await connection.execute(text("PRAGMA journal_mode=WAL"))

    async def close(self) -> None:
        """Close all connections."""
        if self._threads is not None:
            self._threads.close()
        await self._engine.dispose()


def _sqlite(url: URL, busy_seconds: float) -> AsyncEngine:
    engine = create_async_engine(url, connect_args={"timeout": busy_seconds})
    _set_up(engine.sync_engine)

    @event.listens_for(engine.sync_engine, "invalidate")
    def roll_back(connection: Any, _record: Any, _error: BaseException | None) -> None:
        # A cancelled query's connection is closed with rows still to come; SQLite then keeps it,
        # and its transaction, until the cursor is collected. So the transaction ends first.
        with suppress(sqlite3.Error):
            connection.rollback()

    return engine


def _threads(url: URL, busy_seconds: float) -> Threads:
    blocking = url.set(drivername="sqlite+pysqlite")
    engine = create_engine(blocking, connect_args={"timeout": busy_seconds})
    _set_up(engine)
    return Threads(engine, writing={_BEGIN: "IMMEDIATE"})


def _set_up(engine: Engine) -> None:
    """Let all transactions of an SQLite engine begin with BEGIN, as the driver's own do not.

    Writers take the write lock at once (IMMEDIATE): a transaction that reads first and writes
    later could not wait for another writer.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("foreign_keys=ON", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        how = connection.get_execution_options().get(_BEGIN, "DEFERRED")
        if how is not None:
            connection.exec_driver_sql(f"BEGIN {how}")


def _server(url: URL, busy_seconds: float) -> AsyncEngine:
    own = url.query.get("options", "")
    options = f"{own} -c timezone=UTC -c lock_timeout={round(busy_seconds * 1000)}"
    url = url.update_query_dict({"options": options.strip()})
    if "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(_CONNECT_SECONDS)})
    engine = create_async_engine(url, pool_pre_ping=True)

    @event.listens_for(engine.sync_engine, "handle_error")
    def replace_broken(context: ExceptionContext) -> None:
        # Whatever a ping fails with, the connection is of no use: one whose last work was
        # cancelled at the wrong moment isn't closed but busy, which SQLAlchemy doesn't expect.
        context.is_disconnect = context.is_disconnect or context.is_pre_ping

    return engine
