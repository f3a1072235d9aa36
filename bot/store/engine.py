"""The store: opened, brought up to date, closed."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Self

from bot.store.alerts import AlertStore
from bot.store.answers import AnswerStore
from bot.store.articles import ArticleStore
from bot.store.asks import AskStore
from bot.store.audit import AuditStore
from bot.store.barring import BarredStore
from bot.store.broadcasts import BroadcastStore
from bot.store.chats import ChatStore
from bot.store.database import Database
from bot.store.errors import ReadOnlyDatabaseError, UnreachableDatabaseError
from bot.store.exchanges import ExchangeStore
from bot.store.inbox import InboxStore
from bot.store.matches import MatchStore
from bot.store.migrate import revision_of, upgrade
from bot.store.outbox import OutboxStore
from bot.store.people import PeopleStore
from bot.store.runs import RunStore
from bot.store.schema import REVISION
from bot.store.sources import SourceStore
from bot.store.subscriptions import SubscriptionStore
from bot.store.urls import file_of, parse_url

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import URL

BUSY_SECONDS = 5.0


class Store:
    """Everything that Newsdesk keeps in SQL. An async context manager; for one event loop."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.clock = clock
        self.articles = ArticleStore(database)
        self.barred = BarredStore(database, clock)
        self.sources = SourceStore(database, clock)
        self.runs = RunStore(database)
        self.chats = ChatStore(database, clock)
        self.inbox = InboxStore(database, clock)
        self.answers = AnswerStore(database)
        self.people = PeopleStore(database, clock)
        self.audit = AuditStore(database, clock)
        self.outbox = OutboxStore(database, clock)
        self.broadcasts = BroadcastStore(database, clock, self.outbox)
        self.asks = AskStore(database, clock)
        self.exchanges = ExchangeStore(database, self.chats, self.asks, self.inbox)
        self.subscriptions = SubscriptionStore(database, clock)
        self.matches = MatchStore(database, clock)
        self.alerts = AlertStore(database, clock)

    async def close(self) -> None:
        """Close all connections; what was written is kept."""
        await self.database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def open_store(
    url: str, *, clock: Callable[[], datetime], busy_seconds: float = BUSY_SECONDS
) -> Store:
    """Open a database; make it, or bring its schema up to date, where needed.

    `busy_seconds` is how long to wait for another process. Raises ConfigurationError for a URL
    that can't be used and the other StoreErrors; a database that can't be brought up to date is
    left as it was.
    """
    parsed = parse_url(url)
    file = file_of(parsed)
    if file is not None:
        _make_folder(file)
        await asyncio.to_thread(_try_file, parsed, file)
    database = Database(parsed, busy_seconds=busy_seconds)
    try:
        await _bring_up_to_date(database)
    except BaseException:
        await database.close()
        raise
    return Store(database, clock)


async def _bring_up_to_date(database: Database) -> None:
    async with database.reading() as connection:
        revision = await connection.run_sync(revision_of)
    if revision != REVISION:
        await database.write(lambda connection: connection.run_sync(upgrade), collection=True)
    if database.is_sqlite:
        try:
            await database.use_wal()
        except ReadOnlyDatabaseError:
            return  # reading goes on; what writes will say so


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnreachableDatabaseError(
            f"the folder of the database {file} can't be made ({error.strerror})",
            "check NEWSDESK_DATA and NEWSDESK_DATABASE",
        ) from error


def _try_file(url: URL, file: Path) -> None:
    """Open an SQLite file once by itself: the async driver leaves a thread behind if that fails."""
    options = "&".join(f"{key}={value}" for key, value in url.query.items() if key != "uri")
    name = url.database or ""
    uri = "uri" in url.query
    try:
        sqlite3.connect(f"{name}?{options}" if uri and options else name, uri=uri).close()
    except sqlite3.Error as error:
        raise UnreachableDatabaseError(
            f"the database {file} can't be opened", "check the path and its permissions"
        ) from error
