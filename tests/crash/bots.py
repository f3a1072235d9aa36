"""Runs bots, each in a forked child of a process that has only imported what they need.

Reads bots as lines of JSON and answers each with two lines: its process id, and how it ended.
`python -m tests.crash.bots`.
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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.crash.steps import Kill, Steps
from tests.support import bot_program

if TYPE_CHECKING:
    from typing import Self

ROOT = Path(__file__).parents[2]
_PATIENCE = 120


@dataclass(frozen=True)
class Life:
    """How a bot is to live; `kill` is the step of its own at which it dies (see Steps)."""

    bot: dict[str, Any]
    kill: tuple[str, int, float | None] | None = None


def serve() -> None:
    """Let bots live one after the other until there are no more."""
    _warm_up()
    for line in sys.stdin:
        life = Life(**json.loads(line))
        from_child, to_parent = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(from_child)
            _be_child(life, to_parent)
        os.close(to_parent)
        print(json.dumps({"pid": child}), flush=True)
        if delay := os.read(from_child, 8):
            time.sleep(struct.unpack("d", delay)[0])
            os.kill(child, signal.SIGKILL)  # not waited for yet, so the number is still its own
        os.close(from_child)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


def _warm_up() -> None:
    """Import what the children import while they work, without starting a thread."""
    import alembic.command  # noqa: F401
    import sqlalchemy.dialects.sqlite.aiosqlite  # noqa: F401

    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a fork would lose threads"
    assert "torch" not in sys.modules


def _be_child(life: Life, channel: int) -> None:
    code = 1
    try:
        Steps(Path.cwd(), Kill(*life.kill) if life.kill else None, channel).watch_sql()
        asyncio.run(bot_program.main(**life.bot))
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
        traceback.print_exc()
    finally:
        os._exit(code)


class Nursery:
    """The process above, for one event loop. One bot lives at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "bots.log"
        self._process: asyncio.subprocess.Process
        self._pidfd = -1

    async def __aenter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.crash.bots"),
                cwd=self._folder,
                env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._pidfd >= 0:
            self.send(signal.SIGKILL)
            await self.ended()
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()

    async def start(self, life: Life) -> None:
        """Let a bot begin to live."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asdict(life)).encode() + b"\n")
        self._pidfd = os.pidfd_open((await self._told())["pid"])

    def send(self, what: signal.Signals) -> None:
        """Send a signal to the bot, also if it just ended."""
        if self._pidfd >= 0:
            try:
                signal.pidfd_send_signal(self._pidfd, what)
            except ProcessLookupError:
                return

    async def ended(self) -> int:
        """Return the exit code once the bot has ended; minus the signal's number if one did it."""
        code = (await self._told())["code"]
        os.close(self._pidfd)
        self._pidfd = -1
        return int(code)

    def log(self) -> str:
        """Return what all of them logged."""
        return self._log.read_text("utf-8")

    async def _told(self) -> dict[str, Any]:
        assert self._process.stdout
        line = await asyncio.wait_for(self._process.stdout.readline(), _PATIENCE)
        assert line, f"no bot can be started:\n{self.log()}"
        told: dict[str, Any] = json.loads(line)
        return told


if __name__ == "__main__":
    serve()
