"""Removed articles stay out, whatever comes, until they are let in again."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.engine import open_store
from bot.store.records import Arrival
from tests.support.articles import NOW, make_article

HOME, OTHER = "https://h.ex/1", "https://h.ex/2"


async def feed(store, name="f"):
    return (await store.sources.add("feed", f"https://h.ex/{name}", every=60)).id


def arrival(name, text, url=None, key=None):
    return Arrival(replace(make_article(name, text, url=url, title="t"), id=name), key or name)


async def put(store, source, *arrivals, lift=False):
    out = []
    changes = await store.articles.put(
        arrivals, source_id=source, seen_at=NOW, lift=lift, tell_barred=out.append
    )
    return [(c.kind, c.article_id) for c in changes], [bar.article_id for bar in out]


async def test_a_removed_article_stays_out_by_id_address_and_text(store):
    source = await feed(store)
    await put(store, source, arrival("a", "one two", HOME), arrival("b", "three"))
    bar, sources = await store.barred.add("a")
    assert (bar.title, sources) == ("t", [source])
    assert set(await store.articles.digests()) == {"b"}
    for again in (
        arrival("a", "one two", HOME),
        arrival("a", "edited", OTHER),
        arrival("c", "edited at the same address", HOME),
        arrival("d", "one two", OTHER),
    ):
        assert await put(store, source, again) == ([], ["a"])
    assert set(await store.articles.digests()) == {"b"}
    assert await put(store, source, arrival("e", "another", OTHER)) == ([("added", "e")], [])


async def test_what_comes_in_the_same_batch_is_put(store):
    source = await feed(store)
    await put(store, source, arrival("a", "one"))
    await store.barred.add("a")
    changes, out = await put(
        store, source, arrival("x", "new"), arrival("a", "one"), arrival("y", "newer")
    )
    assert changes == [("added", "x"), ("added", "y")]
    assert out == ["a"]
    assert set(await store.articles.keys(source)) == {"x", "y"}


async def test_a_lifted_bar_lets_the_article_in_again(store):
    source = await feed(store)
    await put(store, source, arrival("a", "one", HOME))
    await store.barred.add("a")
    assert (await store.barred.lift("a")).article_id == "a"
    assert await store.barred.lift("a") is None
    assert await put(store, source, arrival("a", "one", HOME)) == ([("added", "a")], [])
    await store.barred.add("a")
    assert await put(store, source, arrival("c", "edited", HOME), lift=True) == (
        [("added", "c")],
        [],
    )
    assert await store.barred.list() == []


async def test_an_unknown_article_cannot_be_barred(store):
    assert await store.barred.add("nobody") is None
    assert await store.barred.list() == []


async def test_a_dry_run_lifts_nothing(store):
    source = await feed(store)
    await put(store, source, arrival("a", "one"))
    await store.barred.add("a")
    changes = await store.articles.put(
        [arrival("a", "one")], source_id=source, seen_at=NOW, lift=True, dry=True
    )
    assert [c.kind for c in changes] == ["added"]
    assert [bar.article_id for bar in await store.barred.list()] == ["a"]
    assert await store.articles.digests() == {}


STEP = st.one_of(
    st.tuples(
        st.just("put"),
        st.lists(
            st.tuples(
                st.sampled_from("abc"),
                st.sampled_from(["one", "two", "three"]),
                st.sampled_from([None, HOME, OTHER]),
            ),
            min_size=1,
            max_size=5,
        ),
        st.booleans(),
    ),
    st.tuples(st.just("bar"), st.sampled_from("abc"), st.none()),
    st.tuples(st.just("lift"), st.sampled_from("abc"), st.none()),
)


@settings(max_examples=40)
@given(st.lists(STEP, max_size=12))
def test_no_live_article_is_ever_like_a_barred_one(steps):
    """A model of the bars alone: what is live never has a barred id, address or text."""

    async def check():
        with TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/bars.db"
            async with await open_store(url, clock=lambda: NOW) as store:
                await go(store)

    async def go(store):
        source = await feed(store)
        bars = {}
        for number, (step, what, lift) in enumerate(steps):
            if step == "put":
                come = [arrival(*one) for one in what]
                told = []
                await store.articles.put(
                    come,
                    source_id=source,
                    seen_at=NOW + timedelta(minutes=number),
                    lift=lift,
                    tell_barred=told.append,
                )
                like = {
                    bar_id
                    for one in come
                    for bar_id, bar in bars.items()
                    if one.article.id == bar_id
                    or one.article.digest == bar.digest
                    or (one.article.url is not None and one.article.url == bar.url)
                }
                if lift:
                    assert not told
                    bars = {i: bar for i, bar in bars.items() if i not in like}
                else:
                    assert {bar.article_id for bar in told} <= like
                    assert bool(told) == bool(like)
            elif step == "bar":
                live = await store.articles.get(what)
                assert (await store.barred.add(what) is not None) == (live is not None)
                if live is not None:
                    bars[what] = live
            else:
                assert (await store.barred.lift(what) is not None) == (what in bars)
                bars.pop(what, None)
            assert {bar.article_id for bar in await store.barred.list()} == set(bars)
            for one in await store.articles.load(await store.articles.digests()):
                for bar_id, bar in bars.items():
                    assert one.id != bar_id
                    assert one.digest != bar.digest
                    assert one.url is None or one.url != bar.url

    asyncio.run(check())
