"""A program on a pseudo-terminal, its screen read as a person would. POSIX only."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING, Self

from tests.support.vt_screen import Screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

PATIENCE = 120.0  # seconds; enough on a busy machine, and never waited for where all is well

# What a session's first process has to do so that Ctrl-C reaches it, and then become the program.
_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


class Terminal:
    """Runs a program; leaving the block ends it if it hasn't ended."""

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str], *, columns: int, rows: int
    ) -> None:
        self.screen = Screen(columns, rows)
        self.raw = ""
        self.status: int | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._fd, end = pty.openpty()
        # The size is there before the program is, as in a terminal's window.
        self.resize(columns, rows)
        # Not pty.fork(): a fork of a process with threads may crash before it becomes a program.
        self._program = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *argv],
            env=dict(env),
            stdin=end,
            stdout=end,
            stderr=end,
            start_new_session=True,
        )
        os.close(end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.status is None:
            self._program.kill()
            self._program.wait()
        os.close(self._fd)

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(columns, rows)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, *wanted: str, gone: str = "\0") -> None:
        """Read until all that is wanted stands on the screen, and what is to be gone does not."""
        end = time.monotonic() + PATIENCE
        while not (all(one in self.screen.text() for one in wanted) and self._lacks(gone)):
            assert self._read(end), f"never shown: {wanted}\n{self.screen.text()}"

    def settle(self, seconds: float = 0.3) -> None:
        """Read for a while; for pictures."""
        end = time.monotonic() + seconds
        while self._read(end):
            pass

    def wait(self) -> int:
        """Return the exit code once the program has ended."""
        end = time.monotonic() + PATIENCE
        while self._read(end):
            pass
        assert time.monotonic() < end, f"never ended\n{self.screen.text()}"
        self.status = self._program.wait(PATIENCE)
        return self.status

    def _lacks(self, gone: str) -> bool:
        return gone not in self.screen.text()

    def _read(self, end: float) -> bool:
        """Read what has come, answering what the program asks; False at the end or too late."""
        ready, _, _ = select.select([self._fd], [], [], max(0.0, end - time.monotonic()))
        try:
            data = os.read(self._fd, 65536) if ready else b""
        except OSError:  # Linux's way of saying that the program closed its end
            return False
        if not data:
            return False
        text = self._decoder.decode(data)
        self.raw += text
        self.screen.feed(text)
        if self.screen.answers:
            answers, self.screen.answers = self.screen.answers, b""
            os.write(self._fd, answers)
        return True
