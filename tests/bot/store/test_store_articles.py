"""Articles: put, found, removed; the same on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.store.errors import UnknownSourceError
from bot.store.records import Arrival, Change, Extent
from tests.support.articles import NOW, days_ago, digest_of, id_of, make_article

LATER = NOW + timedelta(hours=2)


def arrival(name, text, key=None, **fields):
    return Arrival(make_article(name, text, **fields), key or name)


async def add(store, location="https://harbour.example/feed", **fields):
    return (await store.sources.add("feed", location, every=900, **fields)).id


async def put(store, *arrivals, source_id=None, seen_at=NOW, **options):
    return await store.articles.put(arrivals, source_id=source_id, seen_at=seen_at, **options)


async def test_an_article_comes_back_as_it_was(store):
    article = replace(
        make_article(
            "a", "Fog held the ferries.\nA second day.", title="Fog", url="https://h.ex/1"
        ),
        published=datetime(2026, 3, 1, 7, 5, 9, 123456, tzinfo=timezone(timedelta(hours=5.5))),
        authors=("R. Iyer", "Ł. Żak"),
        language="hi",
    )
    assert await put(store, Arrival(article, "k")) == [
        Change("added", article.id, "Fog", "https://h.ex/1")
    ]
    back = await store.articles.get(article.id)
    assert back == article
    assert back.published == datetime(2026, 3, 1, 1, 35, 9, 123456, tzinfo=UTC)
    assert back.published.tzinfo is UTC
    assert back.fetched.tzinfo is UTC
    assert await store.articles.digests() == {article.id: article.digest}
    assert await store.articles.count() == 1


async def test_a_naive_datetime_is_refused(store):
    article = replace(make_article("a", "x"), published=datetime(2026, 3, 1))  # noqa: DTZ001
    with pytest.raises(Exception, match="without a time zone"):
        await put(store, Arrival(article, "k"))
    assert await store.articles.count() == 0


async def test_what_no_database_holds_is_replaced_one_for_one(store):
    await put(store, arrival("a", "one\0two\ud800three", title="T\0"))
    back = await store.articles.get(id_of("a"))
    assert (back.title, back.text) == ("T\ufffd", "one\ufffdtwo\ufffdthree")


async def test_the_same_again_changes_nothing_but_the_route(store):
    first, second = await add(store), await add(store, "https://other.example/feed")
    await put(store, arrival("a", "x"), source_id=first)
    assert await put(store, arrival("a", "x", "other key"), source_id=second) == []
    brought = await store.articles.sources_of(id_of("a"))
    assert [source.id for source in brought] == [first, second]
    assert await store.articles.keys(second) == {"other key": ""}


async def test_an_edited_article_says_how_long_after(store):
    await put(store, arrival("a", "x"))
    changes = await put(store, arrival("a", "y", title="New"), seen_at=LATER)
    assert changes == [Change("updated", id_of("a"), "New", None, timedelta(hours=2))]
    changes = await put(store, arrival("a", "z"), seen_at=LATER + timedelta(minutes=1))
    assert changes == [Change("updated", id_of("a"), "", None, timedelta(minutes=1))]
    assert (await store.articles.get(id_of("a"))).text == "z"


async def test_the_same_text_by_another_route_is_one_article(store):
    first, second = await add(store), await add(store, "https://other.example/feed")
    await put(store, arrival("a", "x"), source_id=first)
    assert await put(store, arrival("b", "x"), source_id=second) == []
    assert await store.articles.digests() == {id_of("a"): digest_of("", "x")}
    assert len(await store.articles.sources_of(id_of("a"))) == 2
    # The source that named it otherwise is the one that knows it last: it stays while that does.
    assert await store.articles.drop_missing(first, set(), LATER) == []
    gone = await store.articles.drop_missing(second, set(), LATER)
    assert gone == [Change("removed", id_of("a"), "", None, timedelta(hours=2))]


async def test_an_article_that_becomes_another_goes_up_in_it(store):
    source = await add(store)
    await put(store, arrival("a", "x"), arrival("b", "y"), source_id=source)
    changes = await put(store, arrival("a", "y"), source_id=source, seen_at=LATER)
    assert changes == [Change("removed", id_of("a"), "", None, timedelta(hours=2))]
    assert await store.articles.digests() == {id_of("b"): digest_of("", "y")}
    assert await store.articles.keys(source) == {"a": "", "b": ""}
    # It may come back, as a new one.
    changes = await put(store, arrival("a", "z"), source_id=source, seen_at=LATER)
    assert changes == [Change("added", id_of("a"), "", None)]


async def test_texts_may_change_hands_within_a_batch(store):
    await put(store, arrival("a", "x"), arrival("b", "y"))
    changes = await put(store, arrival("a", "p"), arrival("b", "x"), arrival("c", "y"))
    assert [(c.kind, c.article_id) for c in changes] == [
        ("updated", id_of("a")),
        ("updated", id_of("b")),
        ("added", id_of("c")),
    ]
    texts = {a.id: a.text for a in await store.articles.latest(9)}
    assert texts == {id_of("a"): "p", id_of("b"): "x", id_of("c"): "y"}


async def test_an_address_belongs_to_one_article(store):
    url = "https://harbour.example/fog"
    await put(store, arrival("a", "x", url=url))
    changes = await put(store, arrival("b", "y", url=url), seen_at=LATER)
    assert changes == [Change("updated", id_of("a"), "", url, timedelta(hours=2))]
    assert set(await store.articles.digests()) == {id_of("a")}
    # An article of its own that takes up another's address goes without.
    await put(store, arrival("c", "z"))
    await put(store, arrival("c", "zz", url=url))
    assert (await store.articles.get(id_of("c"))).url is None
    assert (await store.articles.get(id_of("a"))).url == url


async def test_very_long_addresses_and_keys(store):
    # Not compressible: PostgreSQL would squeeze a mere repetition into an index.
    long = "".join(digest_of(str(n), "") for n in range(62))
    source = await add(store, "https://harbour.example/?" + long)
    await put(
        store, arrival("a", "x", long, url="https://harbour.example/" + long), source_id=source
    )
    assert await store.articles.keys(source) == {long: ""}
    assert (await store.sources.get("https://harbour.example/?" + long)).articles == 1


async def test_a_mirror_loses_what_its_source_lost(store):
    mirror, other = await add(store), await add(store, "https://other.example/feed")
    await put(store, *(arrival(n, n) for n in "abcd"), source_id=mirror)
    await put(store, arrival("b", "b"), source_id=other)
    await put(store, arrival("c", "c"))  # by hand
    gone = await store.articles.drop_missing(mirror, {"d"}, LATER)
    assert [change.article_id for change in gone] == [id_of("a")]
    assert set(await store.articles.digests()) == {id_of(n) for n in "bcd"}


async def test_a_key_whose_item_became_another_article(store):
    source = await add(store)
    await put(store, arrival("a", "x", "guid"), source_id=source)
    await put(store, arrival("b", "y", "guid"), source_id=source)
    assert await store.articles.count(source) == 2  # no mirror: old news stays
    gone = await store.articles.drop_missing(source, {"guid"}, LATER)
    assert [change.article_id for change in gone] == [id_of("a")]


async def test_fingerprints_come_back(store):
    source = await add(store)
    article = make_article("a", "x")
    await put(store, Arrival(article, "p", "1"), source_id=source)
    await put(store, Arrival(article, "p", "2"), source_id=source)
    assert await store.articles.keys(source) == {"p": "2"}


async def test_a_source_that_is_gone_is_named(store):
    with pytest.raises(UnknownSourceError, match="source 7 is gone"):
        await put(store, arrival("a", "x"), source_id=7)
    assert await store.articles.count() == 0


async def test_the_extent_is_that_of_the_dated_articles(store):
    assert await store.articles.extent() == Extent(0)
    await put(store, arrival("a", "a", published=None), seen_at=NOW)
    assert await store.articles.extent() == Extent(1)
    for name, day in {"b": 9, "c": 4, "d": 6}.items():
        await put(store, arrival(name, name, published=days_ago(day)), seen_at=NOW)
    assert await store.articles.extent() == Extent(4, days_ago(9), days_ago(4))


async def test_latest_is_newest_first_by_page(store):
    source = await add(store)
    days = {"a": 3, "b": 1, "c": None, "d": 2}
    made = [
        arrival(n, n, published=None if day is None else days_ago(day)) for n, day in days.items()
    ]
    await put(store, *made, source_id=source)
    await put(store, arrival("e", "e", published=days_ago(0)), seen_at=NOW)
    latest = [a.text for a in await store.articles.latest(9)]
    assert latest[2:] == ["b", "d", "a"]
    assert set(latest[:2]) == {"c", "e"}  # undated: by its arrival, now
    assert [a.text for a in await store.articles.latest(2, 1, source)] == ["b", "d"]
    assert await store.articles.count(source) == 4


async def test_load_keeps_order_and_leaves_out_the_unknown(store):
    await put(store, *(arrival(str(n), str(n)) for n in range(1200)))
    ids = [id_of(str(n)) for n in reversed(range(1200))]
    found = await store.articles.load(["0" * 16, *ids, ids[0]])
    assert [a.id for a in found] == [*ids, ids[0]]


async def test_remove_one(store):
    await put(store, arrival("a", "x"))
    assert (await store.articles.remove(id_of("a"), LATER)).after == timedelta(hours=2)
    assert await store.articles.remove(id_of("a"), LATER) is None
    assert await store.articles.get(id_of("a")) is None
