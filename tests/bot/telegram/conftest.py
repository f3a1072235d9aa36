from __future__ import annotations

import io
import logging
import sys
from typing import TYPE_CHECKING

import pytest
from alerts_bench import newsroom_at
from answers_bench import ann, clock, store  # noqa: F401 - fixtures, unless a file has its own
from tending_bench import reloading

from bot.operations.logs import setup_logging
from bot.playground.state import DEFAULT_TOKEN, BotApiState
from tests.support.site import Site, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from alerts_bench import Newsroom

    from bot.collection.reloading import Reloader
    from bot.playground.people import User
    from retrieval.embedding import Embedder


@pytest.fixture
async def newsroom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: Embedder
) -> AsyncIterator[Newsroom]:
    monkeypatch.chdir(tmp_path)
    async with newsroom_at(tmp_path, embedder) as made:
        yield made


@pytest.fixture
def state() -> BotApiState:
    return BotApiState()


@pytest.fixture
def boss(state: BotApiState) -> User:
    return state.add_user("Boss")


@pytest.fixture
async def reloader(tmp_path: Path) -> AsyncIterator[Reloader]:
    """Over a collection that is empty yet."""
    async with reloading(tmp_path / "data") as made:
        yield made


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as running:
        running.article("ferry", "The ferry is back", "The ferry crosses the bay again.")
        running.article("crane", "A crane for the quay", "A crane of forty tons was set up.")
        yield running


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the program's own log shows, at its most talkative."""
    out = io.StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    names = ("aiosqlite", "httpx", "httpcore", "telegram", "asyncio")
    chatty = [logging.getLogger(name) for name in names]
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", out)
        setup_logging([f" {DEFAULT_TOKEN}\n", ""], "DEBUG")
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)
    for logger in chatty:
        logger.setLevel(logging.NOTSET)
