"""Files that admins send: kept in a folder of the data folder that is a source like any other."""

from __future__ import annotations

import asyncio
import os
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from bot.store.errors import SourceExistsError
from retrieval.readers import SUFFIXES

if TYPE_CHECKING:
    from bot.collection.syncing import Collection
    from bot.store.records import Watched

FOLDER = "uploads"
NOT_READ = frozenset({".doc"})
MOST_TWINS = 1000  # files of one name

_STEM_BYTES = 120
_TYPES = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
# What is special in no file system, shell or log; the rest becomes "_".
_UNSAFE = re.compile(r"[^\w.()+ -]+|\s+")


@dataclass(frozen=True, slots=True)
class Saved:
    """A file in the folder of uploads; `fresh` unless the very same was there."""

    path: Path
    fresh: bool


def safe_name(name: str, mime_type: str = "") -> str | None:
    """Return the name under which a file is kept, None if files of its kind aren't read.

    It stays recognisable, and is one name within a folder, not hidden, of letters, digits and a
    few signs, and short enough for any file system. Pure.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2].strip()
    lowered = last.lower()
    endings = (suffix for suffix in SUFFIXES - NOT_READ if lowered.endswith(suffix))
    suffix = max(endings, key=len, default="")
    if not suffix:
        if "." in last or mime_type not in _TYPES:
            return None
        stem, suffix = last, _TYPES[mime_type]
    else:
        stem = last[: -len(suffix)]
    stem = _UNSAFE.sub("_", stem).strip("._ -")
    short = stem.encode("utf-8", "replace")[:_STEM_BYTES].decode("utf-8", "ignore").rstrip("._ -")
    return f"{short or 'document'}{suffix}"


def save(folder: Path, name: str, content: bytes) -> Saved:
    """Keep a file durably under a name that `safe_name` gave; nothing is ever overwritten.

    The very same file is kept once; another of the name gets a number. Whoever looks sees all of
    it or nothing. Raises OSError.
    """
    suffix = max((s for s in SUFFIXES if name.endswith(s)), key=len, default="")
    stem = name.removesuffix(suffix)
    temporary = _written(folder, content)
    try:
        for number in range(1, MOST_TWINS):
            path = folder / (f"{stem}-{number}{suffix}" if number > 1 else name)
            if _claimed(temporary, path):
                _sync_folder(folder)
                return Saved(path, fresh=True)
            if _holds(path, content):
                return Saved(path, fresh=False)
    finally:
        temporary.unlink(missing_ok=True)
    raise FileExistsError(f"there are {MOST_TWINS} files called {name}")


async def uploads_source(collection: Collection) -> Watched:
    """Return the source of uploads; folder and source are made if they aren't there.

    Raises OSError, StoreError. The source is there before any file is: what is saved and not
    indexed, as the program was killed, is found at its next visit.
    """
    folder = (collection.settings.data / FOLDER).resolve()
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    store, every = collection.store, collection.settings.source_every
    with suppress(SourceExistsError):
        await store.sources.add("folder", str(folder), every=every, name=FOLDER)
    return await store.sources.get(str(folder))


def _written(folder: Path, content: bytes) -> Path:
    """Write a hidden file, which no visit reads, and hand it to the disk."""
    handle, name = mkstemp(prefix=".upload-", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _claimed(temporary: Path, path: Path) -> bool:
    """Give the file its name unless that is taken; as one step."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        return _claimed_without_links(temporary, path)
    return True


def _claimed_without_links(temporary: Path, path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    temporary.replace(path)
    return True


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _sync_folder(folder: Path) -> None:
    """Make the name as durable as the file, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
