"""Where the bot's threads are, seen from inside its process every few milliseconds.

A timer interrupts the main thread, which runs the event loop; its handler notes the main thread's
stack, those of all other threads, and how much CPU each used. A sample of the main thread falls
wherever it is at that moment, waiting for the interpreter's lock included. Others are seen when
the main thread gets the lock, so within C code that lets go of it, or where they had to let go.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import greenlet  # type: ignore[import-untyped]
import psutil

if TYPE_CHECKING:
    from pathlib import Path
    from types import CodeType, FrameType

INTERVAL = 0.005  # seconds
_IDLE = ("wait", "select", "_wait_for_tstate_lock")
Stack = tuple[tuple["CodeType", int], ...]


class Sampler:
    """Samples between SIGUSR1 and SIGUSR2, then writes a JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stacks: Counter[tuple[str, Stack]] = Counter()
        self._samples = 0
        self._begun: dict[str, Any] = {}
        self._names: dict[int | None, str] = {}
        self._main = threading.main_thread().ident

    def arm(self) -> None:
        """Wait for the signals."""
        signal.signal(signal.SIGUSR1, self._start)
        signal.signal(signal.SIGUSR2, self._stop)
        signal.signal(signal.SIGALRM, self._sample)

    def _start(self, *_: object) -> None:
        self._begun = _usage()
        signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)

    def _sample(self, _number: int, frame: FrameType | None) -> None:
        self._samples += 1
        self._stacks["main", _stack(frame, greenlets=True)] += 1
        for ident, there in sys._current_frames().items():  # noqa: SLF001 - what it is for
            if ident != self._main and there.f_code.co_name not in _IDLE:
                self._stacks[self._name(ident), _stack(there)] += 1

    def _name(self, ident: int) -> str:
        if ident not in self._names:
            self._names = {one.ident: _plain(one) for one in threading.enumerate()}
        return self._names.get(ident, "?")

    def _stop(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        ended = _usage()
        threads = {
            name: [b - a for a, b in zip(self._begun.get(name, (0.0, 0.0)), used, strict=True)]
            for name, used in ended.items()
        }
        frames: dict[tuple[CodeType, int], int] = {}
        stacks = [
            [thread, count, [frames.setdefault(frame, len(frames)) for frame in stack]]
            for (thread, stack), count in self._stacks.most_common()
        ]
        found = {
            "seconds": threads.pop("wall")[0],
            "samples": self._samples,
            "cpu": threads,
            "stacks": stacks,
            "frames": [_written(code, line) for code, line in frames],
        }
        self._path.write_text(json.dumps(found), encoding="utf-8")


def _stack(frame: FrameType | None, *, greenlets: bool = False) -> Stack:
    """Return the frames from the innermost out, past the edges of greenlets."""
    stack = []
    within = greenlet.getcurrent() if greenlets else None
    while frame is not None:
        stack.append((frame.f_code, frame.f_lineno or 0))  # it may be None
        frame = frame.f_back
        if frame is None and within is not None and within.parent is not None:
            within = within.parent
            frame = within.gr_frame
    return tuple(stack)


def _plain(thread: threading.Thread) -> str:
    """Return a thread's name without its number."""
    return "SQLite" if "connection_worker" in thread.name else thread.name.rstrip("0123456789_")


def _written(code: CodeType, line: int) -> list[Any]:
    return [code.co_filename, code.co_qualname, line]


def _usage() -> dict[str, tuple[float, float]]:
    """Return each thread's user and system CPU seconds by its name without a number, and all."""
    names = {one.native_id: _plain(one) for one in threading.enumerate()}
    process = psutil.Process()
    whole = process.cpu_times()
    used = {"wall": (time.monotonic(), 0.0), "process": (whole.user, whole.system)}
    for thread in process.threads():
        name = names.get(thread.id, "not Python's")
        user, system = used.get(name, (0.0, 0.0))
        used[name] = user + thread.user_time, system + thread.system_time
    return used
