"""Opens a data folder's collection with the settings' database and limits."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.collection.syncing import Collection
from bot.sources.fetching import Fetcher, Limits
from bot.store.engine import open_store
from bot.store.urls import database_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.settings import Settings
    from retrieval.embedding import Embedder


def make_fetcher(settings: Settings) -> Fetcher:
    """Return the fetcher that the settings describe, not yet open."""
    return Fetcher(
        limits=Limits(max_bytes=settings.fetch_max_bytes, seconds=settings.fetch_seconds),
        allowed_hosts=settings.fetch_allowed_hosts,
        version=version("newsdesk"),
    )


@asynccontextmanager
async def open_collection(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    embedder: Callable[[], Embedder] | None = None,
    warn: Callable[[str], None] = lambda _line: None,
) -> AsyncIterator[Collection]:
    """Give the collection; its database is made or brought up to date. Raises StoreError.

    `embedder` gives a model that is loaded already; else one is loaded when it is needed.
    """
    async with (
        await open_store(database_url(settings), clock=clock) as store,
        make_fetcher(settings) as fetcher,
    ):
        yield Collection(settings, store, fetcher, clock=clock, embedder=embedder, warn=warn)
