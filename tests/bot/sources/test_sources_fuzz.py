"""Damaged feeds, sitemaps and OPML: each is read, or is one ContentError in one line."""

from __future__ import annotations

import gzip
import os
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.sources.feeds import parse_feed
from bot.sources.opml import Outline, parse_opml, write_opml
from bot.sources.problems import ContentError
from bot.sources.sitemaps import parse_sitemap
from tests.support.damage import mutated

INPUTS = int(os.environ.get("NEWSDESK_FUZZ", "200"))
SEED = int(os.environ.get("NEWSDESK_FUZZ_SEED", "20240601"))
SLOWEST = 5.0
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
URL = "https://coast.example/feed"

RSS = b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Coast</title>
<link>https://coast.example/</link><item><title>Pier closed</title><link>/news/1</link>
<guid isPermaLink="false">n1</guid><pubDate>Tue, 14 May 2024 07:30:00 GMT</pubDate>
<description>&lt;p&gt;The pier &amp;amp; quay.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Storms closed <b>it</b>.</p>]]></content:encoded></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Coast</title><id>urn:a</id><entry>
<id>urn:1</id><title type="html">Pier &lt;b&gt;closed</title><link href="https://coast.example/1"/>
<updated>2024-05-14T07:30:00Z</updated><author><name>Nora Fjell</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Storms.</p></div></content>
</entry></feed>"""
SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://coast.example/1</loc>
<lastmod>2024-05-14</lastmod><news:news><news:title>Pier</news:title>
<news:publication_date>2024-05-14T07:30:00Z</news:publication_date></news:news></url></urlset>"""
INDEX = b"""<sitemapindex><sitemap><loc>https://coast.example/s1.xml.gz</loc>
<lastmod>2024-05-14</lastmod></sitemap></sitemapindex>"""
OPML = write_opml([Outline("feed", URL, "Coast"), Outline("link", "https://a.example/", "A page")])

TOKENS = (
    *(b"<!DOCTYPE d [<!ENTITY a 'aa'>]>", b"<!ENTITY b '&a;&a;'>", b"&b;", b"<![CDATA[", b"]]>"),
    *(b"<?xml version='1.0' encoding='utf-16'?>", b"<?xml encoding='hex'?>", b"&#0;", b"\xff\xfe"),
    *(b"<item>" * 200, b"<a>" * 300, b"<entry/>", b"<loc>http://[::1</loc>", b"<outline>", b"\0"),
    *(b"xml:base='::'", b" xmlns='x'", b"<pubDate>99 Foo 99999</pubDate>", b"<link>//</link>"),
)


def feed(data: bytes) -> None:
    for entry in parse_feed(data, url=URL, now=NOW).entries:
        assert entry.key
        assert all(part and "\n" not in part for part in entry.paragraphs)
        assert entry.url is None or entry.url.startswith(("http://", "https://"))


def sitemap(data: bytes) -> None:
    parse_sitemap(data, url=URL, now=NOW, max_bytes=10_000_000)


def opml(data: bytes) -> None:
    for outline in parse_opml(data):
        assert outline.location.startswith(("http://", "https://"))


PARSERS = {"feed": feed, "sitemap": sitemap, "opml": opml}
SAMPLES = {
    "feed": (RSS, ATOM),
    "sitemap": (SITEMAP, INDEX, gzip.compress(SITEMAP)),
    "opml": (OPML,),
}


@pytest.mark.parametrize("kind", PARSERS)
@seed(SEED)
@settings(
    max_examples=INPUTS,
    database=None,
    derandomize=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_damage_is_read_or_told_in_one_line(kind: str, data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(SAMPLES[kind]))
    document = data.draw(mutated(sample, TOKENS))
    began = time.monotonic()
    told = ""
    try:
        PARSERS[kind](document)
    except ContentError as error:
        told = str(error)
    assert "\n" not in told
    assert len(told) < 1000
    assert time.monotonic() - began < SLOWEST


@pytest.mark.parametrize("kind", PARSERS)
def test_the_documents_are_sound_before_they_are_damaged(kind: str) -> None:
    for sample in SAMPLES[kind]:
        PARSERS[kind](sample)
