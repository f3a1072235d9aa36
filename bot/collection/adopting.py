"""Takes the articles of an index that is older than its database into the database."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.errors import SourceExistsError
from bot.store.records import Arrival
from retrieval.errors import NothingIndexedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.settings import Settings
    from bot.store.engine import Store
    from bot.store.records import SourceKind
    from retrieval.index.generation import Generation
    from retrieval.index.home import IndexHome

_AT_ONCE = 500  # articles


async def adopt(
    store: Store,
    home: IndexHome,
    settings: Settings,
    *,
    now: datetime,
    warn: Callable[[str], None],
) -> None:
    """Fill a new store from the index beside it, and make its inputs sources.

    Without this the first sync would take everything indexed for removed. A store that has seen
    a sync, or a visit to a source, is left alone; articles alone may be those of an adoption that
    was killed, which is then done again from the start.
    """
    if not home.numbers() or await store.runs.last(1):
        return
    if any(w.state.checked for w in await store.sources.list()):
        return
    with suppress(NothingIndexedError):
        generation = await asyncio.to_thread(home.open, warn=warn)
        for start in range(0, generation.manifest.articles, _AT_ONCE):
            rows = range(start, min(start + _AT_ONCE, generation.manifest.articles))
            arrivals = await asyncio.to_thread(_arrivals, generation, rows)
            await store.articles.put(arrivals, source_id=None, seen_at=now)
        for kind, location in await asyncio.to_thread(_inputs, generation):
            with suppress(SourceExistsError):
                await store.sources.add(kind, location, every=settings.source_every)


def _inputs(generation: Generation) -> list[tuple[SourceKind, str]]:
    """Return the files and folders that the generation was made of, where they still are."""
    paths = [Path(location) for location in generation.manifest.inputs]
    return [("folder" if p.is_dir() else "file", str(p)) for p in paths if p.exists()]


def _arrivals(generation: Generation, rows: range) -> list[Arrival]:
    articles = (generation.article(row) for row in rows)
    return [Arrival(article, key=article.id) for article in articles]
