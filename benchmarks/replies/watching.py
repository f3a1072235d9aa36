"""What a process and its children use of the machine, and how late its event loop was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import psutil

if TYPE_CHECKING:
    from pathlib import Path


class Usage(NamedTuple):
    """CPU seconds in the program's own code and in the kernel."""

    user: float = 0.0
    system: float = 0.0

    def __sub__(self, other: Usage) -> Usage:
        """Return what was used since."""
        return Usage(self.user - other.user, self.system - other.system)


def usage_of_all() -> Usage:
    """Return what all of the machine's processes have used so far."""
    times = psutil.cpu_times()
    return Usage(times.user + getattr(times, "nice", 0.0), times.system)


@dataclass(frozen=True, slots=True)
class Memory:
    """Mebibytes that are resident, and those of them that nobody shares."""

    rss: float
    uss: float


def usage_of(pid: int) -> Usage:
    """Return what a process and its children have used so far; nothing for pid 0."""
    if not pid:
        return Usage()
    times = [process.cpu_times() for process in family(pid)]
    return Usage(sum(one.user for one in times), sum(one.system for one in times))


def memory_of(pid: int) -> Memory:
    """Return the memory of a process and its children."""
    found = [process.memory_full_info() for process in family(pid)]
    return Memory(sum(m.rss for m in found) / 2**20, sum(m.uss for m in found) / 2**20)


def family(pid: int) -> list[psutil.Process]:
    """Return a process and its children."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def stalls(path: Path, begun: float, ended: float) -> list[float]:
    """Return the worst delay (seconds) of each stretch that the bot's heartbeat noted."""
    pairs = [line.split() for line in path.read_text("utf-8").splitlines()]
    return [float(pair[1]) for pair in pairs if len(pair) == 2 and begun <= float(pair[0]) <= ended]
