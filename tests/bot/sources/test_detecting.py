"""What kind of source a location is."""

from __future__ import annotations

import gzip

import pytest

from bot.sources.detecting import Detected, detect_address, detect_body, detect_path
from bot.sources.problems import SourceError

URL = "https://news.example/x/"
PAGE = """<!doctype html><html><head><title> Harbour
 News</title><link rel="Alternate" type="application/rss+xml" href="/feed.xml">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="atom.xml">
<link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" href="/s.css">
<link rel="alternate" type="application/rss+xml" href="javascript:1"></head>
<body>Hi</body></html>"""


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<rss version='2.0'><channel><title>T</title></channel></rss>", "feed"),
        ("<?xml version='1.0'?><!-- hello --><feed xmlns='http://www.w3.org/2005/Atom'/>", "feed"),
        ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", "feed"),
        ("\ufeff \n<rss><channel>&nbsp;", "feed"),
        ("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url/>", "sitemap"),
        ("<sitemapindex/>", "sitemap"),
        (gzip.compress(b"<urlset/>", mtime=0), "sitemap"),
        (gzip.compress(b"<urlset/>", mtime=0)[:-5], "link"),
        ("<html><body><rss></rss></body></html>", "link"),
        ("plain text", "link"),
        ("", "link"),
        ("<", "link"),
        (b"%PDF-1.7\0\0", "link"),
    ],
)
def test_bodies(body, kind):
    data = body.encode() if isinstance(body, str) else body
    assert detect_body(data, url=URL).kind == kind


def test_a_page_tells_its_feeds():
    assert detect_body(PAGE.encode(), url=URL) == Detected(
        "link", "Harbour News", ("https://news.example/feed.xml", "https://news.example/x/atom.xml")
    )


def test_a_feed_tells_its_title():
    body = b"<rss version='2.0'><channel><title>Tide &amp; port</title></channel></rss>"
    assert detect_body(body, url=URL) == Detected("feed", "Tide & port")


async def test_an_address_is_fetched_once(site, fetcher):
    site.pages["/x"] = PAGE
    found = await detect_address(f"{site.url}/x", fetcher)
    assert found.feeds == (f"{site.url}/feed.xml", f"{site.url}/atom.xml")
    assert site.paths() == ["/x"]


def test_paths(tmp_path):
    (tmp_path / "a.JSONL.gz").touch()
    (tmp_path / "a.exe").touch()
    assert detect_path(tmp_path) == "folder"
    assert detect_path(tmp_path / "a.JSONL.gz") == "file"
    for name in ("a.exe", "nothing"):
        with pytest.raises(SourceError, match=name):
            detect_path(tmp_path / name)
