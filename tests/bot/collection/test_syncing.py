"""A sync from sources to index: what is new, edited, gone; dry, rebuilt, rolled back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.building import index_home, passage_rule
from bot.collection.events import Indexing, Visiting
from bot.collection.locating import source_at
from bot.collection.opening import open_collection
from retrieval.errors import EmbeddingError, IndexBusyError, NoRollbackError
from retrieval.index.sync import SyncOptions
from tests.support.articles import make_article
from tests.support.collections import write_article
from tests.support.embedders import FakeEmbedder
from tests.support.indexes import FAKE, sync_fake

if TYPE_CHECKING:
    from bot.collection.syncing import Collection


TOWNS = ("Avaldsnes", "Birkeland", "Cederby")


async def indexed(collection: Collection) -> set[str]:
    """Return the titles that the index in use holds."""
    generation = await asyncio.to_thread(collection.home.open)
    return {generation.article(row).title for row in range(generation.manifest.articles)}


async def test_a_folder_becomes_an_index_and_stays_as_it_is(collection, folder):
    source = await source_at(collection, str(folder))
    events = []
    first = await collection.sync(trigger="test", sources=[source], tell=events.append)
    assert [c.kind for c in first.changes] == ["added"] * 3
    assert (first.generation, first.written, first.articles) == (1, True, 3)
    assert await indexed(collection) == {
        f"News of {t}" for t in ("Avaldsnes", "Birkeland", "Cederby")
    }
    assert any(isinstance(event, Visiting) and event.done == 1 for event in events)
    assert [e.stage for e in events if isinstance(e, Indexing)][-1] == "done"

    again = await collection.sync(trigger="test")
    assert (again.changes, again.written, again.embedded, again.unchanged) == ((), False, 0, 3)


async def test_an_edited_article_takes_the_place_of_its_old_version(collection, folder, clock):
    await source_at(collection, str(folder))
    await collection.sync(trigger="test")
    clock.forward(hours=2)
    write_article(folder, "Cederby", "The festival of Cederby was put off until autumn.")
    report = await collection.sync(trigger="test")
    (change,) = report.changes
    assert (change.kind, change.after) == ("updated", timedelta(hours=2))
    assert (report.articles, report.generation) == (3, 2)
    generation = await asyncio.to_thread(collection.home.open)
    texts = [generation.article(row).text for row in range(3)]
    assert sum("put off" in text for text in texts) == 1
    assert not any("town of Cederby" in text for text in texts)


async def test_what_left_its_source_stays_unless_the_source_mirrors(collection, folder):
    await source_at(collection, str(folder))
    await collection.sync(trigger="test")
    (folder / "Cederby.txt").unlink()
    report = await collection.sync(trigger="test")
    assert (report.changes, report.articles) == ((), 3)


async def test_a_mirror_drops_what_its_source_no_longer_has(collection, folder):
    await collection.store.sources.add("folder", str(folder), every=60, mirror=True)
    await collection.sync(trigger="test")
    (folder / "Cederby.txt").unlink()
    dry = await collection.sync(trigger="test", dry=True)
    assert [c.title for c in dry.of("removed")] == ["News of Cederby"]
    assert "News of Cederby" in await indexed(collection)
    report = await collection.sync(trigger="test")
    assert [c.title for c in report.of("removed")] == ["News of Cederby"]
    assert (report.articles, report.embedded) == (2, 0)
    assert "News of Cederby" not in await indexed(collection)


async def test_a_dry_run_says_what_would_change_and_writes_nothing(collection, folder):
    await source_at(collection, str(folder))
    await collection.sync(trigger="test")
    write_article(folder, "Dovrefall", "A new bridge opened in Dovrefall on Monday.")
    write_article(folder, "Cederby", "Cederby has a new mayor since Monday.")
    dry = await collection.sync(trigger="test", dry=True)
    assert {(c.kind, c.title) for c in dry.changes} == {
        ("added", "News of Dovrefall"),
        ("updated", "News of Cederby"),
    }
    assert (dry.dry, dry.written, dry.generation, dry.articles) == (True, False, 1, 3)
    assert await collection.store.articles.count() == 3
    assert len(await collection.store.runs.last(5)) == 1
    real = await collection.sync(trigger="test")
    assert set(real.changes) == set(dry.changes)


async def test_a_dry_run_of_a_new_folder_adds_no_source(collection, folder):
    source = await source_at(collection, str(folder), dry=True)
    report = await collection.sync(trigger="test", sources=[source], dry=True)
    assert len(report.of("added")) == 3
    assert await collection.store.sources.list() == []
    assert collection.home.numbers() == []


async def test_a_rollback_answers_from_before_and_the_next_sync_goes_on(collection, folder):
    await source_at(collection, str(folder))
    await collection.sync(trigger="test")
    write_article(folder, "Dovrefall", "A new bridge opened in Dovrefall on Monday.")
    await collection.sync(trigger="test")
    assert await collection.rollback() == 1
    assert "News of Dovrefall" not in await indexed(collection)
    with pytest.raises(NoRollbackError):
        await collection.rollback()
    report = await collection.sync(trigger="test")
    assert (report.changes, report.written, report.generation) == ((), True, 3)
    assert "News of Dovrefall" in await indexed(collection)


async def test_a_rebuild_starts_from_the_store_even_if_the_files_are_gone(collection, folder):
    await source_at(collection, str(folder))
    await collection.sync(trigger="test")
    for file in folder.iterdir():
        file.unlink()
    report = await collection.sync(trigger="test", rebuild=True)
    assert (report.articles, report.embedded, report.written) == (3, 3, True)
    assert report.failed_sources == 1
    assert len(await indexed(collection)) == 3


async def test_a_dead_source_is_told_and_the_others_go_on(collection, folder, tmp_path):
    lost = tmp_path / "lost"
    lost.mkdir()
    write_article(lost, "Eidsberg", "The river in Eidsberg rose.")
    await source_at(collection, str(folder))
    await source_at(collection, str(lost))
    (lost / "Eidsberg.txt").unlink()
    lost.rmdir()
    report = await collection.sync(trigger="test")
    assert (report.articles, report.failed_sources) == (3, 1)
    assert len(report.problems) == 1
    dead = await collection.store.sources.get(str(lost))
    assert dead.state.failures == 1
    assert dead.state.problem


async def test_the_second_sync_says_who_is_at_it(settings, collection, folder, clock):
    await source_at(collection, str(folder))
    started, go_on = asyncio.Event(), asyncio.Event()

    class Slow(FakeEmbedder):
        def embed_passages(self, texts):
            loop.call_soon_threadsafe(started.set)
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
            return super().embed_passages(texts)

    loop = asyncio.get_running_loop()
    collection.embedder = Slow
    first = asyncio.create_task(collection.sync(trigger="test"))
    await started.wait()
    async with open_collection(settings, clock=clock, embedder=FakeEmbedder) as other:
        with pytest.raises(IndexBusyError, match="process"):
            await other.sync(trigger="test")
    go_on.set()
    assert (await first).articles == 3


async def test_a_failed_sync_keeps_the_index_and_says_why_in_the_journal(collection, folder):
    await source_at(collection, str(folder))
    await collection.sync(trigger="test")
    write_article(folder, "Dovrefall", "A new bridge opened in Dovrefall on Monday.")
    collection.embedder = lambda: FakeEmbedder(fail_at=0, error=EmbeddingError("out of order"))
    with pytest.raises(EmbeddingError):
        await collection.sync(trigger="test")
    assert "News of Dovrefall" not in await indexed(collection)
    run = (await collection.store.runs.last(1))[0]
    assert (run.problem, run.added) == ("out of order", 1)
    collection.embedder = FakeEmbedder
    report = await collection.sync(trigger="test")
    assert (report.changes, report.embedded) == ((), 1)
    assert "News of Dovrefall" in await indexed(collection)


async def test_an_index_older_than_the_database_is_taken_over(settings, clock, folder):
    """Its articles become the store's; nothing is embedded again and nothing is dropped."""
    articles = [
        make_article(f"article {n}", f"Text number {n}.", title=f"Title {n}") for n in range(3)
    ]
    made_with = SyncOptions(
        spec=FAKE, rule=passage_rule(settings), inputs=(str(folder), "/nowhere"), now=clock()
    )
    await asyncio.to_thread(sync_fake, index_home(settings), articles, made_with)
    async with open_collection(settings, clock=clock, embedder=FakeEmbedder) as collection:
        report = await collection.sync(trigger="test", sources=[])
        assert (report.articles, report.embedded) == (3, 0)
        assert await indexed(collection) == {f"Title {n}" for n in range(3)}
        sources = await collection.store.sources.list()
        assert [w.source.location for w in sources] == [str(folder)]
        assert (await collection.sync(trigger="test")).articles == 6


async def test_nothing_anywhere_indexes_nothing(collection):
    report = await collection.sync(trigger="test")
    assert (report.generation, report.articles) == (None, 0)


async def test_the_index_is_never_read_as_articles(collection, folder, tmp_path):
    """A folder that holds the data folder too brings only what is not Newsdesk's own."""
    await source_at(collection, str(tmp_path))
    for _ in range(2):
        report = await collection.sync(trigger="test")
    assert report.articles == 3
