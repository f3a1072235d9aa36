"""Starts what is measured: a copy of the data folder, Telegram with the askers, and the bot."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from benchmarks.replies.load import Order, Round, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from multiprocessing.connection import Connection

ROOT = Path(__file__).parents[2]
START_SECONDS = 180.0


def copy_data(data: Path, place: Path) -> Path:
    """Return a data folder within `place` with the index of `data`; people's data stay behind."""
    copy = place / "data"
    copy.mkdir(parents=True)
    shutil.copytree(data / "index", copy / "index")
    if (data / "models").exists():
        shutil.copytree(data / "models", copy / "models")
    for extra in ("precision.json", "calibration.json"):
        if (data / extra).exists():
            shutil.copy(data / extra, copy)
    return copy


@dataclass
class Askers:
    """The process that is Telegram, by its channel."""

    channel: Connection
    url: str
    token: str

    def carry_out(self, order: Order) -> Round:
        """Have the askers do something and return what came of it."""
        self.begin(order)
        return self.result()

    def begin(self, order: Order) -> None:
        """Have the askers begin."""
        self.channel.send(order)

    def result(self) -> Round:
        """Wait for what comes of what was begun."""
        result = self.channel.recv()
        assert isinstance(result, Round)  # noqa: S101
        return result


@contextmanager
def asking(kind: str, chats: int, questions: Sequence[str]) -> Iterator[Askers]:
    """Run Telegram and its askers within the block."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=serve, args=(theirs, kind, chats, questions))
    process.start()
    url, token = ours.recv()
    try:
        yield Askers(ours, url, token)
    finally:
        with suppress(OSError):
            ours.send(None)
        process.join(10)
        if process.is_alive():
            process.terminate()


@dataclass
class Bot:
    """The running bot and the file of its heartbeat."""

    process: subprocess.Popen[bytes]
    lag: Path
    started: float

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid


@contextmanager
def running(
    askers: Askers,
    data: Path,
    place: Path,
    *,
    rates: str,
    plain: bool = False,
    profile: str = "-",
    further: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Bot]:
    """Run the bot within the block; `plain` without the wrapper that measures its event loop.

    `further` is added to its environment.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEWSDESK_")}
    environment |= {
        "NEWSDESK_TELEGRAM_TOKEN": askers.token,
        "NEWSDESK_TELEGRAM_API": askers.url,
        "NEWSDESK_QUESTIONS_PER_HOUR": "0",
        "NEWSDESK_QUESTIONS_PER_DAY": "0",
        "PYTHONPATH": str(ROOT),
        **further,
    }
    lag = place / "lag.txt"
    lag.unlink(missing_ok=True)
    ours = ["benchmarks.replies.program", str(lag), rates, profile, str(data)]
    words = ["bot", "--data", str(data), "run"] if plain else ours
    with (place / "bot.log").open("ab") as log:
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=place, env=environment, stdout=log, stderr=log
        )
        try:
            yield Bot(process, lag, started)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
            if process.wait() != 0:
                print(f"the bot ended with {process.returncode}:", file=sys.stderr)
                print((place / "bot.log").read_text("utf-8")[-4000:], file=sys.stderr)
