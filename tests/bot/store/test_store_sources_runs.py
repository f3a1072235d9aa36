"""Sources, their state and when they are due; the journal of syncs. On both databases."""

from datetime import timedelta

import pytest

from bot.store.errors import SourceExistsError, UnknownSourceError
from bot.store.records import Arrival, Change, Source, SourceState, SyncRun, Watched
from tests.support.articles import NOW, id_of, make_article


async def test_a_source_comes_back_as_it_was_added(store):
    source = await store.sources.add("folder", "/srv/news", every=60, name="News", mirror=True)
    assert source == Source(1, "folder", "/srv/news", "News", 60, True, True, NOW)
    assert await store.sources.list() == [Watched(source, SourceState(), 0)]


async def test_a_location_is_watched_once(store):
    await store.sources.add("feed", "https://h.ex/feed", every=60, name="Harbour")
    with pytest.raises(SourceExistsError, match=r"Harbour \(number 1\)"):
        await store.sources.add("link", "https://h.ex/feed", every=60)


async def test_found_by_number_location_or_name(store):
    one = await store.sources.add("feed", "https://h.ex/1", every=60, name="Harbour")
    two = await store.sources.add("feed", "https://h.ex/2", every=60, name="Harbour")
    odd = await store.sources.add("feed", "https://h.ex/3", every=60, name="1")
    for wanted, found in [(1, one), ("2", two), ("https://h.ex/2", two), (odd.id, odd), ("1", one)]:
        assert (await store.sources.get(wanted)).source == found
    with pytest.raises(UnknownSourceError, match=r"2 sources are called Harbour; .*: 1, 2"):
        await store.sources.get("Harbour")
    for wanted in (99, "99", "nobody", "9" * 40):
        with pytest.raises(UnknownSourceError, match="there is no source"):
            await store.sources.get(wanted)


async def test_state_is_remembered(store):
    source = await store.sources.add("feed", "https://h.ex/1", every=60)
    state = SourceState('"e"', "Sat", "f", NOW, NOW + timedelta(microseconds=1), 3, "slow\0")
    await store.sources.save_state(source.id, state)
    (watched,) = await store.sources.list()
    assert watched.state == SourceState(
        '"e"', "Sat", "f", NOW, NOW + timedelta(microseconds=1), 3, "slow\ufffd"
    )


async def test_due_are_the_enabled_whose_time_has_come(store):
    for number, due in enumerate([1, None, -2, 0, -1], start=1):
        source = await store.sources.add("feed", f"https://h.ex/{number}", every=60)
        when = None if due is None else NOW + timedelta(seconds=due)
        await store.sources.save_state(source.id, SourceState(due=when))
    await store.sources.disable(5)
    assert [w.source.id for w in await store.sources.due(NOW)] == [2, 3, 4]
    await store.sources.enable(5)
    assert [w.source.id for w in await store.sources.due(NOW)] == [2, 3, 5, 4]


@pytest.mark.parametrize("keep", [True, False])
async def test_removing_a_source(store, clock, keep):
    first = await store.sources.add("feed", "https://h.ex/1", every=60)
    second = await store.sources.add("feed", "https://h.ex/2", every=60)
    both = [Arrival(make_article(name, name), name) for name in "ab"]
    await store.articles.put(both, source_id=first.id, seen_at=NOW)
    await store.articles.put(both[:1], source_id=second.id, seen_at=NOW)
    clock.move_on(hours=1)
    changes = await store.sources.remove(first.id, keep_articles=keep)
    removed = [Change("removed", id_of("b"), "", None, timedelta(hours=1))]
    assert changes == ([] if keep else removed)
    assert await store.articles.count() == (2 if keep else 1)
    assert [w.source.id for w in await store.sources.list()] == [second.id]
    # What was kept stays when the other source loses it too.
    await store.articles.drop_missing(second.id, set(), NOW)
    assert await store.articles.count() == (2 if keep else 0)
    # A number is never used again.
    assert (await store.sources.add("feed", "https://h.ex/1", every=60)).id == 3


async def test_what_is_not_there_cannot_be_changed(store):
    for attempt in (
        store.sources.remove(7),
        store.sources.enable(7),
        store.sources.disable(7),
        store.sources.save_state(7, SourceState()),
    ):
        with pytest.raises(UnknownSourceError, match="no source 7"):
            await attempt


async def test_runs_come_back_newest_first_with_their_changes(store):
    changes = (
        Change("updated", id_of("b"), "B", "https://h.ex/b", timedelta(days=900, microseconds=1)),
        Change("added", id_of("a"), "A", None),
        Change("added", id_of("c"), "C", None),
        Change("removed", id_of("d"), "D", None, timedelta(0)),
    )
    first = await store.runs.begin("command", NOW)
    second = await store.runs.begin("schedule", NOW + timedelta(seconds=1))
    end = NOW + timedelta(seconds=2)
    await store.runs.finish(first, end, generation=4, changes=changes, embedded=17)
    third = await store.runs.begin("chat", end)
    await store.runs.finish(third, end, problem="the disk is full")
    assert await store.runs.last(9) == [
        SyncRun(third, "chat", end, end, problem="the disk is full"),
        SyncRun(second, "schedule", NOW + timedelta(seconds=1)),
        SyncRun(first, "command", NOW, end, 4, 2, 1, 1, 17, None, changes),
    ]
    assert [run.id for run in await store.runs.last(1)] == [third]
