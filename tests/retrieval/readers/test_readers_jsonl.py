"""JSON lines: good lines, bad lines, long lines, packed files whole and damaged."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.readers import Noted, Origin, ReadItem, Skipped, article_id
from retrieval.readers.jsonl import read_jsonl
from retrieval.types import Article

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[[str, str | bytes], list[ReadItem]]
ReadOne = Callable[[str, str | bytes], Article]

ORIGIN = Origin("/news/all.jsonl", None, datetime(2024, 6, 1, tzinfo=UTC))


def line(**fields: object) -> str:
    return json.dumps(fields) + "\n"


def collection(size: int) -> bytes:
    return "".join(
        line(url=f"https://example.org/{n}", title=f"Title {n}", text=f"Text of number {n * 7919}.")
        for n in range(size)
    ).encode()


def read_bytes(data: bytes, **options: int) -> list[ReadItem]:
    return list(read_jsonl(io.BytesIO(data), ORIGIN, **options))


def test_a_full_line_is_read(read_one: ReadOne) -> None:
    article = read_one(
        "all.jsonl",
        line(
            id=17,
            url="https://www.example.org/rain?utm_source=x",
            title="Rain at <b>last</b>",
            published="2024-03-05",
            authors=["Ada Obi"],
            text="Rain at <b>last</b>\n\nIt rained\xa0on <i>Monday</i>.\r\nMore is due.",
            source="The Daily Lens",
            language="en",
        ),
    )
    assert article.url == "https://www.example.org/rain"
    assert article.id == article_id(url=article.url, path=None, digest="")
    assert article.title == "Rain at <b>last</b>"
    assert article.text == "It rained on <i>Monday</i>.\nMore is due."
    assert article.published == datetime(2024, 3, 5, tzinfo=UTC)
    assert article.authors == ("Ada Obi",)
    assert article.source == "The Daily Lens"


@pytest.mark.parametrize("extra", [{}, dict.fromkeys(("url", "title", "published", "authors"))])
def test_the_text_is_enough(read_one: ReadOne, extra: dict[str, None]) -> None:
    article = read_one("all.ndjson", line(text="Rain at last\nIt rained on Monday.", **extra))
    assert (article.title, article.text) == ("Rain at last", "It rained on Monday.")
    assert (article.url, article.published, article.authors) == (None, None, ())
    assert article.id == article_id(url=None, path=None, digest=article.digest)
    assert article.source == "all.ndjson"


def test_the_source_is_given_else_the_host_else_the_file(read: Read) -> None:
    url = "https://www.example.org/a"
    items = read(
        "all.jsonl",
        line(text="a", url=url, source="Lens") + line(text="b", url=url) + line(text="c"),
    )
    sources = [item.source for item in items if isinstance(item, Article)]
    assert sources == ["Lens", "example.org", "all.jsonl"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{'text': 'single quotes'}", "isn't valid JSON"),
        ('{"text": "breaks off', "isn't valid JSON"),
        ('["text"]', "isn't a JSON object"),
        ('"text"', "isn't a JSON object"),
        ("{}", "`text` is missing"),
        ('{"text": null}', "`text` is missing"),
        ('{"text": ["a", "b"]}', "`text` isn't a string"),
        ('{"text": ""}', "`text` is empty"),
        ('{"text": " \\n\\u200b\\t"}', "`text` is empty"),
        ('{"text": "a", "n": ' + "9" * 5000 + "}", "too many digits"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_bad_line_is_skipped_and_reading_goes_on(
    read: Read, tmp_path: Path, bad: str, said: str
) -> None:
    first, skipped, last = read("all.jsonl", f"{line(text='a')}\n{bad}\n{line(text='b')}")
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(skipped, Skipped)
    assert skipped.location == f"{(tmp_path / 'all.jsonl').resolve()}:3"
    assert said in skipped.problem
    assert skipped.remedy


def test_a_line_that_is_no_utf8_is_skipped(read: Read) -> None:
    data = line(text="a").encode() + b'{"text": "caf\xe9"}\n' + line(text="b").encode()
    first, skipped, last = read("all.jsonl", data)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert "isn't UTF-8 (byte 14)" in str(skipped)
    assert ":2:" in str(skipped)


def test_blank_lines_line_ends_and_a_mark_are_ignored(read: Read) -> None:
    text = "\ufeff" + line(text="a").strip() + "\r\n\r\n   \n" + line(text="b").strip()
    assert [type(item) for item in read("all.jsonl", text)] == [Article, Article]


def test_half_an_emoji_does_not_break_the_text(read_one: ReadOne) -> None:
    article = read_one("all.jsonl", '{"title": "T", "text": "Cut \\ud83d here"}')
    assert article.text == "Cut \ufffd here"


def test_notes_follow_their_article_with_its_line(read: Read) -> None:
    items = read("all.jsonl", line(text="a", published="soon") + line(text="b", url="x", title=3))
    assert [type(item) for item in items] == [Article, Noted, Article, Noted, Noted]
    notes = [item for item in items if isinstance(item, Noted)]
    assert [note.location.rpartition(":")[2] for note in notes] == ["1", "2", "2"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n \n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0), gzip.compress(b"\n", mtime=0)],
)
def test_a_file_without_lines_is_skipped_as_empty(content: bytes) -> None:
    (item,) = read_bytes(content)
    assert isinstance(item, Skipped)
    assert (item.location, item.problem) == ("/news/all.jsonl", "it is empty")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_binary_or_utf16_file_is_skipped_once(encoding: str) -> None:
    (item,) = read_bytes((line(text="a") * 50).encode(encoding))
    assert isinstance(item, Skipped)
    assert item.location == "/news/all.jsonl"
    assert "binary" in item.problem


def test_a_line_over_the_limit_is_skipped_and_reading_goes_on() -> None:
    limit = 2_000_000
    fits = line(text="x" * (limit - 13)).encode()
    assert len(fits) == limit
    data = fits + line(text="y" * (3 * limit)).encode() + line(text="b").encode()
    whole, skipped, last = read_bytes(data, max_line=limit)
    assert isinstance(whole, Article)
    assert isinstance(last, Article)
    assert str(skipped).startswith("/news/all.jsonl:2: skipped: the line has more than 1 MiB;")


def test_a_line_may_be_exactly_as_long_as_the_limit() -> None:
    exact = line(text="abc").encode().strip()
    for end in (b"", b"\n"):
        assert isinstance(read_bytes(exact + end, max_line=len(exact))[0], Article)
        assert isinstance(read_bytes(exact + end, max_line=len(exact) - 1)[0], Skipped)


def test_memory_does_not_grow_with_the_file() -> None:
    limit = 100_000
    bomb = gzip.compress(b'{"text": "' + b"x" * 10_000_000 + b'"}\n' + collection(5_000))
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_jsonl(io.BytesIO(bomb), ORIGIN, max_line=limit))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 5_001
    assert peak < 5_000_000


def test_reading_is_lazy() -> None:
    stream = io.BytesIO(collection(5000))
    items = read_jsonl(stream, ORIGIN)
    assert len(list(islice(items, 2))) == 2
    assert stream.tell() < len(stream.getvalue()) / 10


@pytest.mark.parametrize(
    "name", ["all.jsonl.gz", "all.ndjson.gz", "ALL.JSONL.GZ", "misnamed.jsonl"]
)
def test_packed_files_are_read_whatever_their_name(read: Read, name: str) -> None:
    items = read(name, gzip.compress(collection(30)))
    assert [item.title for item in items if isinstance(item, Article)] == [
        f"Title {n}" for n in range(30)
    ]


def test_a_file_that_only_claims_to_be_packed_is_read(read: Read) -> None:
    assert len(read("all.jsonl.gz", collection(3))) == 3


def test_packed_parts_one_after_the_other_are_one_file(read: Read) -> None:
    parts = gzip.compress(collection(2)) + gzip.compress(collection(3))
    assert len(read("all.jsonl.gz", parts)) == 5


WHOLE = read_bytes(collection(400))
PACKED = gzip.compress(collection(400), mtime=0)


@settings(max_examples=60)
@given(st.integers(2, len(PACKED) - 1))
def test_a_truncated_file_gives_what_stands_before_the_cut(cut: int) -> None:
    *articles, skipped = read_bytes(PACKED[:cut])
    assert articles == WHOLE[: len(articles)]
    assert isinstance(skipped, Skipped)
    assert skipped.location == "/news/all.jsonl"
    assert f"line {len(articles) + 1} and what follows" in skipped.problem
    assert "breaks off" in skipped.problem
    # A cut through the checksum loses no article, one near the end not many.
    assert len(articles) == 400 or cut < len(PACKED) - 8


def test_a_truncated_file_loses_little() -> None:
    half = [item for item in read_bytes(PACKED[: len(PACKED) // 2]) if isinstance(item, Article)]
    assert len(half) > 100


@settings(max_examples=60)
@given(st.integers(10, len(PACKED) - 1), st.integers(1, 255))
def test_a_damaged_byte_never_raises_and_is_told(at: int, change: int) -> None:
    damaged = bytearray(PACKED)
    damaged[at] ^= change
    items = read_bytes(bytes(damaged))
    assert any(isinstance(item, Skipped) for item in items)
    assert isinstance(items[-1], Skipped)


def test_garbage_behind_a_packed_file_is_told_once() -> None:
    *articles, skipped = read_bytes(PACKED + b"garbage")
    assert articles == WHOLE
    assert isinstance(skipped, Skipped)
    assert "damaged" in skipped.problem


def test_a_failing_disk_ends_reading_with_a_reason() -> None:
    class Failing(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 0:
                raise OSError(5, "Input/output error")
            return super().readline(size)

    article, skipped = read_jsonl(Failing(collection(3)), ORIGIN)
    assert isinstance(article, Article)
    assert "Input/output error" in str(skipped)


@given(
    st.dictionaries(
        st.sampled_from(["url", "title", "published", "authors", "text", "source", "language"]),
        st.one_of(
            st.none(), st.text(), st.integers(), st.floats(), st.lists(st.text()), st.booleans()
        ),
    )
)
def test_any_object_gives_one_article_or_one_skipped(fields: dict[str, object]) -> None:
    first, *rest = read_bytes(line(**fields).encode())
    assert isinstance(first, Article | Skipped)
    assert all(isinstance(item, Noted) for item in rest)
    assert isinstance(first, Article) or not rest


@pytest.mark.parametrize("packed", [False, True])
def test_lines_may_be_passed_over_before_they_are_parsed(origin, packed):
    lines = [
        b'{"text": "A ferry left the port at noon."}',
        b"",
        b"{ no JSON",
        b'{"text": "Later."}',
    ]
    data = b"\n".join(lines) + b"\n"
    shown = []

    def skip(line):
        shown.append(line.rstrip(b"\n"))
        return b"ferry" in line or b"no JSON" in line

    stream = io.BytesIO(gzip.compress(data) if packed else data)
    (article,) = read_jsonl(stream, origin, skip=skip)
    assert article.text == "Later."
    assert shown == [lines[0], lines[2], lines[3]]


def test_a_file_whose_lines_are_all_passed_over_is_not_called_empty(origin):
    assert list(read_jsonl(io.BytesIO(b'{"text": "a"}\n'), origin, skip=lambda _line: True)) == []
