"""Damaged documents of every kind: no reader raises, loops or gives an article that is amiss.

`make test` tries some hundred inputs a kind, `make fuzz` ten thousand (NEWSDESK_FUZZ) and prints
what became of them.
"""

from __future__ import annotations

import gzip
import io
import os
import resource
import time
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from retrieval.readers import Noted, Origin, ReadItem, Skipped, article_digest, read_page
from retrieval.readers.files import READERS
from retrieval.readers.wording import clean_line
from retrieval.types import Article
from tests.support.damage import mutated
from tests.support.documents import samples, zip_of

if TYPE_CHECKING:
    from collections.abc import Iterator

INPUTS = int(os.environ.get("NEWSDESK_FUZZ", "200"))
SEED = int(os.environ.get("NEWSDESK_FUZZ_SEED", "20240601"))
SLOWEST = 5.0
"""Seconds that no small input may take, twice in a row."""

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
SAMPLES = samples()
KINDS = (*SAMPLES, "page")
TOKENS: dict[str, tuple[bytes, ...]] = {
    ".txt": (b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\xcc\x81" * 90, b"\xf0\x9f\x98\x80"),
    ".md": (b"---\n", b"[" * 90, b"](", b"> " * 90, b"- " * 90, b"*_" * 90, b"`", b"|", b"&#0;"),
    ".jsonl": (b"[" * 900, b"{", b'"', b"\\ud800", b"1e999", b"9" * 5000, b"null", b"NaN", b"\n"),
    ".html": (
        *(b"<p>", b"</p>", b"<div>" * 300, b"<b>" * 300, b"<table><tr><td>" * 60, b"<!--", b"]]>"),
        *(b"<![CDATA[", b"&#x110000;", b"&#0;", b"<script>", b"<svg>", b"<a href='//x'>y</a>"),
        *(b"<meta charset=utf-16>", b"<meta charset=koi8-r>", b"<base href='::'>", b"<plaintext>"),
        *(b"<link rel=canonical href='http://[::1'>", b" class='" + b"a " * 900 + b"'", b"<html/>"),
        *(b"<time pubdate datetime='99999-99-99'>", b"<article>", b"<ul><li>", b"<br>" * 300),
        *(b'<script type="application/ld+json">{"datePublished": [[[[', b'"@graph": {', b"\x1b$B"),
    ),
    ".pdf": (
        *(
            b"<<" * 200,
            b"[" * 300,
            b"(" * 300,
            b">>",
            b"endobj",
            b"endstream",
            b"stream\n",
            b"%%EOF",
        ),
        *(b"/Kids [2 0 R]", b"/Kids [1 0 R 2 0 R]", b"/Contents [6 0 R 6 0 R]", b"/Parent 5 0 R"),
        *(b"/Filter /FlateDecode", b"/Filter /LZWDecode", b"/Filter /ASCII85Decode", b"/Rotate 7"),
        *(b"/Length 99999999", b"/Length -1", b"/Length 6 0 R", b"1 0 obj", b"0 65535 f", b"xref"),
        *(b"/Encoding /Identity-H", b"/ToUnicode 6 0 R", b"/Encrypt 4 0 R", b"startxref\n0\n"),
        *(b"/Type /ObjStm", b"/Type /XRef", b"/Prev 0", b" Tf", b" Tm", b" Tj", b"' ", b"/F1 0 Tf"),
    ),
    ".docx": (
        *(b"<w:p>", b"</w:p>", b"<w:tbl>" * 90, b"<w:t>", b"<w:sdt>" * 90, b"&x;", b"<!--", b"<"),
        *(b"<!DOCTYPE d [<!ENTITY x 'y'>]>", b"\xff\xfe", b'Target="../../x"', b'Target="/"'),
        *(b'xml:space="preserve"', b'Target="word/document.xml"', b'TargetMode="External"'),
    ),
}
TOKENS[".jsonl.gz"] = TOKENS[".jsonl"]
TOKENS["page"] = (*TOKENS[".html"], b"%PDF-1.4\n", b"PK\x03\x04", b"<rss>", b'{"a":', b"<?xml ?>")
_PARTS = (
    *("word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"),
    *("[Content_Types].xml", "_rels/.rels", "docProps/core.xml"),
)


@dataclass
class Tally:
    """What became of the inputs of one kind."""

    inputs: int = 0
    items: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0


TALLIES: dict[str, Tally] = {kind: Tally() for kind in KINDS}


@pytest.fixture(scope="module", autouse=True)
def tally(request: pytest.FixtureRequest) -> Iterator[None]:
    """Print what became of the inputs when there were many."""
    yield
    if INPUTS < 1000:
        return
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in _PROCESSES]
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nseed {SEED}; peak memory {peaks[0]:.0f} MiB here, {peaks[1]:.0f} MiB of a worker")
        for kind, told in ((kind, told) for kind, told in TALLIES.items() if told.inputs):
            kinds = ", ".join(f"{count} {name}" for name, count in sorted(told.items.items()))
            print(f"{kind}: {told.inputs} inputs: {kinds}; slowest {told.slowest:.2f} s")


_PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> bytes:
    """Draw raw bytes, a damaged document, or a sound package of a damaged part."""
    suffix = draw(st.sampled_from(list(SAMPLES))) if kind == "page" else kind
    sample, tokens = SAMPLES[suffix], TOKENS[kind]
    way = draw(st.integers(0, 9))
    if way == 0:
        return draw(st.binary(max_size=500))
    if suffix == ".jsonl.gz" and way < 8:
        return gzip.compress(draw(mutated(gzip.decompress(sample), tokens)), mtime=0)
    if suffix == ".docx" and way < 8:
        return _docx_with_damaged_part(draw, sample, tokens)
    return draw(mutated(sample, tokens))


def _docx_with_damaged_part(draw: st.DrawFn, sample: bytes, tokens: tuple[bytes, ...]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(sample)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw(st.sampled_from(_PARTS))
    parts[name] = draw(mutated(parts[name], tokens))
    return zip_of(parts)


def read(kind: str, data: bytes) -> list[ReadItem]:
    if kind == "page":
        return list(read_page(data, "https://coast.example/news/pier", NOW))
    origin = Origin(f"/archive/lens/story{kind}", None, NOW)
    return list(READERS[kind](io.BytesIO(data), origin))


def check(item: ReadItem) -> None:
    match item:
        case Article():
            check_article(item)
        case Skipped() | Noted():
            assert item.problem
            assert item.remedy
            assert len(str(item)) < 1000
            assert str(item) == clean_line(str(item))


def check_article(article: Article) -> None:
    lines = article.text.split("\n")
    assert all(lines)
    assert lines == [clean_line(line) for line in lines]
    assert article.title == clean_line(article.title) != ""
    assert article.digest == article_digest(article.title, article.text)
    assert article.published is None or article.published.tzinfo is UTC
    assert article.url is None or article.url.startswith(("http://", "https://"))
    assert article.source
    assert article.language
    start = 0
    for line in lines:  # the offsets that passages are cut at
        assert article.text[start : start + len(line)] == line
        start += len(line) + 1
    assert start == len(article.text) + 1
    (article.title + article.text + article.source + "".join(article.authors)).encode()


def timed(kind: str, data: bytes) -> tuple[list[ReadItem], float]:
    began = time.monotonic()
    return read(kind, data), time.monotonic() - began


@pytest.mark.parametrize("kind", KINDS)
@seed(SEED)
@settings(
    max_examples=INPUTS,
    database=None,
    derandomize=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_damaged_documents_give_sound_articles_or_reasons(kind: str, data: st.DataObject) -> None:
    document = data.draw(damaged(kind))
    items, seconds = timed(kind, document)
    if seconds > SLOWEST:  # the machine may have been busy
        items, seconds = timed(kind, document)
    assert seconds < SLOWEST
    assert items
    told = TALLIES[kind]
    told.inputs += 1
    told.slowest = max(told.slowest, seconds)
    told.items.update(type(item).__name__ for item in items)
    for item in items:
        check(item)
        assert "program" not in str(item), item  # a worker that went down with it


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "page"])
def test_the_documents_are_sound_before_they_are_damaged(kind: str) -> None:
    items = read(kind, SAMPLES[kind])
    assert items
    assert all(isinstance(item, Article) for item in items)
