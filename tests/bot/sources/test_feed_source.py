"""Feeds as sources: from a real server to arrivals and a state."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import timedelta

import pytest
from aiohttp import web

from bot.sources.collecting import collect
from bot.sources.events import Unchanged
from bot.sources.problems import Problem
from bot.store.records import Arrival
from tests.bot.sources.sources_bench import NOW, read_page, watched

LONG = "The council met on Monday and spoke about the new pier for hours. " * 12
PAGE = f"The pier, in full\n{LONG}"


def entry(key, text, *, link="/a", title="The pier"):
    return (
        f"<item><guid isPermaLink='false'>{key}</guid><title>{title}</title><link>{link}</link>"
        f"<pubDate>Fri, 31 May 2024 10:00:00 GMT</pubDate><description>{text}</description></item>"
    )


def feed(*entries):
    return (
        "<rss version='2.0'><channel><title>Harbour News</title>"
        + "".join(entries)
        + "</channel></rss>"
    ).encode()


def arrivals(steps):
    return {step.key: step for step in steps if isinstance(step, Arrival)}


def problems(steps):
    return [str(step) for step in steps if isinstance(step, Problem)]


async def test_a_long_entry_is_taken_as_it_is_and_a_summary_completed(site, visit):
    site.pages |= {"/feed": feed(entry("1", LONG), entry("2", "Soon.", link="/b")), "/b": PAGE}
    steps, done = await visit(watched("feed", f"{site.url}/feed"))
    found = arrivals(steps)
    assert problems(steps) == []
    assert found["1"].article.text == LONG.strip()
    assert found["1"].article.source == "Harbour News"
    assert (found["2"].article.title, found["2"].article.text) == (
        "The pier, in full",
        LONG.strip(),
    )
    assert found["2"].article.url == f"{site.url}/b"
    assert found["2"].article.published is not None  # the page has no date, the feed has
    assert site.paths() == ["/feed", "/b"]
    assert done.keys == {"1", "2"}
    assert (done.state.failures, done.state.problem, done.state.checked) == (0, None, NOW)


async def test_what_is_known_is_not_fetched_again(site, visit):
    site.pages |= {"/feed": feed(entry("1", LONG), entry("2", "Soon.")), "/a": PAGE}
    source = watched("feed", f"{site.url}/feed")
    steps, _ = await visit(source)
    known = {key: arrival.fingerprint for key, arrival in arrivals(steps).items()}
    site.hits.clear()
    site.pages["/feed"] = feed(entry("1", LONG), entry("2", "Soon."), entry("3", "New.", link="/c"))
    site.pages["/c"] = "Third\n" + LONG
    steps, _ = await visit(source, known)
    assert set(arrivals(steps)) == {"3"}
    assert [step.count for step in steps if isinstance(step, Unchanged)] == [2]
    assert site.paths() == ["/feed", "/c"]


async def test_validators_are_sent_back_and_honoured(site, visit):
    async def handler(request):
        if request.headers.get("If-None-Match") == '"7"':
            return web.Response(status=304)
        return web.Response(body=feed(entry("1", LONG)), headers={"ETag": '"7"'})

    site.pages["/feed"] = handler
    _, done = await visit(watched("feed", f"{site.url}/feed"))
    assert done.state.etag == '"7"'
    steps, done = await visit(watched("feed", f"{site.url}/feed", etag='"7"'), {"1": "x"})
    assert steps == [Unchanged(1)]
    assert (done.keys, done.state.etag) == (None, '"7"')


@pytest.mark.parametrize(
    ("status", "again"), [(404, False), (403, False), (500, True), (503, True)]
)
async def test_a_page_that_does_not_come_leaves_the_summary(site, visit, status, again):
    async def handler(request):
        return web.Response(
            body=feed(entry("1", "A new pier is planned.")), headers={"ETag": '"7"'}
        )

    site.pages |= {"/feed": handler, "/a": (status, {})}
    source = watched("feed", f"{site.url}/feed")
    steps, done = await visit(source)
    arrival = arrivals(steps)["1"]
    assert arrival.article.text == "A new pier is planned."
    assert len(problems(steps)) == 1
    assert (done.state.etag is None) is again  # so that the next visit isn't told "unchanged"
    steps, _ = await visit(source, {"1": arrival.fingerprint})
    assert (site.paths().count("/a") == 2) is again


async def test_an_entry_that_gives_nothing_is_told_once(site, visit):
    site.pages |= {"/feed": feed(entry("1", "")), "/a": (404, {})}
    steps, done = await visit(watched("feed", f"{site.url}/feed"))
    assert (arrivals(steps), len(problems(steps))) == ({}, 1)
    source = watched("feed", f"{site.url}/feed", fingerprint=done.state.fingerprint)
    steps, _ = await visit(source)
    assert problems(steps) == []
    assert site.paths().count("/a") == 1


async def test_a_server_that_asks_for_rest_gets_it(site, visit):
    site.pages["/feed"] = (503, {"Retry-After": "7200"})
    _, done = await visit(watched("feed", f"{site.url}/feed"))
    assert done.state.due >= NOW + timedelta(hours=2)
    assert done.state.failures == 1
    assert "503" in done.state.problem
    entries = [entry(str(n), "Soon.", link=f"/{n}") for n in range(30)]
    site.pages = {"/feed": feed(*entries)}
    site.pages |= {f"/{n}": (429, {"Retry-After": "7200"}) for n in range(30)}
    site.hits.clear()
    steps, done = await visit(watched("feed", f"{site.url}/feed"))
    assert len(arrivals(steps)) == 30
    assert len(site.paths()) < 10
    assert done.state.due >= NOW + timedelta(hours=2)


async def test_a_feed_that_is_gone_for_good_is_to_be_disabled(site, visit):
    site.pages["/feed"] = (410, {})
    steps, done = await visit(watched("feed", f"{site.url}/feed"))
    assert done.gone
    assert "gone for good" in done.state.problem
    assert len(problems(steps)) == 1
    site.pages["/feed"] = (404, {})
    assert not (await visit(watched("feed", f"{site.url}/feed")))[1].gone


async def test_a_feed_that_has_moved_says_where(site, visit):
    site.pages |= {"/feed": (301, {"Location": "/new"}), "/new": feed(entry("1", LONG))}
    steps, _ = await visit(watched("feed", f"{site.url}/feed"))
    assert set(arrivals(steps)) == {"1"}
    assert f"{site.url}/new" in problems(steps)[0]


async def test_failures_add_up_and_the_state_before_is_kept(site, visit):
    site.pages["/feed"] = "<html>no feed</html>"
    source = watched("feed", f"{site.url}/feed", failures=3, etag='"1"', fingerprint="passed:x")
    steps, done = await visit(source)
    assert (done.state.failures, done.state.etag, done.state.fingerprint) == (4, '"1"', "passed:x")
    assert NOW + timedelta(minutes=15 * 16 * 0.89) < done.state.due
    assert done.state.due < NOW + timedelta(minutes=15 * 16 * 1.11)
    assert len(problems(steps)) == 1
    assert done.keys is None


async def test_an_entity_bomb_is_one_line(site, visit):
    bomb = b'<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss version="2.0">&b;</rss>'
    site.pages["/feed"] = bomb
    steps, done = await visit(watched("feed", f"{site.url}/feed"))
    assert len(steps) == len(problems(steps)) == 1
    assert "bomb" in done.state.problem


async def test_an_entry_that_links_inside_is_not_followed(site, visit):
    site.pages["/feed"] = feed(entry("1", "Short.", link="http://169.254.169.254/latest/"))
    steps, _ = await visit(watched("feed", f"{site.url}/feed"))
    assert arrivals(steps)["1"].article.text == "Short."
    assert "not on the public Internet" in problems(steps)[0]


async def test_what_trips_up_a_library_is_one_line_too(site, visit, monkeypatch):
    def broken(*_args, **_options):
        raise KeyError("surprise")

    monkeypatch.setattr("bot.sources.feed_source.parse_feed", broken)
    site.pages["/feed"] = feed(entry("1", LONG))
    steps, done = await visit(watched("feed", f"{site.url}/feed"))
    assert len(problems(steps)) == 1
    assert done.state.failures == 1


async def test_a_host_that_fails_again_and_again_is_left_till_the_next_visit(site, visit):
    entries = [entry(str(n), "Soon.", link=f"/{n}") for n in range(40)]
    site.pages = {"/feed": feed(*entries)} | {f"/{n}": (500, {}) for n in range(40)}
    steps, done = await visit(watched("feed", f"{site.url}/feed"))
    assert len(arrivals(steps)) == 40
    assert 5 <= len(site.paths()) - 1 <= 10
    assert {arrival.fingerprint for arrival in arrivals(steps).values()} == {""}
    assert done.state.problem is None


async def test_only_so_many_pages_are_fetched_a_visit(site, visit, monkeypatch):
    monkeypatch.setattr("bot.sources.feed_source.PAGES_A_VISIT", 3)
    entries = [entry(str(n), "Soon.", link=f"/{n}") for n in range(5)]
    site.pages = {"/feed": feed(*entries)} | {f"/{n}": PAGE for n in range(5)}
    source = watched("feed", f"{site.url}/feed")
    steps, _ = await visit(source)
    have = {key: arrival.fingerprint for key, arrival in arrivals(steps).items()}
    assert len(site.paths()) - 1 == 3
    steps, _ = await visit(source, have)
    assert set(arrivals(steps)) == {"3", "4"}
    assert len(site.paths()) - 2 == 5


async def test_a_visit_that_is_broken_off_leaves_nothing_running(site, fetcher):
    async def slow(request):
        await asyncio.sleep(30)

    entries = [entry(str(n), "Soon.", link=f"/{n}") for n in range(9)]
    site.pages = {"/feed": feed(entry("long", LONG), *entries)} | {f"/{n}": slow for n in range(9)}
    before = asyncio.all_tasks()
    source = watched("feed", f"{site.url}/feed")
    events = collect(source, fetcher=fetcher, known={}, now=NOW, read_page=read_page)
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Arrival):
                break
    ours = {task for task in asyncio.all_tasks() - before if "_read" in repr(task)}
    assert ours == set()
