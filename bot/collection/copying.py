"""A copy of a collection in a folder of its own, to be tried out without touching the original."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from bot.building import calibration_file, index_home, models_folder
from bot.errors import BotError
from bot.store.backup import backup, restore
from bot.store.engine import open_store
from bot.store.schema import ARTICLES, BARRED, CHANGES, ROUTES, RUNS, SOURCES
from bot.store.urls import FILE, database_url, file_of, parse_url, sqlite_url
from retrieval.index.home import IndexHome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from bot.settings import Settings

COLLECTION = (SOURCES, ARTICLES, ROUTES, RUNS, CHANGES, BARRED)
"""The tables that are the collection's; all others are people's."""


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """Give a fresh folder within `parent`, gone after the block; so are those of killed programs.

    Raises BotError if none can be made.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(dir=parent))
    except OSError as error:
        raise BotError(
            f"no folder can be made in {parent} ({error.strerror})",
            "free some space there or make it writable, or name another folder with --data",
        ) from error
    lock = FileLock(_lock_of(folder))
    lock.acquire()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        _lock_of(folder).unlink(missing_ok=True)
        with suppress(OSError):  # another program's are still in there
            parent.rmdir()


async def copy_collection(
    settings: Settings,
    into: Path,
    *,
    clock: Callable[[], datetime],
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Copy articles, sources and index to the data folder `into`; of people nothing.

    `on_progress` gets rows done and in all. Raises StoreError.
    """
    await asyncio.to_thread(_copy_index, settings, into)
    url = database_url(settings)
    file = file_of(parse_url(url))
    if file is not None and not file.exists():
        return  # an index from before there was a database; the first sync takes it over
    parcel = into / "collection.zip"
    async with await open_store(url, clock=clock) as store:
        await backup(store, parcel, tables=COLLECTION, on_progress=on_progress)
    async with await open_store(sqlite_url(into / FILE), clock=clock) as store:
        await restore(store, parcel)
    parcel.unlink()


def _copy_index(settings: Settings, into: Path) -> None:
    """Copy the current generation, as links where the disk has them: its files never change."""
    home = index_home(settings)
    generation = home.open()
    copy = IndexHome(into / "index")
    number = generation.manifest.number
    shutil.copytree(home.folder(number), copy.folder(number), copy_function=_link)
    copy.swap(number)
    for file in (calibration_file(settings), settings.data / "precision.json"):
        with suppress(FileNotFoundError):
            shutil.copy2(file, into)
    models, unfinished = models_folder(settings), shutil.ignore_patterns("*.new", "*.lock")
    with suppress(FileNotFoundError):
        shutil.copytree(models, into / models.name, copy_function=_link, ignore=unfinished)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _sweep(parent: Path) -> None:
    """Remove the folders whose programs are gone."""
    for folder in [one for one in parent.iterdir() if one.is_dir()]:
        lock = FileLock(_lock_of(folder))
        with suppress(Timeout), lock.acquire(blocking=False):
            shutil.rmtree(folder, ignore_errors=True)
            _lock_of(folder).unlink(missing_ok=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")
