"""What one answer costs in SQL: each thing read once, and what belongs together written at once."""

from __future__ import annotations

import asyncio
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.playground.state import BotApiState
from bot.store.engine import open_store
from bot.store.urls import sqlite_url
from tests.bot.telegram.telegram_bench import bot_at_work
from tests.support.articles import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.playground.people import User
    from bot.store.engine import Store

TABLE = re.compile(r"(?:FROM|INTO|UPDATE) (\w+)")
OF_ANSWERS = {"answers", "asks", "chats", "turns", "updates", "users"}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(sqlite_url(tmp_path / "n.db"), clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def state() -> BotApiState:
    return BotApiState()


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann")


@contextmanager
def transactions() -> Iterator[list[list[str]]]:
    """Collect the statements about answers of each transaction, as verb and table."""
    running: dict[int, list[str]] = {}
    ended: list[list[str]] = []

    def execute(connection, _cursor, statement, *_rest) -> None:
        found = TABLE.search(statement)
        if found and found[1] in OF_ANSWERS:
            one = running.setdefault(id(connection), [])
            one.append(f"{statement.split()[0]} {found[1]}")

    def end(connection) -> None:
        if one := running.pop(id(connection), None):
            ended.append(one)

    listeners = {"before_cursor_execute": execute, "commit": end, "rollback": end}
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    try:
        yield ended
    finally:
        for name, listener in listeners.items():
            event.remove(Engine, name, listener)


async def test_an_answer_takes_two_reads_and_four_writes(state, ann, store):
    async with bot_at_work(state, store=store):
        with transactions() as ended:
            state.say(ann, "One?")
            await state.next_message(ann)
            while FINISHED not in ended:  # noqa: ASYNC110 - told from another thread
                await asyncio.sleep(0.01)
            ended.clear()
            state.say(ann, "Two?")
            await state.next_message(ann)
            while FINISHED not in ended:  # noqa: ASYNC110 - told from another thread
                await asyncio.sleep(0.01)
    # The chat is noted once it is first seen, which may come after the first answer.
    assert ended[ended.index(["INSERT updates"]) :] == [
        ["INSERT updates"],
        ["SELECT users"],
        ["SELECT chats", "SELECT users", "SELECT asks", "SELECT turns"],
        [
            "INSERT chats",
            "SELECT chats",
            "INSERT answers",
            "DELETE answers",
            "INSERT asks",
        ],
        ["UPDATE updates"],
        FINISHED,
    ]
    assert [turn.question for turn in await store.chats.turns(ann.id, None, 9)] == ["One?", "Two?"]
    assert len(await store.asks.of(ann.id, NOW.replace(year=2000))) == 2


FINISHED = ["UPDATE answers", "SELECT chats", "INSERT turns", "DELETE turns", "UPDATE updates"]
