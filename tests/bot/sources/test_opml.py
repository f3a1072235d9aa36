"""Subscription lists in and out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.opml import Outline, parse_opml, write_opml
from bot.sources.problems import ContentError
from retrieval.readers.wording import clean_line

names = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=40).map(clean_line)
addresses = st.from_regex(r"\Ahttps?://[a-z]{1,9}\.example/[a-z0-9/?=&%\"'<>~-]{0,20}\Z")
outlines = st.lists(
    st.builds(
        Outline,
        kind=st.sampled_from(["feed", "sitemap", "link"]),
        location=addresses,
        name=names,
        every=st.none() | st.integers(60, 30 * 86400),
        mirror=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda outline: outline.location,
)


@given(outlines)
def test_what_is_written_is_read_as_itself(wanted):
    assert parse_opml(write_opml(wanted)) == wanted


def test_a_list_as_feed_readers_write_it():
    text = """<?xml version="1.0" encoding="ISO-8859-1"?>
    <opml version="1.1"><head><title>Subs</title></head><body>
      <outline text="Ports"><outline text="Harbour &amp; sea" type="rss" xmlUrl="https://a.example/f"/>
        <outline title="Only a title" xmlurl=" http://b.example/f "/></outline>
      <outline text="A page" type="link" url="https://c.example/"/>
      <outline text="Again" type="rss" xmlUrl="https://a.example/f"/>
      <outline text="On the disk" type="rss" xmlUrl="file:///etc/passwd"/>
      <outline text="Nothing"/>
    </body></opml>"""
    assert parse_opml(text.encode("latin-1")) == [
        Outline("feed", "https://a.example/f", "Harbour & sea"),
        Outline("feed", "http://b.example/f", "Only a title"),
        Outline("link", "https://c.example/", "A page"),
    ]


def test_folders_and_files_are_left_out():
    local = [Outline("folder", "/a", "a"), Outline("file", "/b.jsonl", "b")]
    assert parse_opml(write_opml(local)) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<rss/>",
        b"<opml>",
        b"nothing",
        b'<!DOCTYPE opml [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><opml>&b;</opml>',
        b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml>&a;</opml>',
    ],
)
def test_what_is_no_list_ends_in_one_line(data):
    with pytest.raises(ContentError) as caught:
        parse_opml(data)
    assert "\n" not in str(caught.value)


def test_an_encoding_that_nobody_knows_is_no_trouble():
    page = b'<?xml version="1.0" encoding="%s"?><opml><body/></opml>'
    assert parse_opml(page % b"klingon") == []
    with pytest.raises(ContentError, match="no OPML"):
        parse_opml(page % (b"u" * 300))
