"""What goes wrong: one clear line each, nothing lost, no password shown."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from bot.errors import ConfigurationError, ExitCode, exit_code
from bot.store.engine import open_store
from bot.store.errors import (
    DamagedDatabaseError,
    FullDiskError,
    LockedDatabaseError,
    MissingExtraError,
    NewerDatabaseError,
    ReadOnlyDatabaseError,
    StoreError,
    UnreachableDatabaseError,
)
from bot.store.records import Arrival
from bot.store.urls import parse_url, shown
from tests.support.articles import NOW, make_article


async def put(store, *texts, **options):
    arrivals = [Arrival(make_article(name, name), name) for name in texts]
    return await store.articles.put(arrivals, source_id=None, seen_at=NOW, **options)


async def refused(error, match, awaitable):
    with pytest.raises(error, match=match) as caught:
        await awaitable
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    assert exit_code(caught.value) in (ExitCode.FAILED, ExitCode.CONFIGURATION)


async def test_a_newer_database_is_left_alone(url, clock):
    async with await open_store(url, clock=clock) as store:
        await put(store, "a")
        await store.database.write(
            lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        )
    await refused(NewerDatabaseError, "newer Newsdesk.*9999", open_store(url, clock=clock))
    store_url = parse_url(url)
    if store_url.get_backend_name() == "sqlite":
        with sqlite3.connect(store_url.database) as connection:
            assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)
        connection.close()


async def test_another_process_that_holds_the_database(url, clock):
    async with (
        await open_store(url, clock=clock) as holder,
        await open_store(url, clock=clock, busy_seconds=0.1) as store,
    ):
        await put(store, "a")
        held, done = asyncio.Event(), asyncio.Event()

        async def hold(connection):
            held.set()
            await done.wait()

        task = asyncio.create_task(holder.database.write(hold, collection=True))
        await held.wait()
        await refused(LockedDatabaseError, "another process holds", put(store, "b"))
        assert await store.articles.count() == 1  # reading goes on
        done.set()
        await task
        assert len(await put(store, "b")) == 1


async def test_two_writers_wait_for_each_other(url, clock):
    async def write(side):
        async with await open_store(url, clock=clock, busy_seconds=60) as store:
            await put(store, *(f"{side}{n}" for n in range(60)), batch=3)

    await asyncio.gather(*map(write, "abc"))
    async with await open_store(url, clock=clock) as store:
        assert await store.articles.count() == 180


async def test_opened_by_many_at_once_it_is_made_once(url, clock):
    stores = await asyncio.gather(*(open_store(url, clock=clock) for _ in range(5)))
    for store in stores:
        await put(store, "a")
        await store.close()


async def test_a_read_only_file(file_url, clock, tmp_path):
    async with await open_store(file_url, clock=clock) as store:
        await put(store, "a")
    read_only = f"sqlite:///file:{tmp_path}/newsdesk.db?mode=ro&uri=true"
    async with await open_store(read_only, clock=clock) as store:
        assert await store.articles.count() == 1
        await refused(ReadOnlyDatabaseError, "can't be written", put(store, "b"))
        assert await store.articles.count() == 1


async def test_a_read_only_server(postgresql_url, clock):
    async with await open_store(postgresql_url, clock=clock) as store:
        await put(store, "a")
    options = "&options=-c%20default_transaction_read_only%3Don"
    async with await open_store(postgresql_url + options, clock=clock) as store:
        await refused(ReadOnlyDatabaseError, "can't be written", put(store, "b"))
        assert await store.articles.count() == 1


async def test_a_full_disk_keeps_what_was_there(file_url, clock):
    async with await open_store(file_url, clock=clock) as store:
        await put(store, "a")

        @event.listens_for(store.database.engine.sync_engine, "checkout")
        def limit(connection, _record, _proxy):
            cursor = connection.cursor()
            cursor.execute("PRAGMA max_page_count = 1")  # as many as there are, no more
            cursor.close()

        many = [str(n) * 2000 for n in range(300)]
        await refused(FullDiskError, "no room is left.*untouched", put(store, *many))
        assert await store.articles.count() == 1
        event.remove(store.database.engine.sync_engine, "checkout", limit)


@pytest.mark.parametrize("content", [b"no database, but long enough to look at" * 40, b"SQLite"])
async def test_a_file_that_is_no_database(tmp_path, clock, content):
    file = tmp_path / "notes.db"
    file.write_bytes(content)
    await refused(
        DamagedDatabaseError,
        r"notes\.db is no database.*newsdesk restore",
        open_store(f"sqlite:///{file}", clock=clock),
    )
    assert file.read_bytes() == content


async def test_a_file_where_a_folder_should_be(tmp_path, clock):
    (tmp_path / "file").write_text("")
    url = f"sqlite:///{tmp_path}/file/newsdesk.db"
    await refused(UnreachableDatabaseError, "folder of the database", open_store(url, clock=clock))
    await refused(
        UnreachableDatabaseError,
        "can't be opened",
        open_store(f"sqlite:///{tmp_path}", clock=clock),
    )


async def test_servers_that_cannot_be_reached(postgresql, clock):
    away = "postgresql://me:tell-no-one@127.0.0.1:1/news"
    with pytest.raises(UnreachableDatabaseError) as caught:
        await open_store(away, clock=clock)
    chain, error = "", caught.value
    while error is not None and not isinstance(error, DBAPIError):
        chain += str(error)
        error = error.__cause__
    assert "127.0.0.1:1/news" in chain
    assert "tell-no-one" not in chain
    nowhere = postgresql.url("nowhere")
    await refused(
        UnreachableDatabaseError, "nowhere doesn't exist", open_store(nowhere, clock=clock)
    )


@pytest.mark.parametrize(
    "url",
    ["", "sqlite://", "sqlite:///:memory:", "mysql://me:tell-no-one@h/db", "tell-no-one", "://",
     "postgresql://me:tell-no-one@h:port/db"],
)  # fmt: skip
def test_urls_that_name_no_usable_database(url):
    with pytest.raises(ConfigurationError, match="NEWSDESK_DATABASE") as caught:
        parse_url(url)
    assert "tell-no-one" not in str(caught.value)


def test_no_password_is_shown():
    url = parse_url("postgres://me:tell-no-one@db.example:5433/news?sslmode=require")
    assert shown(url) == "db.example:5433/news"
    assert url.drivername == "postgresql+psycopg"


def test_without_the_driver_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError, match=r"newsdesk\[postgres\]") as caught:
        parse_url("postgresql://h/db")
    assert exit_code(caught.value) == ExitCode.CONFIGURATION


async def test_a_serialisation_failure_is_tried_again(postgresql_url, clock):
    """Two transactions that read what the other writes: one of them PostgreSQL sends back."""
    async with await open_store(postgresql_url, clock=clock) as store:
        await put(store, "a", "b")
        met, runs = asyncio.Barrier(2), []
        read = text("SELECT revision FROM articles WHERE text = :other")
        change = text("UPDATE articles SET revision = :seen + 1 WHERE text = :mine")

        def follow(mine, other):
            async def work(connection):
                await connection.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
                seen = await connection.scalar(read, {"other": other})
                runs.append(mine)
                if len(runs) <= 2:
                    await met.wait()
                await connection.execute(change, {"seen": seen, "mine": mine})

            return store.database.write(work)

        await asyncio.gather(follow("a", "b"), follow("b", "a"))
        assert len(runs) == 3
        async with store.database.reading() as connection:
            found = await connection.scalars(text("SELECT revision FROM articles ORDER BY 1"))
            assert found.all() == [2, 3]  # as if one had come after the other


async def test_a_lasting_failure_is_told(postgresql_url, clock):
    async with await open_store(postgresql_url, clock=clock) as store:
        runs = []

        async def work(connection):
            runs.append(1)
            await connection.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))

        await refused(LockedDatabaseError, "another process", store.database.write(work))
        assert len(runs) > 2


async def test_an_unknown_failure_has_a_line_too(store):
    async def work(connection):
        await connection.execute(text("SELECT * FROM nothing"))

    await refused(StoreError, "failed", store.database.write(work))


async def test_cancelled_work_leaves_no_transaction_open(url, clock):
    async with (
        await open_store(url, clock=clock) as store,
        await open_store(url, clock=clock, busy_seconds=1) as other,
    ):
        for step in range(40):
            texts = [f"{step} {n}" for n in range(50)]
            task = asyncio.create_task(put(store, *texts, batch=10))
            for _ in range(step * 3):
                await asyncio.sleep(0)
            await asyncio.sleep(0.0005 * step)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await put(other, f"other {step}")
            count = await store.articles.count()
            assert (count - step - 1) % 10 == 0  # whole batches
        assert store.database.engine.pool.checkedout() == 0


async def test_a_connection_that_was_left_busy_is_replaced(postgresql_url, clock):
    async with await open_store(postgresql_url, clock=clock) as store:
        await put(store, "a")

        @event.listens_for(store.database.engine.sync_engine, "checkin", once=True)
        def leave_busy(connection, _record):
            connection.driver_connection.pgconn.send_query(b"SELECT pg_sleep(60)")

        assert await store.articles.count() == 1  # given back as if a query still ran
        assert await store.articles.count() == 1


WRITER = """
import asyncio, sys
from bot.store.engine import open_store
from bot.store.records import Arrival
from tests.support.articles import NOW, make_article

async def main():
    async with await open_store(sys.argv[1], clock=lambda: NOW) as store:
        for turn in range(10_000):
            arrivals = [Arrival(make_article(f"{turn} {n}", f"{turn} {n}"), "k") for n in range(21)]
            await store.articles.put(arrivals, source_id=None, seen_at=NOW, batch=7)
            print(turn, flush=True)

asyncio.run(main())
"""


async def test_a_killed_writer_leaves_whole_batches(url, clock):
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs meanwhile
        [sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
    ) as writer:
        for _ in range(3):
            assert writer.stdout.readline()
        await asyncio.sleep(0.02)
        writer.send_signal(signal.SIGKILL)
    async with await open_store(url, clock=clock, busy_seconds=10) as store:
        count = await store.articles.count()
        assert count >= 63
        assert count % 7 == 0
        assert len(await put(store, "after")) == 1
