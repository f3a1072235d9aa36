"""Edits from the outbox: over the real library and HTTP, with the message there, gone or unsure."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from telegram_bench import bot_at_work

from bot.playground.faults import HangUp
from bot.store.deliveries import NewDelivery
from bot.store.engine import open_store
from bot.store.records import Chat
from bot.store.schema import DELIVERIES
from bot.store.urls import sqlite_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.people import User
    from bot.playground.state import BotApiState
    from bot.store.engine import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = sqlite_url(tmp_path / "n.db")
    async with await open_store(url, clock=lambda: datetime.now(UTC)) as opened:
        yield opened


@pytest.fixture
async def ann(state: BotApiState, store: Store) -> User:
    person = state.add_user("Ann")
    await store.chats.touch(Chat(person.id, "private", "Ann", "en"))
    return person


async def enqueue(store: Store, ann: User, key: str, **payload: Any) -> None:
    await store.outbox.enqueue([NewDelivery(key, "alerts", ann.id, payload, store.clock())])


async def settled(store: Store, key: str) -> tuple[str, list[int], str | None]:
    query = DELIVERIES.select().where(DELIVERIES.c.key == key, DELIVERIES.c.settled.is_not(None))
    while True:
        async with store.database.reading() as connection:
            row = (await connection.execute(query)).first()
        if row is not None:
            return row.state, row.message_ids, row.problem
        await asyncio.sleep(0.01)


async def test_an_alert_is_edited_where_it_stands(state, store, ann):
    async with bot_at_work(state, store=store):
        await enqueue(store, ann, "alert", html=["<b>First</b>"], keyboard=[[["More", "r:1"]]])
        sent = await state.next_message(ann)
        kind, (number,), _ = await settled(store, "alert")
        assert (kind, number) == ("sent", sent.id)
        edit = {"message_id": number}
        await enqueue(
            store, ann, "e1", html=["<b>Second</b>"], keyboard=[[["X", "r:2"]]], edit=edit
        )
        edited = await state.next_edit(ann)
        assert (edited.id, edited.text) == (number, "Second")
        assert [list(row) for row in edited.buttons] == [["X"]]
        assert await settled(store, "e1") == ("sent", [number], None)
        await enqueue(
            store, ann, "e2", html=["<b>Second</b>"], keyboard=[[["X", "r:2"]]], edit=edit
        )
        assert (await settled(store, "e2"))[0] == "sent", "the same again is no error"
    assert len(state.calls("sendMessage")) == 1


async def test_an_edit_of_what_is_gone_is_given_up_at_once(state, store, ann):
    async with bot_at_work(state, store=store):
        await enqueue(store, ann, "e", html=["x"], edit={"message_id": 4711})
        kind, _, problem = await settled(store, "e")
        assert kind == "failed"
        assert "not found" in str(problem)
        chat = await store.chats.get(ann.id)
        assert chat is not None
        assert chat.gone is None
    assert len(state.calls("editMessageText")) == 1


async def test_an_edit_that_may_have_arrived_is_made_again(state, store, ann):
    async with bot_at_work(state, store=store):
        await enqueue(store, ann, "alert", html=["First"])
        sent = await state.next_message(ann)
        await settled(store, "alert")
        state.faults.plan("editMessageText", HangUp(after=True))
        await enqueue(store, ann, "e", html=["Second"], edit={"message_id": sent.id})
        assert (await settled(store, "e"))[0] == "sent"
    assert len(state.calls("editMessageText")) == 2
