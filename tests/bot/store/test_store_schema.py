"""Migrations: they make the tables that the code has; nothing is missing from an installed copy."""

import sqlite3

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot.store.engine import open_store
from bot.store.migrate import alembic_config, revision_of
from bot.store.schema import REVISION, Base


def test_the_named_revision_is_the_only_head():
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [REVISION]


async def test_the_migrations_make_the_tables_of_the_schema(store):
    def differences(connection):
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)

    async with store.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(revision_of) == REVISION


async def test_a_failed_migration_leaves_nothing(url, clock, monkeypatch):
    """The schema's steps are one transaction, on SQLite too."""
    from bot.store.migrations.versions import v0001_first

    module = "bot.store.migrations.versions.v0001_first"
    assert v0001_first.__name__ == module
    async with await open_store(url, clock=clock) as store:

        def begin_anew(connection):
            Base.metadata.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))

        await store.database.write(lambda c: c.run_sync(begin_anew))

        def fail_late(connection):
            from bot.store.migrate import upgrade

            upgrade(connection)
            raise KeyError("in the middle")

        with pytest.raises(KeyError):
            await store.database.write(lambda c: c.run_sync(fail_late))
        async with store.database.engine.connect() as connection:
            assert await connection.run_sync(revision_of) is None
    async with await open_store(url, clock=clock) as store:
        assert await store.articles.count() == 0


async def test_sqlite_is_set_up_for_readers_beside_a_writer(file_url, clock, tmp_path):
    async with (
        await open_store(file_url, clock=clock, busy_seconds=7) as store,
        store.database.reading() as connection,
    ):
        found = {
            name: await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 7000,
        "synchronous": 1,
    }
    with sqlite3.connect(tmp_path / "newsdesk.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


async def test_a_folder_of_any_name_is_made(tmp_path, clock):
    file = tmp_path / "50% of #1" / "a?b" / "newsdesk.db"
    from bot.store.urls import sqlite_url

    async with await open_store(sqlite_url(file), clock=clock) as store:
        assert await store.articles.count() == 0
    assert file.is_file()


@pytest.mark.parametrize("old", ["0001", "0002", "0003"])
async def test_an_older_database_is_brought_up_to_date_with_what_it_holds(url, clock, old):
    def go_back(connection):
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, old)
        made = text(
            "INSERT INTO chats (id, kind, title, language, settings, created) "
            "VALUES (7, 'private', 'Ann', 'en', '{\"length\": 1}', '2022-04-01 00:00:00+00:00')"
        )
        connection.execute(made)

    async with await open_store(url, clock=clock) as store:
        await store.database.write(lambda connection: connection.run_sync(go_back))
    async with await open_store(url, clock=clock) as store:
        chat = await store.chats.get(7)
        assert chat is not None
        assert (chat.title, chat.settings, chat.gone) == ("Ann", {"length": 1}, None)
        async with store.database.engine.connect() as connection:
            assert await connection.run_sync(revision_of) == REVISION
