"""Transactions in threads: whole or not at all, in order, at the price of one change of thread."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import event, func, insert, select, text
from sqlalchemy.engine import Engine

from bot.store.engine import open_store
from bot.store.errors import FullDiskError, LockedDatabaseError, ReadOnlyDatabaseError, StoreError
from bot.store.schema import CHATS
from tests.support.articles import NOW


def chat(number):
    row = {"id": number, "kind": "private", "title": "c", "language": "en", "settings": {}}
    return insert(CHATS).values(row | {"created": NOW})


@pytest.fixture
async def sqlite_store(file_url, clock):
    async with await open_store(file_url, clock=clock, busy_seconds=20) as opened:
        yield opened


async def ids(store):
    async def work(connection):
        return list(await connection.scalars(select(CHATS.c.id).order_by(CHATS.c.id)))

    return await store.database.read(work)


class Held:
    """Work that stays where it is, in its thread, until it is let go."""

    def __init__(self, *, before=(), after=()):
        self.before, self.after = before, after
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.ended = False

    async def __call__(self, connection):
        for number in self.before:
            await connection.execute(chat(number))
        self.reached.set()
        self.go_on.wait(60)
        for number in self.after:
            await connection.execute(chat(number))
        self.ended = True

    async def is_reached(self):
        assert await asyncio.to_thread(self.reached.wait, 60)

    async def cancel(self, task):
        """Cancel the task, twice, while the work is held, and let it go on."""
        await self.is_reached()
        for _ in range(2):
            task.cancel()
            for _ in range(5):
                await asyncio.sleep(0)
        assert not task.done(), "its transaction is still open"
        self.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    ("before", "after"), [((1,), (2,)), ((1, 2), ()), ((), (1, 2))], ids=["amid", "last", "first"]
)
async def test_a_cancelled_write_is_undone_and_over_when_its_caller_hears(
    sqlite_store, tmp_path, before, after
):
    held = Held(before=before, after=after)
    await held.cancel(asyncio.create_task(sqlite_store.database.write(held)))
    assert held.ended is not bool(after)  # it stops at its next statement
    with sqlite3.connect(tmp_path / "newsdesk.db", timeout=0, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM chats").fetchone() == (0,)
        other.execute("ROLLBACK")
    other.close()
    await sqlite_store.database.write(lambda connection: connection.execute(chat(3)))
    assert await ids(sqlite_store) == [3]


async def test_a_cancelled_read_is_over_when_its_caller_hears(sqlite_store):
    held = Held()
    await held.cancel(asyncio.create_task(sqlite_store.database.read(held)))
    assert await ids(sqlite_store) == []


async def test_a_write_cancelled_before_its_turn_never_begins(sqlite_store):
    held = Held(before=(1,))
    first = asyncio.create_task(sqlite_store.database.write(held))
    await held.is_reached()
    second = asyncio.create_task(
        sqlite_store.database.write(lambda connection: connection.execute(chat(2)))
    )
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    held.go_on.set()
    await first
    assert await ids(sqlite_store) == [1]


async def test_a_read_that_finds_no_free_thread_can_be_cancelled_at_once(sqlite_store):
    held = [Held() for _ in range(4)]
    busy = [asyncio.create_task(sqlite_store.database.read(one)) for one in held]
    for one in held:
        await one.is_reached()
    waiting = asyncio.create_task(ids(sqlite_store))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    for one in held:
        one.go_on.set()
    await asyncio.gather(*busy)


async def test_while_another_process_holds_the_file_reading_goes_on(file_url, clock, tmp_path):
    async with await open_store(file_url, clock=clock, busy_seconds=0.1) as store:
        with sqlite3.connect(tmp_path / "newsdesk.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LockedDatabaseError, match="another process holds"):
                await store.database.write(lambda connection: connection.execute(chat(1)))
            assert await ids(store) == []
            other.execute("ROLLBACK")
        other.close()
        await store.database.write(lambda connection: connection.execute(chat(2)))
        assert await ids(store) == [2]


async def test_failures_have_their_names(file_url, sqlite_store, clock, tmp_path):
    engine = sqlite_store.database._threads._reading

    def limit(connection, *_):
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are, no more

    event.listen(engine, "checkout", limit)

    async def fill(connection):
        for number in range(300):
            row = {"id": number, "kind": "private", "title": "c" * 2000, "language": "en"}
            await connection.execute(insert(CHATS).values(row | {"settings": {}, "created": NOW}))

    with pytest.raises(FullDiskError, match="no room is left"):
        await sqlite_store.database.write(fill)
    event.remove(engine, "checkout", limit)
    assert await ids(sqlite_store) == []
    with pytest.raises(StoreError, match="failed"):
        await sqlite_store.database.read(
            lambda connection: connection.execute(text("SELECT * FROM nothing"))
        )
    read_only = f"sqlite:///file:{tmp_path}/newsdesk.db?mode=ro&uri=true"
    async with await open_store(read_only, clock=clock) as store:
        assert await ids(store) == []
        with pytest.raises(ReadOnlyDatabaseError, match="can't be written"):
            await store.database.write(lambda connection: connection.execute(chat(1)))


async def test_a_closed_store_has_no_threads_and_can_be_used_again(sqlite_store):
    def at_work():
        return [one for one in threading.enumerate() if one.name.startswith("sql-")]

    others = len(at_work())
    await sqlite_store.database.write(lambda connection: connection.execute(chat(1)))
    assert await ids(sqlite_store) == [1]
    assert len(at_work()) == others + 2
    await sqlite_store.close()
    assert len(at_work()) == others
    await sqlite_store.database.write(lambda connection: connection.execute(chat(2)))
    assert await ids(sqlite_store) == [1, 2]


async def test_connections_are_set_up_as_the_others_are(file_url, clock):
    names = ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")

    async def work(connection):
        return [await connection.scalar(text(f"PRAGMA {name}")) for name in names]

    async with await open_store(file_url, clock=clock, busy_seconds=7) as store:
        assert await store.database.read(work) == ["wal", 1, 7000, 1]
        assert await store.database.write(work) == ["wal", 1, 7000, 1]


async def test_writers_take_turns_in_the_order_they_came(store):
    seen = []

    def work(number):
        async def write(connection):
            seen.append(number)
            await connection.execute(chat(number))

        return write

    kinds = [{"collection": number % 3 == 0} for number in range(12)]
    writes = [store.database.write(work(n), **kind) for n, kind in enumerate(kinds)]
    if store.database.is_sqlite:
        await asyncio.gather(*writes)
        assert seen == list(range(12))
    else:
        for write in writes:
            await write
    assert await ids(store) == list(range(12))


async def test_a_read_sees_one_state(sqlite_store):
    counts = []
    reached, go_on = threading.Event(), threading.Event()

    async def twice(connection):
        counts.append(await connection.scalar(select(func.count()).select_from(CHATS)))
        reached.set()
        go_on.wait(60)
        counts.append(await connection.scalar(select(func.count()).select_from(CHATS)))

    reading = asyncio.create_task(sqlite_store.database.read(twice))
    assert await asyncio.to_thread(reached.wait, 60)
    await sqlite_store.database.write(lambda connection: connection.execute(chat(1)))
    go_on.set()
    await reading
    assert counts == [0, 0]
    assert await ids(sqlite_store) == [1]


async def test_work_that_fails_or_is_to_be_undone_leaves_nothing(store):
    async def fail(connection):
        await connection.execute(chat(1))
        raise KeyError

    with pytest.raises(KeyError):
        await store.database.write(fail)

    async def add(connection):
        await connection.execute(chat(2))
        return await connection.scalar(select(func.count()).select_from(CHATS))

    assert await store.database.write(add, undo=True) == 1
    assert await store.database.read(add) == 1
    assert await ids(store) == []


@pytest.mark.parametrize("other", [lambda: asyncio.sleep(0), lambda: asyncio.to_thread(int)])
async def test_work_that_awaits_anything_else_is_refused_and_undone(sqlite_store, other):
    async def work(connection):
        await connection.execute(chat(1))
        waiting = other()
        try:
            await waiting
        finally:
            waiting.close()

    for run in (sqlite_store.database.write, sqlite_store.database.read):
        with pytest.raises(RuntimeError, match=r"something else than statements|no running event"):
            await run(work)
    await sqlite_store.database.write(work, collection=True)
    assert await ids(sqlite_store) == [1]


async def test_a_transaction_changes_threads_once_however_many_statements_it_has(
    sqlite_store, monkeypatch
):
    loop, calls = asyncio.get_running_loop(), []
    really_call = loop.call_soon_threadsafe

    def call(*args, **kwargs):
        calls.append(args)
        return really_call(*args, **kwargs)

    monkeypatch.setattr(loop, "call_soon_threadsafe", call)

    async def many(connection):
        for number in range(50):
            await connection.execute(chat(number))

    await sqlite_store.database.write(many)
    assert len(calls) == 1
    await ids(sqlite_store)
    assert len(calls) == 2


async def test_statements_and_ends_are_told_as_everywhere(store):
    """What kills at a statement, and whatever else watches SQL, relies on SQLAlchemy's events."""
    told = []

    def execute(_connection, _cursor, statement, *_):
        told.append(statement.split()[0])

    ends = {name: (lambda _, name=name: told.append(name)) for name in ("commit", "rollback")}
    event.listen(Engine, "before_cursor_execute", execute)
    for name, tell in ends.items():
        event.listen(Engine, name, tell)
    try:
        await store.database.write(lambda connection: connection.execute(chat(1)))
        assert [one for one in told if one != "BEGIN"] == ["INSERT", "commit"]
        assert ("BEGIN" in told) is store.database.is_sqlite
    finally:
        event.remove(Engine, "before_cursor_execute", execute)
        for name, tell in ends.items():
            event.remove(Engine, name, tell)
