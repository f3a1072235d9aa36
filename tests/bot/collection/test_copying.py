"""A copy of a collection: the same articles and index, none of the people, and gone afterwards."""

from pathlib import Path

import pytest
from filelock import FileLock

from bot.building import index_home
from bot.collection.copying import copy_collection, scratch_folder
from bot.errors import BotError
from bot.settings import load_settings
from bot.store.engine import open_store
from bot.store.records import Chat
from bot.store.urls import database_url
from retrieval.onnx.model import open_model
from retrieval.precision import fixed
from tests.support.collections import index_paths
from tests.support.models import link_graphs


@pytest.fixture
def settings(tmp_path, monkeypatch, now, embedder):
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("A harbour reopens\n\nThe harbour of Vello reopened on Monday.\n")
    Path("b.txt").write_text("A bridge closes\n\nThe bridge at Orm closes for two years.\n")
    settings = load_settings(data=Path("d"))
    index_paths(settings, [Path("a.txt"), Path("b.txt")], now=now, embedder=embedder)
    return settings


def of(settings, folder):
    return settings.model_copy(update={"data": folder, "database": None})


async def test_articles_and_index_are_copied_and_people_are_not(settings, tmp_path, now):
    async with await open_store(database_url(settings), clock=lambda: now) as store:
        await store.chats.touch(Chat(7, "private", "Ann", "en"))
        articles = await store.articles.latest(9)
    with scratch_folder(tmp_path / "scratch") as folder:
        await copy_collection(settings, folder, clock=lambda: now)
        copied = of(settings, folder)
        async with await open_store(database_url(copied), clock=lambda: now) as store:
            assert await store.articles.latest(9) == articles
            assert len(articles) == 2
            assert await store.chats.get(7) is None
        original, copy = index_home(settings).open(), index_home(copied).open()
        assert copy.manifest == original.manifest
        assert len(copy) == len(original) == 2
        assert [copy.passage(n) for n in range(2)] == [original.passage(n) for n in range(2)]
    assert not (tmp_path / "scratch").exists()
    assert index_home(settings).open().manifest == original.manifest, "links, not the files, went"


async def test_the_model_s_graph_goes_along(settings, tmp_path, now):
    link_graphs(settings.data)
    unfinished = settings.data / "models" / "half.new"
    unfinished.mkdir()
    with scratch_folder(tmp_path / "scratch") as folder:
        await copy_collection(settings, folder, clock=lambda: now)
        open_model(folder / "models", settings.model, fixed("float32"))
        assert not (folder / "models" / "half.new").exists()
    open_model(settings.data / "models", settings.model, fixed("float32"))


@pytest.fixture
def alone(settings):
    Path("d/newsdesk.db").unlink()
    return settings


async def test_an_index_without_a_database_is_copied_as_it_is(alone, tmp_path, now):
    with scratch_folder(tmp_path / "scratch") as folder:
        await copy_collection(alone, folder, clock=lambda: now)
        assert not (folder / "newsdesk.db").exists()
        assert index_home(of(alone, folder)).open().manifest.articles == 2


def test_what_a_killed_program_left_is_swept_and_a_living_one_keeps_its_folder(tmp_path):
    dead, alive = tmp_path / "dead", tmp_path / "alive"
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "file").write_text("x")
    with FileLock(tmp_path / "alive.lock"), scratch_folder(tmp_path) as folder:
        assert (dead.exists(), alive.exists(), folder.is_dir()) == (False, True, True)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["alive", "alive.lock"]


def test_where_no_folder_can_be_made_that_is_one_line(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BotError, match="--data"), scratch_folder(tmp_path / "file" / "deeper"):
        pass
