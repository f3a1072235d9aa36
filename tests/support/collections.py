"""A collection over files of a test, indexed as the command line does it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.collection.locating import source_at
from bot.collection.opening import open_collection

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.collection.events import SyncReport
    from bot.settings import Settings
    from retrieval.embedding import Embedder


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 14, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


def write_article(folder: Path, name: str, text: str) -> Path:
    """Write a file that holds the article "News of NAME"."""
    path = folder / f"{name}.txt"
    path.write_text(f"News of {name}\n\n{text}\n", encoding="utf-8")
    return path


def index_paths(
    settings: Settings, paths: Sequence[Path], *, now: datetime, embedder: Embedder
) -> SyncReport:
    """Make `paths` sources and sync them."""

    async def work() -> SyncReport:
        async with open_collection(
            settings, clock=lambda: now, embedder=lambda: embedder
        ) as collection:
            sources = [await source_at(collection, str(path)) for path in paths]
            return await collection.sync(trigger="test", sources=sources)

    with ThreadPoolExecutor(1) as thread:  # a test may have an event loop of its own
        return thread.submit(asyncio.run, work()).result()
