"""Any sequence of steps leaves the store as it leaves a few plain dicts.

The model takes one arrival at a time, so it also shows that batches make no difference.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.backup import _make_room
from bot.store.engine import open_store
from bot.store.records import Arrival
from tests.support.articles import NOW, make_article

NAMES, TEXTS, KEYS = "abcd", "stuv", "wxyz"
URLS = [None, "https://h.ex/1", "https://h.ex/2"]


@dataclass
class Held:
    text: str
    url: str | None
    since: timedelta
    kept: bool = False
    routes: dict = field(default_factory=dict)  # (source, key) → whether it is current


class Model:
    def __init__(self):
        self.held: dict[str, Held] = {}

    def put(self, name, text, url, source, key, at):
        changes = []
        named = name if name in self.held else self._owner(url)
        twin = next((n for n, h in self.held.items() if h.text == text), None)
        if named is None and twin is None:
            self.held[name] = Held(text, None if self._owner(url) else url, at)
            changes = [("added", name, None)]
            twin = name
        elif named is not None and self.held[named].text != text:
            old = self.held[named]
            if twin is None:
                changes = [("updated", named, at - old.since)]
                owner = self._owner(url)
                old.text, old.since = text, at
                old.url = url if owner in (None, named) else None
                twin = named
            else:
                changes = [("removed", named, at - old.since)]
                del self.held[named]
                heir = self.held[twin]
                heir.kept |= old.kept
                for route, current in old.routes.items():
                    heir.routes[route] = heir.routes.get(route, False) or current
        if source is None:
            self.held[twin].kept = True
        else:
            for held in self.held.values():
                if (source, key) in held.routes:
                    held.routes[source, key] = False
            self.held[twin].routes[source, key] = True
        return changes

    def drop(self, source, keys, at):
        lost = []
        for name, held in self.held.items():
            dead = [
                r for r, cur in held.routes.items() if r[0] == source and not (cur and r[1] in keys)
            ]
            for route in dead:
                del held.routes[route]
            if dead and not held.routes and not held.kept:
                lost.append(name)
        return [self.remove(name, at) for name in lost]

    def remove(self, name, at):
        held = self.held.pop(name, None)
        return held and ("removed", name, at - held.since)

    def _owner(self, url):
        return next((n for n, h in self.held.items() if url is not None and h.url == url), None)


arrival = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(TEXTS), st.sampled_from(URLS), st.sampled_from(KEYS)
)
source = st.sampled_from([None, 1, 2])
step = st.one_of(
    st.tuples(st.just("put"), st.lists(arrival, max_size=6), source, st.integers(1, 6)),
    st.tuples(st.just("put"), st.lists(arrival, max_size=6), source, st.integers(1, 6)),
    st.tuples(st.just("drop"), st.sets(st.sampled_from(KEYS)), st.sampled_from([1, 2])),
    st.tuples(st.just("remove"), st.sampled_from(NAMES)),
    st.tuples(st.just("forget"), st.sampled_from([1, 2]), st.booleans()),
    st.tuples(st.just("enable"), st.sampled_from([1, 2]), st.booleans()),
)
BY_ID = {make_article(name, "").id: name for name in NAMES}


def plain(changes):
    return [(c.kind, BY_ID[c.article_id], c.after) for c in changes if c]


async def apply(store, model, enabled, step, at, numbers):
    match step:
        case ("put", arrivals, source, batch):
            made = [Arrival(make_article(n, t, url=u), k) for n, t, u, k in arrivals]
            number = source and numbers[source]
            put = store.articles.put(made, source_id=number, seen_at=NOW + at, batch=batch)
            expected = [c for n, t, u, k in arrivals for c in model.put(n, t, u, source, k, at)]
            assert plain(await put) == expected
        case ("drop", keys, source):
            gone = await store.articles.drop_missing(numbers[source], keys, NOW + at)
            assert sorted(plain(gone)) == sorted(model.drop(source, keys, at))
        case ("remove", name):
            change = await store.articles.remove(make_article(name, "").id, NOW + at)
            expected = model.remove(name, at)
            assert plain([change]) == ([expected] if expected else [])
        case ("forget", source, keep):
            if keep:
                for held in model.held.values():
                    held.kept |= any(r[0] == source for r in held.routes)
            await store.sources.remove(numbers[source], keep_articles=keep)
            model.drop(source, (), at)
            made = await store.sources.add("feed", f"https://h.ex/feed/{source}", every=60)
            numbers[source] = made.id
            enabled.add(source)
        case ("enable", source, on):
            await (store.sources.enable if on else store.sources.disable)(numbers[source])
            (enabled.add if on else enabled.discard)(source)


async def compare(store, model, enabled, numbers):
    held = model.held
    found = await store.articles.load(await store.articles.digests())
    assert {BY_ID[a.id]: (a.text, a.url) for a in found} == {
        name: (h.text, h.url) for name, h in held.items()
    }
    for name in held:
        ids = [s.id for s in await store.articles.sources_of(make_article(name, "").id)]
        assert ids == sorted({numbers[r[0]] for r in held[name].routes})
    watched = {w.source.id: w for w in await store.sources.list()}
    for source, number in numbers.items():
        keys = {
            r[1] for h in held.values() for r, cur in h.routes.items() if r[0] == source and cur
        }
        assert set(await store.articles.keys(number)) == keys
        brought = [h for h in held.values() if any(r[0] == source for r in h.routes)]
        assert watched[number].articles == len(brought)
        assert watched[number].source.enabled == (source in enabled)


async def run(store, steps):
    await store.database.write(lambda connection: _make_room(connection, replace=True))
    numbers = {}
    for source in (1, 2):
        made = await store.sources.add("feed", f"https://h.ex/feed/{source}", every=60)
        numbers[source] = made.id
    model, enabled = Model(), {1, 2}
    for number, step in enumerate(steps):
        await apply(store, model, enabled, step, timedelta(hours=number), numbers)
    await compare(store, model, enabled, numbers)


def test_any_steps_leave_the_store_as_they_leave_the_model(url, clock):
    with asyncio.Runner() as runner:
        store = runner.run(open_store(url, clock=clock))

        @settings(parent=settings(), max_examples=30)
        @given(st.lists(step, min_size=3, max_size=10))
        def check(steps):
            runner.run(run(store, steps))

        try:
            check()
        finally:
            runner.run(store.close())
