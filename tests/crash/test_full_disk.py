"""A disk that fills up during a sync: one line says so, what was good stays in use.

NEWSDESK_CRASH_POINTS and NEWSDESK_CRASH_SEED as in test_kills.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.crash.rounds import Server, play
from tests.crash.test_kills import POINTS, SEED
from tests.crash.verdicts import after_kill, after_recovery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.crash.rounds import Round

_SIZES = 12 if POINTS else 1  # per round
_CLEAR = {"IndexWriteError", "FullDiskError"}
_DISK = 4 << 20  # bytes


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return the root of a file system of its own, 4 MB large."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(place)]
    made = shutil.which("mount") and subprocess.run(mount, capture_output=True, check=False)
    if not made or made.returncode:
        pytest.skip("a file system of its own needs the right to mount one")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_sync_on_a_full_disk_says_so_and_the_next_goes_on(tmp_path: Path, disk: Path) -> None:
    random = Random(SEED)  # noqa: S311 - to be drawn again, not to be secret
    told: Counter[str] = Counter()
    wrong: list[str] = []
    with Server(tmp_path / "server") as server:

        def fill(made: Round) -> None:
            need = _room_needed(server, made, disk)
            for _ in range(_SIZES):
                room = random.randrange(0, need)
                error, problems = _sync_with(room, server, made, disk)
                told[error] += 1
                wrong.extend(f"{made.name}, {room} bytes: {problem}" for problem in problems)

        play(server, tmp_path / "rounds", fill, last="sync that prunes")
    print(f"\nseed {SEED}; {told.total()} full disks: {dict(told)}")
    assert not wrong, "\n".join(wrong)
    assert told.keys() & _CLEAR


def _room_needed(server: Server, made: Round, disk: Path) -> int:
    """Return in bytes how much the undisturbed sync adds to the disk, and some more."""
    data = disk / "data"
    shutil.copytree(made.start, data)
    before = shutil.disk_usage(disk).free
    assert server.run(**made.job(data))["error"] is None
    need = before - shutil.disk_usage(disk).free
    shutil.rmtree(data)
    # While it runs it holds the old and the new, and the database's log beside the database.
    return max(need, 100_000) * 2


def _sync_with(room: int, server: Server, made: Round, disk: Path) -> tuple[str, list[str]]:
    """Sync with this many bytes left; returns the error's name and what is wrong."""
    data, ballast = disk / "data", disk / "ballast"
    shutil.copytree(made.start, data)
    try:
        _fill(ballast, max(shutil.disk_usage(disk).free - room, 0))
        name, text = server.run(**made.job(data))["error"] or ("no error", "one line")
        problems = []
        if name not in {*_CLEAR, "no error"} or "\n" in text or ";" not in f"{text};":
            problems.append(f"told as {name}: {text}")
        ballast.unlink()
        problems += after_kill(data, made.expected)
        if (error := server.run(**made.next_sync(data))["error"]) is not None:
            problems.append(f"the next sync: {error}")
        problems += after_recovery(data, made.expected)
        return name, problems
    finally:
        ballast.unlink(missing_ok=True)
        shutil.rmtree(data)


def _fill(path: Path, size: int) -> None:
    with path.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, size) if size else None
