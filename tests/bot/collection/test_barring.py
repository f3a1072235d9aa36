"""What was taken out stays out at every visit of every kind of source, and is reported once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.collection.locating import source_at
from bot.collection.naming import afresh, one_article
from bot.collection.opening import open_collection
from bot.settings import load_settings
from tests.support.collections import Clock
from tests.support.embedders import FakeEmbedder
from tests.support.site import Site, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.collection.syncing import Collection

SITEMAP = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    "{pages}</urlset>"
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as running:
        running.article("ferry", "The ferry is back", "The ferry crosses the bay again.")
        running.article("crane", "A crane for the quay", "A crane of forty tons was set up.")
        pages = "".join(f"<url><loc>{running.root}/{n}</loc></url>" for n in ("ferry", "crane"))
        running.pages["/sitemap.xml"] = ("application/xml", SITEMAP.format(pages=pages))
        yield running


@pytest.fixture
async def collection(tmp_path) -> AsyncIterator[Collection]:
    settings = load_settings(
        data=tmp_path / "data", model="fake", fetch_allowed_hosts=frozenset({"127.0.0.1"})
    )
    async with open_collection(settings, clock=Clock(), embedder=FakeEmbedder) as opened:
        yield opened


async def titles(collection) -> set[str]:
    articles = collection.store.articles
    return {one.title for one in await articles.load(await articles.digests())}


async def bar(collection, title) -> str:
    found = await collection.store.articles.latest(9)
    (article_id,) = [one.id for one in found if one.title == title]
    await collection.store.barred.add(article_id)
    return article_id


@pytest.mark.parametrize("place", ["feed.xml", "sitemap.xml", "ferry"])
async def test_it_stays_out_edited_or_not_and_comes_back_when_lifted(collection, site, place):
    source = await source_at(collection, f"{site.root}/{place}")
    await collection.sync(trigger="test", sources=[source])
    others = await titles(collection) - {"The ferry is back"}
    article_id = await bar(collection, "The ferry is back")
    for title in ("The ferry is back", "The ferry is back at last", "The ferry is here"):
        site.article("ferry", title, f"{title}, as the harbour master says.")
        fresh = afresh(await collection.store.sources.get(source.source.id))
        report = await collection.sync(trigger="test", sources=[fresh])
        assert await titles(collection) == others
        assert report.kept_out == ("The ferry is back",)
        assert report.unchanged >= 0
    if place != "ferry":  # a feed's or sitemap's page needn't be asked for
        assert site.asked.count("/ferry") == 1
    await collection.store.barred.lift(article_id)
    fresh = afresh(await collection.store.sources.get(source.source.id))
    await collection.sync(trigger="test", sources=[fresh])
    assert await titles(collection) == others | {"The ferry is here"}


async def test_two_sources_of_it_are_one_line(collection, site):
    for place in ("feed.xml", "sitemap.xml", "ferry"):
        await source_at(collection, f"{site.root}/{place}")
    await collection.sync(trigger="test")
    await bar(collection, "The ferry is back")
    sources = [afresh(one) for one in await collection.store.sources.list()]
    report = await collection.sync(trigger="test", sources=sources)
    assert report.kept_out == ("The ferry is back",)
    assert await titles(collection) == {"A crane for the quay"}


async def test_naming_a_page_brings_it_back_and_naming_its_feed_does_not(collection, site):
    feed = await source_at(collection, f"{site.root}/feed.xml")
    await collection.sync(trigger="test", sources=[feed])
    await bar(collection, "The ferry is back")
    fresh = afresh(await collection.store.sources.get(feed.source.id))
    await collection.sync(trigger="command", sources=[fresh], named=one_article)
    assert await titles(collection) == {"A crane for the quay"}
    page = await source_at(collection, f"{site.root}/ferry")
    await collection.sync(trigger="command", sources=[page], named=one_article, dry=True)
    assert await titles(collection) == {"A crane for the quay"}
    await collection.sync(trigger="command", sources=[page], named=one_article)
    assert await titles(collection) == {"A crane for the quay", "The ferry is back"}
