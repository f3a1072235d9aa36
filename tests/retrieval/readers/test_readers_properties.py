"""What holds for every reader: any bytes are read without raising, articles keep their promises."""

from __future__ import annotations

import gzip
import io
import json
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.readers import SUFFIXES, Noted, Origin, ReadItem, Skipped, article_digest
from retrieval.readers.files import READERS
from retrieval.readers.wording import clean_line, skeleton
from retrieval.types import Article

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)

PIECES = st.sampled_from(
    [
        *("---\n", "title: ", "published: 2024-03-05\n", "authors: [a, ", "url: https://x.y/\n"),
        *("# ", "> ", "- ", "1. ", "```\n", "    ", "|a|b|\n|-|-|\n", "![x](", "<b>", "[a]: b\n"),
        *('{"text": "', '", "title": "', '"}\n', "\\ud800", "\\n", "null", "{}", "[", "&amp;"),
        *(
            "Some words of an article. ",
            "words " * 20,
            "\n",
            "\n\n",
            "\r\n",
            "\t",
            "\xa0",
            "\u200b",
        ),
        *("\u0301", "é", "\u202e", "\x07", "\x0c", "\u2028", "\ufeff", "A short line\n"),
    ]
)
MARKED_UP = st.lists(PIECES, max_size=30).map("".join)
CONTENT = st.one_of(
    st.binary(max_size=300),
    MARKED_UP.map(str.encode),
    st.tuples(MARKED_UP, st.sampled_from(["utf-16", "cp1252", "cp1251", "utf-8-sig"])).map(
        lambda drawn: drawn[0].encode(drawn[1], "replace")
    ),
    MARKED_UP.map(lambda text: json.dumps({"text": text, "title": text[:40]}).encode()),
    st.tuples(MARKED_UP, st.binary(max_size=20)).map(
        lambda drawn: gzip.compress(drawn[0].encode()) + drawn[1]
    ),
)


def read(suffix: str, data: bytes) -> list[ReadItem]:
    origin = Origin(f"/archive/lens/story{suffix}", None, NOW)
    return list(READERS[suffix](io.BytesIO(data), origin))


def check(article: Article) -> None:
    assert article.text
    for line in article.text.split("\n"):
        assert line
        assert line == " ".join(line.split())
        assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in line)
        assert not set(line) & set("\xa0\xad\u200b\u202e\ufeff")
    assert unicodedata.is_normalized("NFC", article.text)
    assert 0 < len(article.title) <= 300
    assert article.title == " ".join(article.title.split())
    assert article.digest == article_digest(article.title, article.text)
    assert len(article.digest) == 64
    assert len(article.id) == 16
    assert set(article.id) <= set("0123456789abcdef")
    assert article.source
    assert article.language
    assert article.fetched == NOW
    assert article.published is None or article.published.tzinfo is UTC
    (article.title + article.text + article.source + "".join(article.authors)).encode()


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=CONTENT)
def test_any_bytes_give_sound_articles_or_reasons(suffix: str, data: bytes) -> None:
    items = read(suffix, data)
    assert items
    for item in items:
        match item:
            case Article():
                check(item)
            case Skipped() | Noted():
                assert item.location.startswith(f"/archive/lens/story{suffix}")
                assert item.problem
                assert item.remedy
                assert "\n" not in str(item)


@settings(max_examples=100)
@given(MARKED_UP)
def test_reading_again_gives_the_same(text: str) -> None:
    for suffix in (".txt", ".md"):
        assert read(suffix, text.encode()) == read(suffix, text.encode())


@given(st.lists(st.text("abc XYZ.é\u200b ", min_size=1), min_size=1, max_size=8))
def test_every_line_of_a_text_file_arrives_or_repeats_the_title(lines: list[str]) -> None:
    for item in read(".txt", "\n\n".join(lines).encode()):
        if isinstance(item, Article):
            arrived = item.text.split("\n")
            for line in filter(None, map(clean_line, lines)):
                assert line in arrived or skeleton(line) == skeleton(item.title)


def test_the_properties_are_about_articles_too() -> None:
    kinds = {
        type(item).__name__
        for suffix in SUFFIXES
        for data in (b'{"text": "a b c"}\n', b"\0")
        for item in read(suffix, data)
    }
    assert kinds == {"Article", "Skipped"}
