"""Keys, days, article lines and manifests: what is written is what is read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dense import EXHAUSTIVE, DenseKind
from retrieval.embedding import EmbedderSpec
from retrieval.errors import DamagedIndexError
from retrieval.index.articles import (
    ArticleLines,
    decode_article,
    encode_article,
    source_of_line,
)
from retrieval.index.layout import MANIFEST, article_key, day_of, passage_key, text_digest
from retrieval.index.manifest import FileSum, Manifest, read_manifest, write_manifest
from retrieval.lexical import UNDATED
from retrieval.passages import PassageRule
from tests.support.articles import NOW, any_text, articles, make_article

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.types import Article

MADE = Manifest(
    number=7,
    created=NOW,
    embedder=EmbedderSpec("e5", "query: ", "passage: "),
    rule=PassageRule(64, 96),
    dimension=384,
    articles=3,
    passages=12,
    inputs=("/news/übersee", "feed.jsonl"),
    files={"lexical/meta.json": FileSum(10, "ab" * 32)},
)
# As programs wrote it before manifests said how vectors are searched.
FIRST_FORMAT = {
    "format": 1,
    "number": 1,
    "created": "2026-03-14T09:30:00+00:00",
    "embedder": {"model": "all-MiniLM-L6-v2", "query_prefix": "", "passage_prefix": ""},
    "rule": {"target": 128, "limit": 200},
    "dimension": 384,
    "articles": 1,
    "passages": 2,
    "inputs": ["news"],
    "files": {"articles.npy": {"size": 10, "sha256": "ab" * 32}},
    "sha256": "1bfa3eb29996a8e07c02d49260a34933654e90fce35aea8b3f13229fec7c4586",
}
ARTICLE = make_article("a", "Some text.")


def test_an_article_s_key_is_the_number_its_id_writes() -> None:
    assert article_key("00000000000000ff") == 255
    assert article_key("f" * 16) == 2**64 - 1


@given(st.integers(0, 2**64 - 1), st.integers(0, 5000))
def test_passage_keys_fit_64_bits_and_tell_ordinals_apart(article: int, ordinal: int) -> None:
    key = passage_key(f"{article:016x}.{ordinal}")
    assert 0 <= key < 2**64
    assert key != passage_key(f"{article:016x}.{ordinal + 1}")
    assert key == passage_key(f"{article:016x}.{ordinal}")


def test_passage_keys_and_digests_are_the_same_on_every_machine() -> None:
    assert passage_key("0123456789abcdef.0").to_bytes(8, "little").hex() == "6703af9b20bf838a"
    assert text_digest("Fähre\n…").hex() == "e7e87065f0a69fe6eeb35555e04900c3"


@given(any_text, any_text)
def test_digests_tell_texts_apart(one: str, other: str) -> None:
    assert (text_digest(one) == text_digest(other)) == (one == other)
    assert len(text_digest(one)) == 16


def test_days_are_those_of_utc() -> None:
    assert day_of(None) == UNDATED
    assert day_of(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert day_of(datetime(1969, 12, 31, 23, 59, tzinfo=UTC)) == -1
    assert day_of(datetime(2026, 3, 14, 23, 59, tzinfo=UTC)) == 20526
    east = timezone(timedelta(hours=5, minutes=30))
    assert day_of(datetime(1970, 1, 2, 5, 29, tzinfo=east)) == 0
    assert day_of(datetime(1970, 1, 2, 5, 30, tzinfo=east)) == 1


@given(articles)
def test_an_article_is_read_back_as_it_was(article: Article) -> None:
    line = encode_article(article)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_article(line) == article
    assert source_of_line(line) == article.source


def test_a_lone_surrogate_does_not_shift_what_follows() -> None:
    article = make_article("a", "before \ud83d after")
    assert decode_article(encode_article(article)).text == "before ? after"


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b'"text"', encode_article(ARTICLE)[:-9]],
)
def test_a_line_that_holds_no_article_is_damage(line: bytes) -> None:
    with pytest.raises(DamagedIndexError):
        decode_article(line)


@pytest.mark.parametrize("text", [', "source": "x", "authors": [', '"source": "', "\\", '\\"'])
def test_a_source_is_told_from_texts_that_look_like_it(text: str) -> None:
    article = replace(ARTICLE, text=text, title=text, authors=(text, "source"), source="Coast")
    assert source_of_line(encode_article(article)) == "Coast"
    article = replace(article, source=text)
    assert source_of_line(encode_article(article)) == text


@pytest.mark.parametrize("line", [b"", b"{}", b'{"a": 1, "source": "x'])
def test_a_line_without_a_source_is_damaged(line: bytes) -> None:
    with pytest.raises(DamagedIndexError):
        source_of_line(line)


@given(st.lists(st.binary(max_size=20), max_size=5))
def test_lines_are_read_by_offset(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("lines") / "articles.jsonl"
    path.write_bytes(b"".join(parts))
    lines = ArticleLines(path)
    offset = 0
    for part in parts:
        assert lines.line(offset, len(part)) == part
        offset += len(part)


def test_a_manifest_is_read_back_as_it_was(tmp_path: Path) -> None:
    write_manifest(tmp_path, MADE)
    assert read_manifest(tmp_path) == MADE
    sketched = DenseKind("sketched", 3428, 0.99531, 1_000_000)
    for made in (replace(MADE, inputs=(), files={}), replace(MADE, dense=sketched)):
        write_manifest(tmp_path, made)
        assert read_manifest(tmp_path) == made


def test_a_manifest_of_the_first_format_is_of_an_exhaustive_index(tmp_path: Path) -> None:
    text = json.dumps(FIRST_FORMAT)
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    manifest = read_manifest(tmp_path)
    assert manifest.dense == EXHAUSTIVE
    assert (manifest.number, manifest.passages) == (1, 2)
    (tmp_path / MANIFEST).write_text(text.replace('"number": 1', '"number": 2'), encoding="utf-8")
    with pytest.raises(DamagedIndexError, match="checksum"):
        read_manifest(tmp_path)


def change(record: dict[str, Any], key: str, value: Any) -> str:
    """Return the record with another value, and the checksum that fits it."""
    changed = {**record, key: value}
    del changed["sha256"]
    digest = hashlib.sha256(json.dumps(changed, sort_keys=True).encode()).hexdigest()
    return json.dumps({**changed, "sha256": digest})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", 0),
        ("number", "seven"),
        ("number", None),
        ("created", "yesterday"),
        ("created", 5),
        ("embedder", {"model": "x", "colour": "blue"}),
        ("embedder", None),
        ("rule", {"target": 900, "limit": 10}),
        ("rule", []),
        ("inputs", None),
        ("files", None),
        ("files", []),
        ("files", {"dense.faiss": {"size": 1}}),
        ("files", {"dense.faiss": 5}),
        ("dimension", [384]),
        ("dense", None),
        ("dense", {"name": "approximate"}),
        ("dense", {"name": "sketched", "candidates": 0}),
        ("dense", {"name": "exhaustive", "speed": 7}),
    ],
)
def test_a_manifest_that_makes_no_sense_is_damage(tmp_path: Path, key: str, value: Any) -> None:
    write_manifest(tmp_path, MADE)
    record = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    (tmp_path / MANIFEST).write_text(change(record, key, value), encoding="utf-8")
    with pytest.raises(DamagedIndexError, match=MANIFEST):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff", b"\x00"])
def test_a_file_that_is_no_manifest_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(DamagedIndexError, match=MANIFEST):
        read_manifest(tmp_path)


def test_a_manifest_of_another_format_says_so(tmp_path: Path) -> None:
    write_manifest(tmp_path, MADE)
    path = tmp_path / MANIFEST
    path.write_text(path.read_text(encoding="utf-8").replace('"format": 2', '"format": 9'))
    with pytest.raises(DamagedIndexError, match="format 9"):
        read_manifest(tmp_path)
