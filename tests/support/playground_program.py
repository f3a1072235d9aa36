"""`newsdesk playground` as a program of its own, over a small collection."""

from __future__ import annotations

import http.client
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.settings import load_settings
from tests.support.collections import index_paths
from tests.support.models import link_graphs
from tests.support.programs import PATIENCE, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from retrieval.embedding import Embedder

_URL = re.compile(rb"(http://127\.0\.0\.1:\d+)/?\S*\s")


@dataclass(frozen=True)
class Story:
    """An article for a test: paragraphs apart by a blank line, published so many days ago."""

    title: str
    text: str
    source: str = "Harbour Times"
    days: float = 1.0
    url: str | None = None


@dataclass(frozen=True)
class Playground:
    """The running program: its page's address, its articles' folder and its log."""

    url: str
    articles: Path
    log: Path
    started: datetime

    @property
    def port(self) -> int:
        """The page's port."""
        return int(self.url.rstrip("/").rpartition(":")[2])

    def publish(self, name: str, *stories: Story) -> None:
        """Write a file into the folder that the bot's source is; /reload takes it in."""
        write_stories(self.articles, name, stories, self.started)


def write_stories(folder: Path, name: str, stories: Sequence[Story], now: datetime) -> None:
    """Write articles as a file of JSON lines."""
    lines = [
        json.dumps(
            {
                "title": story.title,
                "text": story.text,
                "source": story.source,
                "published": (now - timedelta(days=story.days)).isoformat(),
                "url": story.url,
            }
        )
        for story in stories
    ]
    (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def playground(
    place: Path, stories: Sequence[Story], *, now: datetime, embedder: Embedder
) -> Iterator[Playground]:
    """Index the stories and run the program in `place`; it has to end well."""
    articles, data = place / "articles", place / "data"
    articles.mkdir()
    write_stories(articles, "first", stories, now)
    settings = load_settings(data=data, precision="float32")
    index_paths(settings, [articles], now=now, embedder=embedder)
    link_graphs(data)
    with running(data, place, now=now) as program:
        yield program


@contextmanager
def running(data: Path, place: Path, *, now: datetime) -> Iterator[Playground]:
    """Run the program over the index in `data`, its log in `place`; it has to end well."""
    log = place / "program.log"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NEWSDESK_")}
    chosen = {"NEWSDESK_PRECISION": "float32", "NEWSDESK_WATCH": "false"}
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "bot", "--data", str(data.absolute())),
                *("playground", "--no-browser", "--port", "0"),
            ],
            cwd=place,
            env={**clean, **chosen, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        try:
            url = _url_of(process, log)
            _wait_for_the_bot(url)
            yield Playground(url, place / "articles", log, now)
        finally:
            code = _ended(process)
    told = log.read_text(encoding="utf-8")
    assert code == 0, told
    assert "Traceback" not in told, told


def _url_of(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the page's address, which the program prints once the page is served."""
    assert process.stdout is not None
    said, until = b"", time.monotonic() + PATIENCE
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        while waiting.select(until - time.monotonic()):
            piece = os.read(process.stdout.fileno(), 4096)
            said += piece
            if found := _URL.search(said):
                return found[1].decode()
            if not piece:
                break
    told = log.read_text(encoding="utf-8", errors="replace")
    raise AssertionError(f"the program printed no address of a page but {said!r}\n{told}")


def _wait_for_the_bot(url: str) -> None:
    """Return once the bot takes updates, as the page's feed tells it."""
    with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)) as feed:
        feed.request("GET", "/api/feed")
        events = feed.getresponse()
        with closing(http.client.HTTPConnection(url.removeprefix("http://"))) as asking:
            asking.request("GET", "/api/state")
            status = json.load(asking.getresponse())["status"]
        until = time.monotonic() + PATIENCE
        while status["state"] != "running":
            assert time.monotonic() < until, f"the bot does not start: {status}"
            line = events.readline()
            assert line, "the page's feed broke off"
            told = json.loads(line.removeprefix(b"data:")) if line.startswith(b"data:") else {}
            if told.get("kind") == "status":
                status = told


def _ended(process: subprocess.Popen[bytes]) -> int:
    """Stop the program as Ctrl+C does and return its exit code."""
    assert process.stdout is not None
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    finally:
        process.stdout.close()
