"""Articles for tests: a builder with sensible defaults, and Hypothesis strategies."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from retrieval.types import Article

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


def digest_of(title: str, text: str) -> str:
    return hashlib.sha256(f"{title}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def id_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def make_article(
    name: str,
    text: str,
    *,
    title: str = "",
    published: datetime | None = NOW - timedelta(days=1),
    source: str = "Harbour Times",
    language: str = "en",
    url: str | None = None,
) -> Article:
    """Build the article that is known by `name`: another text under it is a new version."""
    return Article(
        id=id_of(name),
        url=url,
        title=title,
        text=text,
        source=source,
        authors=("R. Iyer",),
        published=published,
        fetched=NOW,
        language=language,
        digest=digest_of(title, text),
    )


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


# Any text that UTF-8 can hold, control characters and line separators included.
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)

# Letters of several scripts, all kinds of white space and the marks that end sentences: what
# splitting into paragraphs, sentences and tokens goes by.
_wild = st.text(
    st.sampled_from(list("aabcdeéßАя字।。.!?,;:'\"“”’()-0159 \u00a0\u2028\u2009\x85\x1c\t\r\n\n\n"))
    | st.characters(exclude_categories=["Cs"]),
    max_size=300,
)
_words = st.sampled_from(
    "rain ferry Köln U.S. 5 p.m. “No.” said दिल्ली。 pier. shut! antiquated".split(" ")
)
_lines = st.lists(_words, max_size=30).map(" ".join)
prose = _wild | st.lists(_lines, max_size=12).map("\n".join)

moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone itself
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)

articles = st.builds(
    Article,
    id=st.integers(0, 2**64 - 1).map(lambda n: f"{n:016x}"),
    url=st.none() | any_text,
    title=any_text,
    text=any_text,
    source=any_text,
    authors=st.lists(any_text, max_size=3).map(tuple),
    published=st.none() | moments,
    fetched=moments,
    language=st.sampled_from(["en", "hi", "ru", ""]),
    digest=st.integers(0, 2**256 - 1).map(lambda n: f"{n:064x}"),
)
