"""Feeds of every dialect, whole, broken and hostile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.feeds import MAX_ENTRIES, parse_feed
from bot.sources.problems import ContentError

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
URL = "https://news.example/feeds/all.xml"


def parse(text, content_type=""):
    data = text.encode() if isinstance(text, str) else text
    return parse_feed(data, url=URL, now=NOW, content_type=content_type)


def rss(items, version="2.0"):
    return (
        f'<?xml version="1.0"?><rss version="{version}"><channel><title>Harbour News</title>'
        f"<language>en-gb</language>{items}</channel></rss>"
    )


def only(text, **options):
    (entry,) = parse(text, **options).entries
    return entry


def test_rss_2():
    feed = parse(
        rss(
            "<item><title>Ferry &amp; port</title><link>https://news.example/a?utm_source=x</link>"
            "<guid isPermaLink='false'>id-1</guid><author>ann@news.example (Ann Berg)</author>"
            "<pubDate>Fri, 31 May 2024 10:00:00 +0200</pubDate>"
            "<description>&lt;p&gt;The ferry left.&lt;/p&gt;"
            "&lt;p&gt;It was &lt;b&gt;late&lt;/b&gt;."
            "&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description></item>"
        )
    )
    (entry,) = feed.entries
    assert (feed.title, feed.language, feed.notes) == ("Harbour News", "en-gb", ())
    assert (entry.key, entry.title) == ("id-1", "Ferry & port")
    assert entry.url == "https://news.example/a"
    assert entry.paragraphs == ("The ferry left.", "It was late.")
    assert entry.published == datetime(2024, 5, 31, 8, tzinfo=UTC)
    assert "Ann Berg" in entry.authors[0]


def test_rss_091_with_its_document_type():
    text = rss("<item><title>Old</title><link>/old</link></item>", "0.91").replace(
        "<rss",
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x.example/rss.dtd"><rss',
    )
    entry = only(text)
    assert (entry.title, entry.url, entry.key) == (
        "Old", "https://news.example/old", "https://news.example/old",
    )  # fmt: skip


def test_rdf():
    entry = only(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="x"><title>Tide tables</title></channel>'
        '<item rdf:about="https://news.example/tide"><title>High water</title>'
        "<link>https://news.example/tide</link><dc:date>2024-05-30T06:00:00Z</dc:date>"
        "<dc:creator>Jo Lund</dc:creator><description>Water rose.</description></item></rdf:RDF>"
    )
    assert (entry.title, entry.authors) == ("High water", ("Jo Lund",))
    assert entry.published == datetime(2024, 5, 30, 6, tzinfo=UTC)


def test_atom_takes_the_content_before_the_summary_and_resolves_links():
    entry = only(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://other.example/x/">'
        "<title>A</title><entry><id>urn:1</id>"
        "<title type='html'>A &lt;i&gt;new&lt;/i&gt; pier</title>"
        '<link rel="alternate" href="../pier"/><updated>2024-05-30T06:00:00+02:00</updated>'
        "<summary>Short.</summary><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
        "<p>The pier opened on Monday.</p><p>It is long.</p></div></content></entry></feed>"
    )
    assert (entry.key, entry.title) == ("urn:1", "A new pier")
    assert entry.url == "https://other.example/pier"
    assert entry.paragraphs == ("The pier opened on Monday.", "It is long.")
    assert entry.published == datetime(2024, 5, 30, 4, tzinfo=UTC)


def test_without_a_guid_the_link_is_the_key_and_without_both_the_text():
    first, second, third = parse(
        rss(
            "<item><title>a</title><link>/a</link></item>"
            "<item><title>b</title><description>one</description></item>"
            "<item><title>b</title><description>two</description></item>"
        )
    ).entries
    assert first.key == "https://news.example/a"
    assert second.key != third.key
    assert (second.url, third.url) == (None, None)


def test_a_guid_that_is_an_address_serves_as_link():
    assert only(rss("<item><guid>https://news.example/g</guid></item>")).url == (
        "https://news.example/g"
    )


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "http://[", "mailto:a@b"]
)
def test_links_that_lead_nowhere_are_left_out(link):
    assert only(rss(f"<item><title>a</title><link>{link}</link></item>")).url is None


def test_the_same_guid_twice_counts_once_and_the_first_wins():
    feed = parse(
        rss(
            "<item><guid>1</guid><title>new</title></item><item><guid>1</guid><title>old</title></item>"
        )
    )
    assert [entry.title for entry in feed.entries] == ["new"]


def test_the_fingerprint_changes_with_the_entry():
    entries = [
        only(rss(f"<item><guid>1</guid><title>{t}</title><description>{d}</description></item>"))
        for t, d in (("a", "x"), ("a", "y"), ("b", "x"))
    ]
    assert len({entry.fingerprint for entry in entries}) == 3
    assert len({entry.key for entry in entries}) == 1


@pytest.mark.parametrize(
    ("ahead", "published"),
    [(timedelta(hours=5), NOW), (timedelta(days=2), None), (timedelta(days=99999), None)],
)
def test_dates_from_the_future(ahead, published):
    written = (NOW + ahead).strftime("%Y-%m-%dT%H:%M:%SZ")
    feed = parse(rss(f"<item><title>a</title><pubDate>{written}</pubDate></item>"))
    assert feed.entries[0].published == published
    assert bool(feed.notes) == (published is None)


@pytest.mark.parametrize("date", ["yesterday", "", "0000-00-00", "9" * 40, "31 Jun 2024", "-1"])
def test_dates_that_are_none(date):
    assert only(rss(f"<item><title>a</title><pubDate>{date}</pubDate></item>")).published is None


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("iso-8859-1", "iso-8859-1", ""),
        ("utf-16", "utf-16", ""),
        ("windows-1252", "", ""),
        ("koi8-r", "koi8-r", "application/xml"),
        ("gb2312", "gb2312", ""),
        ("iso-8859-1", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-8", "no-such-encoding", ""),
        ("utf-8", "base64", ""),
        ("utf-8-sig", "", "text/xml; charset=nonsense"),
    ],
)
def test_encodings(encoding, declared, header):
    word = {"koi8-r": "Гавань", "gb2312": "港口"}.get(encoding, "Göteborg")
    text = rss(f"<item><title>{word}</title></item>")
    if declared:
        text = text.replace('version="1.0"', f'version="1.0" encoding="{declared}"', 1)
    entry = only(text.encode(encoding), content_type=header)
    assert entry.title == word


@pytest.mark.parametrize(
    "broken",
    [
        rss("<item><title>Fish & chips</title><link>/a</link></item>"),
        rss("<item><title>Fish &nbsp;&amp; chips</title><link>/a</link></item>"),
        rss("<item><title>Fish &amp; chips</title><link>/a</link>").removesuffix(
            "</channel></rss>"
        ),
        rss("<item><title>Fish &amp; chips</title><link>/a</link><x:y>1</x:y></item>"),
        rss("<item><title>Fish &amp;\x08 chips</title><link>/a</link></item>"),
        "\n\n  " + rss("<item><title>Fish &amp; chips</title><link>/a</link></item>"),
    ],
)
def test_broken_xml_is_mended(broken):
    entry = only(broken)
    assert entry.title.split() == ["Fish", "&", "chips"] or entry.title.split() == ["Fish", "chips"]
    assert entry.url == "https://news.example/a"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rss version="2.0"><channel><title>&c;</title>'
    "<item><title>&c;</title></item></channel></rss>"
)


@pytest.mark.parametrize(
    "bomb",
    [
        BOMB,
        BOMB.encode("utf-16"),
        BOMB.replace('"1.0"', '"1.0" encoding="utf-7"'),
        BOMB.replace('"&a;&a;&a;&a;&a;&a;&a;&a;"', 'SYSTEM "file:///etc/passwd"'),
        BOMB.replace("<!ENTITY a", "<!ENTITY % a"),
        BOMB.lower().replace("<!doctype", "<!DOCTYPE"),
    ],
)
def test_entity_bombs_end_in_one_line(bomb):
    with pytest.raises(ContentError, match=r"bomb|no RSS") as caught:
        parse(bomb)
    assert "\n" not in str(caught.value)


def test_entities_of_plain_text_do_not_grow():
    """One long entity, named often: the quadratic sort of bomb."""
    text = rss("<item><title>a</title><description>" + "&a;" * 50_000 + "</description></item>")
    text = text.replace("<rss", f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]><rss')
    assert sum(map(len, only(text).paragraphs)) < 200_000


@pytest.mark.parametrize(
    "hostile",
    [
        rss("<b>" * 20_000),
        rss("<item>" + "<category>a</category>" * 20_000 + "</item>"),
        rss("<item " + "".join(f'b{i}="1" ' for i in range(5000)) + "/>"),
        "<html><body>No feed</body></html>",
        "<opml/>",
        "",
        "\0" * 100,
        "/etc/passwd",
        "https://news.example/other.xml",
        "{}",
        "<" * 1000,
    ],
)
def test_what_is_no_feed_ends_in_one_line(hostile):
    with pytest.raises(ContentError) as caught:
        parse(hostile)
    assert "\n" not in str(caught.value)


def test_a_file_named_by_the_body_is_not_read(tmp_path):
    file = tmp_path / "feed.xml"
    file.write_text(rss("<item><title>Secret</title></item>"))
    with pytest.raises(ContentError):
        parse(str(file))


def test_only_so_many_entries_are_read():
    items = "".join(
        f"<item><guid isPermaLink='false'>{n}</guid></item>" for n in range(MAX_ENTRIES + 9)
    )
    feed = parse(rss(items))
    assert [entry.key for entry in feed.entries] == [str(n) for n in range(MAX_ENTRIES)]
    assert len(feed.notes) == 1


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("latin-1")))
def test_whatever_stands_in_a_description_harms_nothing(text):
    try:
        feed = parse(rss(f"<item><title>t</title><description>{text}</description></item>"))
    except ContentError:
        return
    for entry in feed.entries:
        assert all(p and "\n" not in p for p in entry.paragraphs)


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(data):
    with pytest.raises(ContentError):
        parse(data)
