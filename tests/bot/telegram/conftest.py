from __future__ import annotations

import io
import logging
import sys
from typing import TYPE_CHECKING

import pytest

from bot.operations.logs import setup_logging
from bot.playground.state import DEFAULT_TOKEN, BotApiState

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def state() -> BotApiState:
    return BotApiState()


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
