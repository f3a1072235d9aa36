"""Reloads: one at a time, watched by many, and swapped in without a question noticing."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import pytest

import bot.desk
from bot.collection.events import Failed, Finished
from bot.collection.locating import source_at
from bot.collection.opening import open_collection
from bot.collection.reloading import Reloader
from bot.collection.watching import watch_sources
from bot.desk import Desk, open_desk, reopen_library
from bot.settings import load_settings
from retrieval.errors import EmbeddingError
from retrieval.types import Answer
from tests.support.collections import write_article
from tests.support.embedders import FakeEmbedder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.collection.events import SyncEvent
    from bot.collection.reloading import Reload
    from bot.collection.syncing import Collection

QUESTION = "How many lanterns did Birkeland count?"


async def followed(reload: Reload) -> list[SyncEvent]:
    return [event async for event in reload.watch()]


@pytest.fixture
async def swaps() -> list[int]:
    return []


@pytest.fixture
async def reloader(collection, folder, swaps) -> AsyncIterator[Reloader]:
    await source_at(collection, str(folder))

    async def swap() -> None:
        swaps.append((await asyncio.to_thread(collection.home.open)).number)

    reloader = Reloader(collection, swap)
    yield reloader
    await reloader.close()


async def test_a_reload_ends_with_its_report_and_swaps_once(reloader, swaps):
    reload, new = reloader.start("test")
    assert new
    last = (await followed(reload))[-1]
    assert isinstance(last, Finished)
    assert len(last.report.changes) == 3
    assert swaps == [1]
    assert reloader.running is None
    again, _ = reloader.start("test")
    await followed(again)
    assert swaps == [1], "nothing new, nothing to swap"


async def test_a_second_reload_joins_the_running_one(reloader, swaps):
    first, _ = reloader.start("test")
    second, new = reloader.start("chat")
    assert second is first
    assert not new
    ends = await asyncio.gather(followed(first), followed(second))
    assert [type(end[-1]) for end in ends] == [Finished, Finished]
    assert swaps == [1]


async def test_who_comes_late_to_a_reload_still_sees_its_end(reloader):
    reload, _ = reloader.start("test")
    await followed(reload)
    assert isinstance((await followed(reload))[-1], Finished)


async def test_a_failed_reload_says_why_and_leaves_the_index(reloader, collection, swaps):
    await followed(reloader.start("test")[0])
    write_article(collection.settings.data.parent / "articles", "Dovrefall", "A bridge opened.")
    collection.embedder = lambda: FakeEmbedder(fail_at=0, error=EmbeddingError("out of order"))
    last = (await followed(reloader.start("test")[0]))[-1]
    assert last == Failed("out of order")
    assert swaps == [1]


async def test_a_reload_that_breaks_off_says_so_without_details(reloader, collection):
    collection.embedder = lambda: FakeEmbedder(fail_at=0, error=RuntimeError("secret detail"))
    last = (await followed(reloader.start("test")[0]))[-1]
    assert isinstance(last, Failed)
    assert "secret" not in last.problem
    assert reloader.running is None


async def test_a_changed_folder_and_a_due_source_are_read_by_themselves(
    reloader, collection, folder
):
    watching = asyncio.create_task(watch_sources(reloader))
    try:
        async with asyncio.timeout(20):
            await holding(collection, 3)  # a source that was never visited is due at once
            await asyncio.sleep(1)  # for the system to begin to watch
            write_article(folder, "Dovrefall", "A bridge opened.")
            await holding(collection, 4)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def holding(collection: Collection, count: int) -> None:
    """Wait until the store holds so many articles."""
    while await collection.store.articles.count() < count:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.05)


@pytest.fixture
async def desk(tmp_path, monkeypatch, embedder, folder, clock):
    """A desk with the real model over the folder, its collection and its reloader."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bot.desk, "load_embedder", lambda _settings: embedder)
    settings = load_settings(data=tmp_path / "real")
    async with open_collection(settings, clock=clock, embedder=lambda: embedder) as collection:
        await source_at(collection, str(folder))
        write_article(folder, "Birkeland", "Birkeland counted 0 lanterns at its festival.")
        await collection.sync(trigger="test")
        desk = await asyncio.to_thread(open_desk, settings)

        async def swap() -> None:
            desk.swap(await asyncio.to_thread(reopen_library, settings, desk.embedder))

        async with desk:
            yield desk, Reloader(collection, swap), folder


async def test_questions_go_on_through_reloads_each_wholly_on_one_generation(
    desk: tuple[Desk, Reloader, object],
):
    """The number in the answer is the one that its generation held, whatever comes meanwhile."""
    asked, reloader, folder = desk
    held = {asked.library.generation.number: 0}
    replies = []
    done = asyncio.Event()

    async def ask() -> None:
        while not done.is_set():
            replies.append((await asked.ask(QUESTION)).reply)

    askers = [asyncio.create_task(ask()) for _ in range(8)]
    for count in itertools.islice(itertools.count(1), 5):
        write_article(folder, "Birkeland", f"Birkeland counted {count} lanterns at its festival.")
        last = (await followed(reloader.start("test")[0]))[-1]
        assert isinstance(last, Finished)
        held[last.report.generation] = count
        await asyncio.sleep(0.2)
    done.set()
    await asyncio.gather(*askers)
    assert len({reply.generation for reply in replies}) >= 3
    for reply in replies:
        assert isinstance(reply, Answer)
        quoted = " ".join(sentence.text for sentence in reply.sentences)
        assert f"counted {held[reply.generation]} lanterns" in quoted
