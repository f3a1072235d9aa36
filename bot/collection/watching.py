"""Visits sources when they are due, and folders as soon as something in them changes."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.collection.reloading import Reloader
    from bot.store.records import Watched

logger = logging.getLogger(__name__)

_LONGEST_SLEEP = 30.0  # seconds; sources that another process adds are noticed after it
_SETTLE = 1500  # milliseconds of quiet before a changed folder is read


async def watch_sources(reloader: Reloader) -> None:
    """Keep the collection up to date until cancelled. A failure waits for the next round."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_visit_due(reloader), name="due sources")
        group.create_task(_follow_folders(reloader), name="changed folders")


async def _visit_due(reloader: Reloader) -> None:
    store, clock = reloader.collection.store, reloader.collection.clock
    while True:
        try:
            due = await store.sources.due(clock())
            if due:
                await _reload(reloader, "schedule", due)
            pause = await _until_next(reloader)
        except BotError as error:
            logger.warning("Sources could not be looked at: %s", error)
            pause = _LONGEST_SLEEP
        await asyncio.sleep(pause)


async def _until_next(reloader: Reloader) -> float:
    """Return the seconds until another source is due, 30 at most."""
    now = reloader.collection.clock()
    sources = await reloader.collection.store.sources.list()
    dues = [w.state.due for w in sources if w.source.enabled and w.state.due is not None]
    nearest = min(dues, default=now + timedelta(seconds=_LONGEST_SLEEP))
    return min(max((nearest - now).total_seconds(), 1.0), _LONGEST_SLEEP)


async def _follow_folders(reloader: Reloader) -> None:
    """Start a reload of the folders and files in which the system reports a change."""
    from watchfiles import awatch

    while True:
        watched = await _local(reloader)
        paths = {w.source.location for w in watched}
        if not paths:
            await asyncio.sleep(_LONGEST_SLEEP)
            continue
        stop = asyncio.Event()
        refresh = asyncio.create_task(_when_others(reloader, paths, stop))
        try:
            async for changes in awatch(*paths, stop_event=stop, debounce=_SETTLE):
                touched = [w for w in watched if _touches(w, {path for _, path in changes})]
                if touched:
                    await _reload(reloader, "folder", touched)
        except (OSError, RuntimeError) as error:
            logger.warning("Folders can't be watched (%s); they are visited when due", error)
            await asyncio.sleep(_LONGEST_SLEEP)
        finally:
            refresh.cancel()


async def _when_others(reloader: Reloader, paths: set[str], stop: asyncio.Event) -> None:
    """Set `stop` once other folders or files are to be watched than these."""
    while not stop.is_set():
        await asyncio.sleep(_LONGEST_SLEEP)
        if {w.source.location for w in await _local(reloader)} != paths:
            stop.set()


async def _local(reloader: Reloader) -> list[Watched]:
    try:
        sources = await reloader.collection.store.sources.list()
    except BotError as error:
        logger.warning("Sources could not be looked at: %s", error)
        return []
    local = [w for w in sources if w.source.kind in {"folder", "file"} and w.source.enabled]
    return await asyncio.to_thread(lambda: [w for w in local if Path(w.source.location).exists()])


def _touches(watched: Watched, paths: set[str]) -> bool:
    """Whether one of the changed paths is the source's file or in its folder."""
    place = Path(watched.source.location)
    return any(Path(path).is_relative_to(place) for path in paths)


async def _reload(reloader: Reloader, trigger: str, sources: Sequence[Watched]) -> None:
    """Reload these sources, after the reload that may be under way."""
    while True:
        reload, started = reloader.start(trigger, sources=sources)
        async for _ in reload.watch():
            pass
        if started:
            return
