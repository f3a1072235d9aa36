"""Files of a folder or a single one → arrivals, reading only what changed."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from bot.sources.events import Unchanged
from bot.sources.problems import Problem
from bot.store.records import Arrival
from retrieval.readers import Noted, Origin, Skipped, read_file
from retrieval.readers.jsonl import read_jsonl
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from bot.sources.events import Step
    from retrieval.readers import ReadItem

_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


def stamp(path: Path) -> str | None:
    """Return size, time of change and inode of a file as one sign, or None if it can't be asked."""
    try:
        status = path.stat()
    except OSError:
        return None
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ino}"


def holds_lines(path: Path) -> bool:
    """Tell whether a file holds an article a line, by its name."""
    return path.name.lower().endswith(_LINES)


def key_of(path: Path, root: Path) -> str:
    """Name a file within its source: its path below `root`, with "/", in printable Unicode."""
    return path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode()


def read_whole(path: Path, key: str, sign: str, *, now: datetime) -> Iterator[Step]:
    """Read a file of one article; `sign` is its stamp."""
    for item in read_file(path, fetched=now):
        yield _told(item, key, sign)


def read_lines(
    path: Path, key: str, known: Mapping[str, str], keys: set[str], *, now: datetime
) -> Iterator[Step]:
    """Read the new lines of a JSON lines file, packed or not; add all lines' keys to `keys`.

    A line's key is the file's and a digest of the line, so a line that is known is neither
    parsed nor read again, wherever it stands now.
    """
    lines = _Lines(key, known, keys)
    origin = Origin(os.path.realpath(path), None, now)
    try:
        with path.open("rb") as stream:
            for item in read_jsonl(stream, origin, skip=lines.skip):
                yield _told(item, lines.key, "")
    except OSError as error:
        reason = error.strerror or str(error)
        yield Problem(str(path), f"it can't be read ({reason})", "check the file and retry")
    if lines.unchanged:
        yield Unchanged(lines.unchanged)


class _Lines:
    """Remembers the key of the line that is being read."""

    def __init__(self, file_key: str, known: Mapping[str, str], keys: set[str]) -> None:
        self._prefix = f"{file_key}:"
        self._known = known
        self._keys = keys
        self.key = ""
        self.unchanged = 0

    def skip(self, line: bytes) -> bool:
        # SHA-256 is the fastest where processors have instructions for it, as most do.
        digest = hashlib.sha256(line.rstrip(b"\r\n")).hexdigest()[:32]
        self.key = self._prefix + digest
        self._keys.add(self.key)
        known = self.key in self._known
        self.unchanged += known
        return known


def _told(item: ReadItem, key: str, sign: str) -> Step:
    match item:
        case Article():
            return Arrival(item, key, sign)
        case Skipped() | Noted():
            return Problem(item.location, item.problem, item.remedy)
