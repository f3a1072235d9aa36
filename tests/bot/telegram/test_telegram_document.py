"""docs/telegram.md names the commands that there are, and no others."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from pydantic import SecretStr
from telegram.ext import CommandHandler
from telegram_bench import FixedDesk, FixedSettings

from bot.chat.deep_links import AskQuestion, parse_start, question_payload
from bot.playground.state import DEFAULT_TOKEN
from bot.store.engine import open_store
from bot.store.urls import sqlite_url
from bot.telegram.application import build_application
from tests.support.articles import NOW

if TYPE_CHECKING:
    from bot.alerting.service import Alerting
    from bot.collection.reloading import Reloader

TEXT = (Path(__file__).parents[3] / "docs" / "telegram.md").read_text("utf-8")


async def test_the_commands_are_those_of_the_bot(tmp_path: Path) -> None:
    settings = FixedSettings(SecretStr(DEFAULT_TOKEN), "http://127.0.0.1:1")
    async with await open_store(sqlite_url(tmp_path / "n.db"), clock=lambda: NOW) as store:
        desk: Any = FixedDesk()
        reloader = cast("Reloader", SimpleNamespace(collection=SimpleNamespace(store=store)))
        alerting = cast("Alerting", SimpleNamespace())
        application = build_application(settings, desk, reloader, store, alerting=alerting)
    registered = {
        command
        for group in application.handlers.values()
        for handler in group
        if isinstance(handler, CommandHandler)
        for command in handler.commands
    }
    documented = re.findall(r"^\| `/(\w+)` \|", TEXT, re.MULTILINE)
    assert len(registered) > 10
    assert sorted(documented) == sorted(registered)


@pytest.mark.parametrize("size", [46, 47])
def test_the_longest_question_in_a_link(size: int) -> None:
    assert "at most 46\nbytes before the encoding" in TEXT
    payload = question_payload("a" * size)
    assert (payload is not None) == (size == 46)
    assert payload is None or parse_start(payload) == AskQuestion("a" * 46)
