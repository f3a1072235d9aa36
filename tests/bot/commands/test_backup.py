"""`newsdesk backup` and `restore` as a person or a program meets them."""

import asyncio
import json
import sqlite3

import pytest

from bot.cli import main
from bot.settings import Settings
from bot.store.engine import open_store
from bot.store.records import Arrival
from bot.store.schema import REVISION
from bot.store.urls import sqlite_url
from tests.support.articles import NOW, make_article


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"NEWSDESK_{name.upper()}", raising=False)


@pytest.fixture
def newsdesk(capfd):
    """Run the command line; return its exit code, stdout and stderr."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return stop.value.code, out, err

    return run


@pytest.fixture
def filled(tmp_path):
    """Put two articles into the data folder's database."""

    async def fill():
        url = sqlite_url(tmp_path / "newsdesk-data" / "newsdesk.db")
        async with await open_store(url, clock=lambda: NOW) as store:
            arrivals = [Arrival(make_article(name, name), name) for name in "ab"]
            await store.articles.put(arrivals, source_id=None, seen_at=NOW)

    asyncio.run(fill())


def test_saved_and_put_back_elsewhere(newsdesk, filled, monkeypatch, tmp_path):
    code, out, err = newsdesk("backup", "b.zip")
    assert (code, out, err) == (0, "", "Saved 2 articles, 0 sources and 0 chats to b.zip.\n")
    monkeypatch.setenv("NEWSDESK_DATABASE", f"sqlite:///{tmp_path}/other/place.db")
    code, out, err = newsdesk("restore", "b.zip", "--json")
    assert (code, err) == (0, "")
    record = json.loads(out)
    assert record["file"] == "b.zip"
    assert record["schema"] == REVISION
    assert record["rows"]["articles"] == 2
    with sqlite3.connect(tmp_path / "other" / "place.db") as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    connection.close()


def test_what_is_there_is_replaced_only_when_told(newsdesk, filled):
    assert newsdesk("backup", "b.zip", "--json")[0] == 0
    code, out, err = newsdesk("restore", "b.zip")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "--replace" in err
    assert newsdesk("restore", "b.zip", "--replace")[0] == 0


def test_no_database_is_made_to_be_saved(newsdesk, tmp_path):
    code, _, err = newsdesk("backup", "b.zip")
    assert code == 1
    assert "there is no database" in err
    assert list(tmp_path.iterdir()) == []


def test_no_database_is_made_for_a_bad_backup(newsdesk, tmp_path):
    (tmp_path / "b.zip").write_text("no backup")
    code, _, err = newsdesk("restore", "b.zip")
    assert code == 1
    assert "b.zip is no backup" in err
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_a_wrong_setting_and_wrong_use(newsdesk, monkeypatch):
    assert newsdesk("backup")[0] == 2
    monkeypatch.setenv("NEWSDESK_DATABASE", "mysql://me:tell-no-one@h/db")
    for command in ("backup", "restore"):
        code, out, err = newsdesk(command, "b.zip")
        assert code == 4
        assert "tell-no-one" not in out + err


def test_the_password_does_not_show(monkeypatch):
    from bot.settings import load_settings

    monkeypatch.setenv("NEWSDESK_DATABASE", "postgresql://me:tell-no-one@h/db")
    assert "tell-no-one" not in repr(load_settings())
    monkeypatch.setenv("NEWSDESK_DATABASE", " ")
    assert load_settings().database is None
