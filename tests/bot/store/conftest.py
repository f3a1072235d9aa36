"""The store on both databases. Without PostgreSQL its half is left out, and the summary says so."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.store.engine import open_store
from bot.store.urls import sqlite_url
from tests.support.articles import NOW
from tests.support.postgresql import MISSING, find_binaries, server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from bot.store.engine import Store
    from tests.support.postgresql import Server

_numbers = itertools.count(1)


class Clock:
    """Time stands still until it is moved on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move_on(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Run a server with a database "template" that holds the present schema."""
    binaries = find_binaries()
    if binaries is None or importlib.util.find_spec("psycopg") is None:
        pytest.skip(MISSING)
    with server(binaries) as running:
        running.execute("CREATE DATABASE template")
        asyncio.run(_migrate(running.url("template")))
        yield running


async def _migrate(url: str) -> None:
    async with await open_store(url, clock=lambda: NOW):
        pass


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """Return the URL of a fresh database."""
    name = f"test_{next(_numbers)}"
    postgresql.execute(f"CREATE DATABASE {name} TEMPLATE template")
    yield postgresql.url(name)
    postgresql.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def file_url(tmp_path) -> str:
    """Return the URL of an SQLite file that isn't there yet."""
    return sqlite_url(tmp_path / "newsdesk.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request) -> str:
    return request.getfixturevalue("file_url" if request.param == "sqlite" else "postgresql_url")


@pytest.fixture
def other_url(url, request, tmp_path) -> str:
    """Return the URL of a fresh database of the other kind."""
    if url.startswith("sqlite"):
        return request.getfixturevalue("postgresql_url")
    return sqlite_url(tmp_path / "other.db")


@pytest.fixture
async def store(url, clock) -> AsyncIterator[Store]:
    async with await open_store(url, clock=clock, busy_seconds=20) as opened:
        yield opened
