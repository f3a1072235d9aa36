"""Visits and the store together: what is remembered is what the next visit needs."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager

from bot.sources.events import Unchanged
from bot.store.engine import open_store
from bot.store.records import Arrival
from tests.bot.sources.sources_bench import NOW


@asynccontextmanager
async def opened(tmp_path):
    async with await open_store(f"sqlite:///{tmp_path / 'n.db'}", clock=lambda: NOW) as store:
        yield store


async def sync(store, source_id, visit):
    """Visit a source and keep what it brings, as a sync does; return changes and what was told."""
    watched = await store.sources.get(source_id)
    steps, done = await visit(watched, await store.articles.keys(source_id))
    arrivals = [step for step in steps if isinstance(step, Arrival)]
    changes = await store.articles.put(arrivals, source_id=source_id, seen_at=NOW)
    if watched.source.mirror and done.keys is not None:
        changes += await store.articles.drop_missing(source_id, set(done.keys), NOW)
    await store.sources.save_state(source_id, done.state)
    return [change.kind for change in changes], steps


async def test_a_mirrored_folder_is_followed(tmp_path, visit):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.md").write_text("# Pier\n\nThe pier by the harbour opened on Monday.")
    lines = [json.dumps({"title": f"Ship {n}", "text": f"Ship {n} came in."}) for n in range(3)]
    (folder / "ships.jsonl").write_text("\n".join(lines))
    async with opened(tmp_path) as store:
        source = await store.sources.add("folder", str(folder), every=900, mirror=True)
        assert (await sync(store, source.id, visit))[0] == ["added"] * 4
        assert await sync(store, source.id, visit) == ([], [Unchanged(4)])
        (folder / "a.md").write_text("# Pier\n\nThe pier by the harbour closed on Tuesday.")
        assert (await sync(store, source.id, visit))[0] == ["updated"]
        (folder / "ships.jsonl").write_text("\n".join(lines[1:]))
        assert (await sync(store, source.id, visit))[0] == ["removed"]
        assert await store.articles.count() == 3


async def test_an_article_that_comes_by_two_routes_is_one(tmp_path, site, visit):
    text = "The pier by the harbour opened on Monday, and many came to see it. " * 12
    site.pages["/feed"] = (
        "<rss version='2.0'><channel><title>T</title><item><guid isPermaLink='false'>1</guid>"
        f"<title>Pier</title><link>/pier?utm_source=feed</link><description>{text}</description>"
        "</item></channel></rss>"
    )
    site.pages["/pier"] = f"Pier\n{text}"
    site.pages["/s.xml"] = "<urlset><url><loc>/pier</loc></url></urlset>"
    async with opened(tmp_path) as store:
        feed = await store.sources.add("feed", f"{site.url}/feed", every=900)
        sitemap = await store.sources.add("sitemap", f"{site.url}/s.xml", every=900)
        assert (await sync(store, feed.id, visit))[0] == ["added"]
        assert (await sync(store, sitemap.id, visit))[0] == []
        assert await store.articles.count() == 1
        again = [
            step for step in (await sync(store, feed.id, visit))[1] if isinstance(step, Arrival)
        ]
        assert again == []
