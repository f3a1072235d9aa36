"""Sitemaps: pages, indexes, news, .gz, and what is none."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from bot.sources.problems import ContentError
from bot.sources.sitemaps import MAX_SITEMAPS, parse_sitemap

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
URL = "https://news.example/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def parse(text, max_bytes=10_000_000):
    data = text.encode() if isinstance(text, str) else text
    return parse_sitemap(data, url=URL, now=NOW, max_bytes=max_bytes)


def urlset(*pages):
    body = "".join(
        f"<url><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for loc, day in pages
    )
    return f'<?xml version="1.0"?><urlset {NS}>{body}</urlset>'


def test_the_newest_come_first_and_the_undated_last():
    found = parse(
        urlset(
            ("https://news.example/a", "2024-01-01"),
            ("/b", ""),
            (" https://news.example/c\n", "2024-05-01T10:00:00+02:00"),
            ("https://news.example/d", "no date"),
            ("https://news.example/a#again", "2024-01-01"),
        )
    )
    assert [page.url[-2:] for page in found.pages] == ["/c", "/a", "/b", "/d"]
    assert found.pages[0].changed == datetime(2024, 5, 1, 8, tzinfo=UTC)
    assert found.pages[2].changed is None


def test_news_dates_count_as_changes():
    text = (
        f'<urlset {NS} xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>/a</loc><n:news>'
        "<n:publication><n:name>Harbour News</n:name></n:publication>"
        "<n:publication_date>2024-05-31</n:publication_date><n:title> Pier opens </n:title>"
        "</n:news></url></urlset>"
    )
    (page,) = parse(text).pages
    assert (page.changed, page.title) == (datetime(2024, 5, 31, tzinfo=UTC), "Pier opens")


def test_an_index_names_sitemaps_and_only_so_many():
    body = "".join(f"<sitemap><loc>/s{n}.xml</loc></sitemap>" for n in range(MAX_SITEMAPS + 5))
    found = parse(f"<sitemapindex {NS}>{body}</sitemapindex>")
    assert (len(found.pages), len(found.sitemaps)) == (0, MAX_SITEMAPS)
    assert found.sitemaps[0].url == "https://news.example/s0.xml"


def test_packed_sitemaps_are_unpacked_up_to_a_limit():
    packed = gzip.compress(urlset(("/a", "")).encode())
    assert len(parse(packed).pages) == 1
    bomb = gzip.compress(b"<urlset>" + b" " * 5_000_000)
    with pytest.raises(ContentError, match="more than 100000 bytes"):
        parse(bomb, max_bytes=100_000)
    with pytest.raises(ContentError, match="damaged"):
        parse(packed[:-10])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html/>",
        "<urlset>",
        "{}",
        "\0",
        '<!DOCTYPE urlset [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><urlset>&b;</urlset>',
        '<!DOCTYPE urlset [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset>&a;</urlset>',
        "<urlset>&undefined;</urlset>",
    ],
)
def test_what_is_no_sitemap_ends_in_one_line(text):
    with pytest.raises(ContentError) as caught:
        parse(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "loc", ["", "file:///etc/passwd", "javascript:1", "http://[", "ftp://x.example/"]
)
def test_places_that_are_no_web_address_are_left_out(loc):
    assert parse(urlset((loc, ""))).pages == ()
