"""The parent's side: worker processes that are started when needed, reused, and ended in time."""

from __future__ import annotations

import atexit
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.readers.confined.extracted import (
    Unreadable,
    from_json,
    read_message,
    write_message,
)
from retrieval.readers.confined.limits import IDLE_SECONDS, OUT_OF_MEMORY, WALL_SECONDS

if TYPE_CHECKING:
    from retrieval.readers.confined.extracted import Outcome, Task

WORKER = str(Path(__file__).with_name("worker.py"))
_OWN = re.compile("NEWSDESK_", re.IGNORECASE)
MOST_WORKERS = 2
# Parsers leak a little; a worker that has read so many documents is replaced.
MOST_TASKS = 2000
# Well before an idle worker ends itself, so that no document meets it just then.
_STALE_SECONDS = IDLE_SECONDS / 2

_TOO_SLOW = Unreadable(
    "reading it takes too long",
    "it may be damaged or made to harm; open it and save its text as .txt",
)
_TOO_LARGE = Unreadable(
    "reading it takes too much memory",
    "it may be damaged or made to harm; open it and save its text as .txt",
)
_CRASHED = Unreadable(
    "it brought the program that reads such documents down",
    "it may be damaged or made to harm; open it and save its text as .txt",
)


def extract(task: Task, data: bytes) -> Outcome:
    """Extract the paragraphs of a document in a worker process, waiting for one if all are busy.

    Raises nothing; safe to call from any thread.
    """
    return _SANDBOX.run(task, data)


class _Worker:
    """One worker process. Raises OSError if it can't be started."""

    def __init__(self) -> None:
        root = str(Path(__file__).parents[3])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        # Tokens and database addresses are no business of a program that reads documents.
        known = {name: value for name, value in os.environ.items() if not _OWN.match(name)}
        self._process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-P", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**known, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self._tasks = 0
        self._last_used = time.monotonic()

    def fit(self) -> bool:
        """Tell whether it may take another document."""
        fresh = time.monotonic() - self._last_used < _STALE_SECONDS
        return fresh and self._tasks < MOST_TASKS and self._process.poll() is None

    def ask(self, task: Task, data: bytes) -> Outcome:
        """Hand it a document. When it ends over it, say why."""
        self._tasks += 1
        late = threading.Event()
        timer = threading.Timer(WALL_SECONDS, self._end_late, (late,))
        timer.daemon = True
        timer.start()
        try:
            outcome = self._exchange(task, data)
        finally:
            timer.cancel()
        self._last_used = time.monotonic()
        return outcome if outcome is not None else self._post_mortem(late=late.is_set())

    def end(self) -> None:
        """End the process, whatever it is doing, and close its pipes."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what it was yet to be told
                    continue
        self._process.wait()

    def _exchange(self, task: Task, data: bytes) -> Outcome | None:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return None
        try:
            write_message(stdin, asdict(task), data)
            message = read_message(stdout)
            return None if message is None else from_json(message[0])
        except (OSError, ValueError, TypeError, LookupError):
            return None

    def _end_late(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def _post_mortem(self, *, late: bool) -> Unreadable:
        self.end()
        code = self._process.returncode
        ended_by = _signal_name(code)
        if late or ended_by == "SIGPROF":
            return _TOO_SLOW
        # The system's own way with a process that takes too much is to kill it.
        if code == OUT_OF_MEMORY or ended_by == "SIGKILL":
            return _TOO_LARGE
        return _CRASHED


def _signal_name(code: int) -> str:
    """Return the name of the signal that ended a process, or "" if none did."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return ""


class _Sandbox:
    """The workers of this process, at most two at a time."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(MOST_WORKERS)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []

    def run(self, task: Task, data: bytes) -> Outcome:
        with self._free:
            try:
                worker = self._take()
            except OSError as error:
                reason = error.strerror or str(error)
                problem = f"the program that reads such documents can't be started ({reason})"
                return Unreadable(problem, "see that the computer has memory to spare, and retry")
            try:
                outcome = worker.ask(task, data)
            except BaseException:  # interrupted: what it would say next belongs to this document
                worker.end()
                raise
            self._put_back(worker)
            return outcome

    def close(self) -> None:
        """End the idle workers."""
        with self._lock:
            workers, self._idle = self._idle, []
        for worker in workers:
            worker.end()

    def _take(self) -> _Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                return _Worker()
            if worker.fit():
                return worker
            worker.end()

    def _put_back(self, worker: _Worker) -> None:
        if worker.fit():
            with self._lock:
                self._idle.append(worker)
        else:
            worker.end()


_SANDBOX = _Sandbox()
atexit.register(_SANDBOX.close)
