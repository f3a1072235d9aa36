"""Counts what a process does to its data folder, step by step, and kills it at a chosen one.

A step is told just before it happens: opening, renaming, deleting and locking files (Python's
audit events), writing and fsync (wrapped), SQL statements and transaction ends (SQLAlchemy's
events), and what the sync itself tells. What native code does between two steps is reached by a
delay: the parent then kills the process that much later.
"""

from __future__ import annotations

import builtins
import io
import os
import re
import signal
import struct
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_SQL = re.compile(
    r"\s*(INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|CREATE (?:UNIQUE )?INDEX|SELECT|PRAGMA|BEGIN)"
    r"(?:\s+(?:\w+ ON )?(\w+))?"
)
_SEGMENT = re.compile(r"[0-9a-f]{32}\.")
_NUMBER = re.compile(r"\d{6}")
_WRITING = os.O_WRONLY | os.O_RDWR
_PATH_EVENTS = {
    "os.rename": "rename",
    "os.remove": "delete",
    "os.rmdir": "delete folder",
    "os.mkdir": "make folder",
    "shutil.copyfile": "copy",
    "sqlite3.connect": "connect to",
}


@dataclass(frozen=True)
class Kill:
    """Die at the `nth` step of this kind, or `delay` seconds after it."""

    kind: str
    nth: int
    delay: float | None = None


class Steps:
    """Counts steps of a process in the folder `root`; `channel` leads to the parent."""

    def __init__(self, root: Path, kill: Kill | None, channel: int) -> None:
        self.root = str(root)
        self.counts: Counter[str] = Counter()
        self.times: list[tuple[str, int, float]] = []
        self._kill = kill
        self._channel = channel
        self._lock = threading.RLock()

    def step(self, kind: str, before: Callable[[], object] = lambda: None) -> None:
        """Note a step; if it is the one to die at, do `before` and die."""
        with self._lock:
            self.counts[kind] += 1
            nth = self.counts[kind]
            self.times.append((kind, nth, time.perf_counter()))
            kill = self._kill
            if kill is None or (kind, nth) != (kill.kind, kill.nth):
                return
            if kill.delay is not None:
                os.write(self._channel, struct.pack("d", kill.delay))
                return
            before()
            os.kill(os.getpid(), signal.SIGKILL)

    def within(self, path: object) -> str | None:
        """Return what a path in the folder is called in a step's kind; None for one outside."""
        if isinstance(path, bytes | os.PathLike):
            path = os.fsdecode(path)
        if not isinstance(path, str) or not path.startswith(self.root):
            return None
        inner = Path(path[len(self.root) :])
        name = "a segment" if _SEGMENT.match(inner.name) else _NUMBER.sub("N", inner.name)
        working = any(part.endswith(".new") for part in inner.parts[:-1])
        return f"working {name}" if working else name

    def watch(self) -> None:
        """Begin to count, for as long as the process lives."""
        self._wrap_files()
        self._wrap_fsync()
        self.watch_sql()
        sys.addaudithook(self._audit)

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            self._opened(*args)
        elif event == "fcntl.flock":
            self.step("lock")
        elif (verb := _PATH_EVENTS.get(event)) and (name := self.within(_whole(event, args))):
            self.step(f"{verb} {name}")

    def _opened(self, path: object, mode: str | None, flags: int) -> None:
        if (name := self.within(path)) is None:
            return
        if (mode is not None and mode.strip("rbt")) or (mode is None and flags & _WRITING):
            self.step(f"open {name}")
        else:
            self.step("read index" if name != "CURRENT" else "read CURRENT")

    def _wrap_files(self) -> None:
        """Make Python's own writing to files a step, in which the half is written."""
        steps, really_open = self, builtins.open

        class Torn(io.FileIO):
            def write(self, data: Any, /) -> int:
                half = memoryview(data).cast("B")[: memoryview(data).nbytes // 2]
                kind = f"write {steps.within(self.name)}"
                steps.step(kind, lambda: super(Torn, self).write(half))
                return super().write(data)

        def opened(
            file: Any,
            mode: str = "r",
            buffering: int = -1,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            *rest: Any,
        ) -> IO[Any]:
            if not set(mode) & set("wax") or "+" in mode or steps.within(file) is None:
                return really_open(file, mode, buffering, encoding, errors, newline, *rest)
            raw = Torn(file, mode.replace("b", "").replace("t", ""))
            if buffering == 0:
                return raw
            buffered = io.BufferedWriter(raw)
            if "b" in mode:
                return buffered
            return io.TextIOWrapper(buffered, encoding, errors, newline)

        builtins.open = opened  # type: ignore[assignment]
        io.open = opened  # type: ignore[assignment]

    def _wrap_fsync(self) -> None:
        really_fsync = os.fsync

        def fsync(descriptor: Any) -> None:
            number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
            self.step(f"fsync {self.within(_opened_as(number))}")
            really_fsync(descriptor)

        os.fsync = fsync

    def watch_sql(self) -> None:
        """Begin to count statements and transactions' ends alone."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        def execute(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            found = _SQL.match(statement)
            verb, table = (found[1], found[2] or "") if found else ("other statement", "")
            self.step(f"sql {verb}" if verb == "SELECT" else f"sql {verb} {table}".rstrip())

        event.listen(Engine, "before_cursor_execute", execute)
        for end in ("commit", "rollback"):
            event.listen(Engine, end, lambda _conn, end=end: self.step(f"sql {end}"))


def _whole(event: str, args: tuple[Any, ...]) -> object:
    """Return the path of an event; one that is relative to an open folder is put together."""
    path = args[1] if event == "shutil.copyfile" else args[0]
    folder = {"os.remove": 1, "os.rmdir": 1, "os.mkdir": 2}.get(event)
    if folder is not None and isinstance(args[folder], int) and args[folder] >= 0:
        return _opened_as(args[folder]) / os.fsdecode(path)
    return path


def _opened_as(descriptor: int) -> Path:
    """Return the path under which a file or folder was opened."""
    return Path(f"/proc/self/fd/{descriptor}").readlink()
