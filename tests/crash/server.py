"""Runs jobs, each in a forked child of a process that has only imported what they need.

Reads jobs as lines of JSON and answers each with a line: the signal that ended the child, if one
did, and its exit code. `python -m tests.crash.server`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import struct
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.collection import adopting
from bot.collection.events import Indexing, Visiting
from bot.collection.opening import open_collection
from bot.settings import load_settings
from bot.store.errors import SourceExistsError
from tests.crash.steps import Kill, Steps
from tests.support.embedders import FakeEmbedder

if TYPE_CHECKING:
    from bot.collection.events import SyncEvent
    from bot.collection.syncing import Collection

PASSAGE_TOKENS = 16
SOURCES = (("folder", "news", False), ("folder", "wire", True), ("file", "lines.jsonl", True))


@dataclass(frozen=True)
class Job:
    """What a child does: `action` is sync, adopt or rollback; `out` is where it tells of it."""

    action: str
    data: str
    inputs: str
    now: str
    out: str
    kill: tuple[str, int, float | None] | None = None


def serve() -> None:
    """Answer jobs until there are no more."""
    _warm_up()
    for line in sys.stdin:
        job = Job(**json.loads(line))
        from_child, to_parent = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(from_child)
            _be_child(job, to_parent)
        os.close(to_parent)
        if delay := os.read(from_child, 8):
            time.sleep(struct.unpack("d", delay)[0])
            os.kill(child, signal.SIGKILL)  # not waited for yet, so the number is still its own
        os.close(from_child)
        _, status = os.waitpid(child, 0)
        by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        code = None if by else os.WEXITSTATUS(status)
        print(json.dumps({"signal": by, "code": code}), flush=True)


def _warm_up() -> None:
    """Import what the children import while they work, without starting a thread."""
    import alembic.command  # noqa: F401
    import datasketch
    import sqlalchemy.dialects.sqlite.aiosqlite  # noqa: F401

    assert datasketch
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a fork would lose threads"


def _be_child(job: Job, channel: int) -> None:
    code = 1
    try:
        kill = Kill(*job.kill) if job.kill else None
        steps = Steps(Path(job.data), kill, channel)
        steps.watch()
        error = asyncio.run(_act(job, steps))
        steps.step("end")
        told = {"error": error, "torch": "torch" in sys.modules, "times": steps.times}
        Path(job.out).write_text(json.dumps(told), encoding="utf-8")
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
        traceback.print_exc()
    finally:
        os._exit(code)


async def _act(job: Job, steps: Steps) -> tuple[str, str] | None:
    """Do the job; returns the error's name and text if it ended with one."""
    adopting._AT_ONCE = 5  # so that a handful of articles comes in several batches
    settings = load_settings(data=Path(job.data), model="fake", passage_tokens=PASSAGE_TOKENS)
    now = datetime.fromisoformat(job.now)
    try:
        async with open_collection(
            settings, clock=lambda: now, embedder=FakeEmbedder
        ) as collection:
            if job.action == "rollback":
                await collection.rollback()
                return None
            if job.action == "sync":
                await _add_sources(collection, Path(job.inputs))
            await collection.sync(trigger=job.action, tell=lambda event: _tell(steps, event))
            steps.step("close")
    except Exception as error:  # noqa: BLE001 - the parent judges it
        return type(error).__name__, str(error)
    return None


async def _add_sources(collection: Collection, inputs: Path) -> None:
    for kind, name, mirror in SOURCES:
        place: Any = str(inputs / name)
        with suppress(SourceExistsError):
            await collection.store.sources.add(kind, place, every=900, mirror=mirror)


def _tell(steps: Steps, event: SyncEvent) -> None:
    match event:
        case Visiting():
            steps.step("told: visiting")
        case Indexing(stage=stage):
            steps.step(f"told: {stage}")


if __name__ == "__main__":
    serve()
