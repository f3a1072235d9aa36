"""The folder that holds the generations, and which of them is current.

CURRENT             the current generation's number, replaced as one step
generations/000042  a generation
LOCK, HOLDER        who is changing the index
CACHEDIR.TAG        says that all of it can be made again
vectors.spool       vectors of a sync that has not ended
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from retrieval.errors import (
    DamagedIndexError,
    IndexBusyError,
    IndexWriteError,
    NoRollbackError,
    NothingIndexedError,
)
from retrieval.index.generation import Generation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime
    from pathlib import Path

# Tells backups, and whoever looks for articles, that all here can be made again. The signature is
# the one that bford.info/cachedir asks for.
_CACHE_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# Newsdesk's index\n"
_HINT = "index some articles first: `newsdesk index PATH`"


class IndexHome:
    """The index of one data directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generations = path / "generations"
        self.spool = path / "vectors.spool"
        self._current = path / "CURRENT"

    def current(self) -> int | None:
        """Return the current generation's number, None before the first."""
        try:
            text = self._current.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise DamagedIndexError(f"{self._current}: can't be read") from error
        if not text.isdigit():
            raise DamagedIndexError(
                f"{self._current}: names no generation",
                "the next `newsdesk index` writes it anew",
            )
        return int(text)

    def numbers(self) -> list[int]:
        """Return the numbers of the whole generations on disk, lowest first."""
        if not self.generations.is_dir():
            return []
        return sorted(int(p.name) for p in self.generations.iterdir() if p.name.isdigit())

    def folder(self, number: int) -> Path:
        """Return the folder of generation `number`, whether it is there or not."""
        return self.generations / f"{number:06d}"

    def open(self, *, warn: Callable[[str], None] = lambda _line: None) -> Generation:
        """Open the current generation, or the newest good one before it.

        Each damaged one is told to `warn` in a line. Raises NothingIndexedError when there is
        none at all, DamagedIndexError when none is good.
        """
        numbers = self.numbers()
        try:
            current = self.current()
        except DamagedIndexError as error:
            warn(str(error))
            current = max(numbers, default=None)
        if current is None and not numbers:
            raise NothingIndexedError(f"nothing is indexed in {self.path.parent}", _HINT)
        if current is not None and current not in numbers:
            warn(f"generation {current} is missing from {self.generations}")
        first_error: DamagedIndexError | None = None
        for number in sorted((n for n in numbers if current is None or n <= current), reverse=True):
            try:
                generation = Generation(self.folder(number))
            except DamagedIndexError as error:
                first_error = first_error or error
                warn(f"generation {number} is damaged and left aside: {error}")
            else:
                return generation
        raise first_error or DamagedIndexError(
            f"{self.generations}: generation {current} is missing",
            "index your articles again: `newsdesk index --rebuild PATH`",
        )

    def swap(self, number: int) -> None:
        """Make `number` the current generation in one step. Raises OSError."""
        temporary = self._current.with_suffix(".new")
        with temporary.open("w", encoding="ascii") as stream:
            stream.write(f"{number:06d}\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(self._current)
        sync_folder(self.path)

    def rollback(self, *, now: datetime) -> Generation:
        """Make the newest good generation before the current one current, and return it.

        Raises NoRollbackError when there is none before it, IndexBusyError while a sync runs.
        """
        with self.lock(now=now):
            current = self.current() or max(self.numbers(), default=0)
            for number in sorted((n for n in self.numbers() if n < current), reverse=True):
                with suppress(DamagedIndexError):
                    generation = Generation(self.folder(number))
                    self.swap(number)
                    return generation
        raise NoRollbackError(
            f"there is no good generation before {current} to go back to",
            "`newsdesk index --rebuild` makes a new one from the stored articles",
        )

    def clean(self, number: int) -> None:
        """Delete what killed syncs left beside generation `number` and the one before it."""
        before = max((n for n in self.numbers() if n < number), default=number)
        self._current.with_suffix(".new").unlink(missing_ok=True)
        self.spool.unlink(missing_ok=True)
        self.prune(keep={number, before})

    def prune(self, *, keep: Collection[int]) -> None:
        """Delete all generations but those of `keep`, and what killed syncs left behind."""
        kept = {f"{n:06d}" for n in keep}
        if not self.generations.is_dir():
            return
        for entry in self.generations.iterdir():
            if entry.name not in kept:
                shutil.rmtree(entry, ignore_errors=True)

    @contextmanager
    def lock(self, *, now: datetime) -> Iterator[None]:
        """Hold the right to change the index.

        Raises IndexBusyError that names who has it, IndexWriteError if the disk refuses.
        """
        holder = self.path / "HOLDER"
        lock = FileLock(self.path / "LOCK", timeout=0)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with lock:
                _tag(self.path / "CACHEDIR.TAG")
                holder.write_text(
                    json.dumps({"pid": os.getpid(), "since": now.isoformat(timespec="seconds")}),
                    encoding="utf-8",
                )
                lock.acquire()  # once more: the first hold ends with the block
        except Timeout as error:
            raise IndexBusyError(
                f"the index is being changed by {_describe(holder)}", "try again when it is done"
            ) from error
        except OSError as error:
            raise IndexWriteError.of(self.path, error) from error
        try:
            yield
        finally:
            with suppress(OSError):
                holder.unlink()
            lock.release()


def sync_folder(folder: Path) -> None:
    """Hand a folder's entries to the disk, so that a power cut can't undo a rename."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tag(path: Path) -> None:
    """Write the tag where it is missing or was torn."""
    with suppress(OSError):
        if path.read_bytes() == _CACHE_TAG.encode("ascii"):
            return
    path.write_text(_CACHE_TAG, encoding="ascii")


def _describe(holder: Path) -> str:
    try:
        record = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {record['pid']} since {record['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
