"""Figures of a store filled by hand; readings that are shared."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.types import Wanted
from bot.operations.families import FigureCollector
from bot.operations.figures import Shared, read_figures
from bot.store.deliveries import NewDelivery
from bot.store.engine import open_store
from bot.store.errors import UnreachableDatabaseError
from bot.store.figures import need_answer
from bot.store.records import Chat, Feedback
from bot.store.runs import INTERRUPTED
from bot.store.subscriptions import NewSubscription
from bot.store.urls import sqlite_url

NOW = datetime(2024, 5, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path):
    async with await open_store(sqlite_url(tmp_path / "n.db"), clock=lambda: NOW) as opened:
        yield opened


def shown(collector):
    samples = [sample for family in collector.collect() for sample in family.samples]
    return {
        sample.name.removeprefix("newsdesk_") + "".join(f" {v}" for v in sample.labels.values()): (
            sample.value
        )
        for sample in samples
    }


async def test_an_empty_store_has_zeros_and_no_last_sync(store):
    collector = FigureCollector()
    collector.figures = await read_figures(store)
    found = shown(collector)
    assert {name for name, value in found.items() if value} == {"database_up"}
    assert {"outbox_deliveries unknown", "feedback bad", "syncs interrupted"} <= set(found)
    assert not [name for name in found if name.startswith(("last_sync", "index"))]


async def test_figures_of_a_store(store):
    await store.chats.touch(Chat(1, "private", "Ann", "en"))
    for user, verdict in ((1, "good"), (2, "good"), (3, "bad")):
        given = Feedback(0, 1, "Who?", {}, verdict, "", NOW, answer_id=7, user_id=user)
        await store.chats.add_feedback(given)
    due = NOW - timedelta(seconds=90)
    await store.outbox.enqueue([NewDelivery(k, "b", 1, {"html": ["x"]}, due) for k in "abc"])
    await store.outbox.claim(1, "h", NOW, timedelta(seconds=20))
    await store.subscriptions.add(
        NewSubscription(1, None, Wanted("topic", "ferries"), "ferries", 0.45)
    )
    for problem, took in ((None, 5), (INTERRUPTED, 6), ("no room", 7), (None, 42)):
        run = await store.runs.begin("test", NOW)
        await store.runs.finish(run, NOW + timedelta(seconds=took), problem=problem)
    await store.runs.begin("test", NOW)
    collector = FigureCollector()
    collector.figures, collector.index = await read_figures(store), (12, 345)
    collector.lag = 0.5
    assert {name: value for name, value in shown(collector).items() if value} == {
        "event_loop_lag_seconds": 0.5,
        "database_up": 1,
        "index_generation": 12,
        "index_passages": 345,
        "feedback good": 2,
        "feedback bad": 1,
        "outbox_deliveries pending": 2,
        "outbox_deliveries claimed": 1,
        "outbox_lag_seconds": 90,
        "subscriptions active": 1,
        "syncs done": 2,
        "syncs interrupted": 1,
        "syncs failed": 1,
        "syncs running": 1,
        "last_sync_timestamp_seconds": (NOW + timedelta(seconds=42)).timestamp(),
        "last_sync_seconds": 42,
    }


async def test_a_deleted_database_does_not_answer(store, tmp_path):
    await need_answer(store.database)
    (tmp_path / "n.db").unlink()
    with pytest.raises(UnreachableDatabaseError, match=r"n\.db"):
        await need_answer(store.database)


async def test_what_is_read_is_shared_and_kept_for_a_while():
    now, read, gate = [0.0], [], asyncio.Event()

    async def work():
        read.append(now[0])
        await gate.wait()
        return len(read)

    shared = Shared(work, fresh=5, clock=lambda: now[0])
    both = asyncio.gather(shared.get(), shared.get())
    await asyncio.sleep(0)
    gate.set()
    assert await both == [1, 1]
    now[0] = 4.9
    assert await shared.get() == 1
    now[0] = 5.0
    assert await shared.get() == 2
    await shared.close()


async def test_who_has_waited_enough_leaves_the_reading_to_the_next():
    gate = asyncio.Event()

    async def work():
        await gate.wait()
        return "read"

    shared = Shared(work, patience=0.01)
    with pytest.raises(TimeoutError):
        await shared.get()
    gate.set()
    assert await shared.get() == "read"
    await shared.close()


async def test_a_failure_is_told_and_not_kept():
    outcomes = [ValueError("no"), "yes"]

    async def work():
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    shared = Shared(work, fresh=100)
    with pytest.raises(ValueError, match="no"):
        await shared.get()
    assert await shared.get() == "yes"
