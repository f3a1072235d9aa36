"""Links and sitemaps as sources."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from aiohttp import web

import bot.sources.sitemap_source
from bot.sources.events import Unchanged
from bot.sources.fetching import Fetched
from bot.sources.pages import read_fetched, same_site
from bot.sources.problems import Problem
from bot.store.records import Arrival
from retrieval.readers import Origin, article_id
from retrieval.readers.building import build_article
from retrieval.readers.fields import Fields
from tests.bot.sources.sources_bench import NOW, watched


def page(name):
    return f"Page {name}\nWhat page {name} says about the harbour."


def urlset(*pages):
    body = "".join(f"<url><loc>{loc}</loc><lastmod>{day}</lastmod></url>" for loc, day in pages)
    return f"<urlset>{body}</urlset>"


def arrived(steps):
    return [step.key.rpartition("/")[2] for step in steps if isinstance(step, Arrival)]


def problems(steps):
    return [str(step) for step in steps if isinstance(step, Problem)]


def known(steps):
    return {step.key: step.fingerprint for step in steps if isinstance(step, Arrival)}


async def test_a_link_is_read_when_it_changes(site, visit):
    async def handler(request):
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(body=page("a").encode(), headers={"ETag": '"1"'})

    site.pages["/a"] = handler
    url = f"{site.url}/a"
    steps, done = await visit(watched("link", url))
    (arrival,) = steps
    assert (arrival.article.title, arrival.article.url, arrival.key) == ("Page a", url, url)
    assert done.keys == {url}
    steps, done = await visit(watched("link", url, etag=done.state.etag), known(steps))
    assert steps == [Unchanged(1)]
    assert done.keys is None


async def test_a_link_without_an_article_is_a_problem(site, visit):
    site.pages["/a"] = b""
    steps, done = await visit(watched("link", f"{site.url}/a"))
    assert len(problems(steps)) == 1
    assert done.state.problem == "the page holds no article; name another"


async def test_only_new_and_changed_pages_of_a_sitemap_are_fetched(site, visit):
    site.pages |= {f"/{name}": page(name) for name in "abc"}
    site.pages["/s.xml"] = urlset(("/a", "2024-05-01"), ("/b", "2024-05-03"), ("/c", ""))
    source = watched("sitemap", f"{site.url}/s.xml")
    steps, done = await visit(source)
    assert arrived(steps) == ["b", "a", "c"]
    assert done.keys == {f"{site.url}/{name}" for name in "abc"}
    have = known(steps)
    site.hits.clear()
    site.pages["/s.xml"] = urlset(("/a", "2024-05-31"), ("/b", "2024-05-03"), ("/c", ""))
    steps, _ = await visit(source, have)
    assert arrived(steps) == ["a"]
    assert site.paths() == ["/s.xml", "/a"]


async def test_the_rest_of_a_long_sitemap_comes_at_the_next_visits(site, visit, monkeypatch):
    monkeypatch.setattr(bot.sources.sitemap_source, "PAGES_A_VISIT", 2)
    names = "abcde"
    site.pages |= {f"/{name}": page(name) for name in names}
    body = urlset(*((f"/{name}", f"2024-05-0{n + 1}") for n, name in enumerate(names)))
    site.pages["/s.xml"] = (200, {"ETag": '"1"'}, body.encode())
    source = watched("sitemap", f"{site.url}/s.xml")
    have: dict[str, str] = {}
    rounds = []
    for _ in range(3):
        steps, done = await visit(source, have)
        have |= known(steps)
        rounds.append(arrived(steps))
        assert (done.state.etag is None) is (len(have) < 5)
    assert rounds == [["e", "d"], ["c", "b"], ["a"]]


async def test_dead_pages_are_tried_once_and_failing_ones_again(site, visit):
    site.pages["/s.xml"] = urlset(
        ("/dead", "2024-05-01"), ("/ill", "2024-05-01"), ("/a", "2024-05-01")
    )
    site.pages |= {"/ill": (500, {}), "/a": page("a")}
    steps, done = await visit(watched("sitemap", f"{site.url}/s.xml"))
    assert (arrived(steps), len(problems(steps))) == (["a"], 2)
    again = watched("sitemap", f"{site.url}/s.xml", fingerprint=done.state.fingerprint)
    site.hits.clear()
    await visit(again, known(steps))
    assert site.paths() == ["/s.xml", "/ill"]


async def test_an_index_is_followed_one_level_and_never_in_circles(site, visit):
    index = "<sitemapindex>{}</sitemapindex>".format
    site.pages |= {
        "/s.xml": index(
            "".join(f"<sitemap><loc>/{n}.xml</loc></sitemap>" for n in ("s", "one", "deep", "gone"))
        ),
        "/one.xml": urlset(("/a", "2024-05-01")),
        "/deep.xml": index("<sitemap><loc>/s.xml</loc></sitemap>"),
        "/a": page("a"),
    }
    steps, done = await visit(watched("sitemap", f"{site.url}/s.xml"))
    assert arrived(steps) == ["a"]
    assert len(problems(steps)) == 3
    assert done.keys is None  # one sitemap is missing: nothing may be taken for removed
    assert len(site.paths()) == 6


async def test_pages_of_other_sites_are_left_out(site, visit):
    site.pages["/s.xml"] = urlset(
        ("/a", ""), ("http://10.0.0.1/b", ""), ("https://bank.example/c", "")
    )
    site.pages["/a"] = page("a")
    steps, _ = await visit(watched("sitemap", f"{site.url}/s.xml"))
    assert arrived(steps) == ["a"]
    assert "2 of its pages are of other sites" in problems(steps)[0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://news.example/a", "http://www.news.example/b", True),
        ("https://m.news.example/a", "https://news.example/b", True),
        ("https://news.example/a", "https://badnews.example/b", False),
        ("https://news.example/a", "https://news.example.evil.example/b", False),
    ],
)
def test_same_site(one, other, same):
    assert same_site(one, other) is same
    assert same_site(other, one) is same


async def test_a_page_cannot_pass_for_one_of_another_site():
    def claims(data, url, now):
        fields = Fields(title="Fake", url="https://bank.example/rates", source="bank.example")
        yield build_article(
            fields, ["Send us your money at once."], Origin(url, None, now), own_file=True
        )

    got = Fetched("https://evil.example/x", 200, b"x", "text/html")
    text = await read_fetched(got, read_page=claims, now=NOW)
    assert text.article is not None
    assert (text.article.url, text.article.source) == ("https://evil.example/x", "evil.example")
    assert text.article.id == article_id(url=text.article.url, path=None, digest="")
    mine = Fetched("https://www.bank.example/amp/rates", 200, b"x", "text/html")
    text = await read_fetched(mine, read_page=claims, now=datetime(2024, 1, 1, tzinfo=UTC))
    assert text.article is not None
    assert text.article.url == "https://bank.example/rates"
