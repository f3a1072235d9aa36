"""Canonical addresses, digests and ids."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.readers import article_digest, article_id, canonical_url
from retrieval.readers.identity import MAX_URL_LENGTH, url_host

URLISH = st.one_of(
    st.text(),
    st.builds(
        "{}://{}{}{}{}".format,
        st.sampled_from(["http", "HTTPS", "ftp", " https"]),
        st.sampled_from(
            ["example.org", "EXAMPLE.org:443", "u:p@a.b", "[::1]:80", "ñandú.es", "x."]
        ),
        st.text("/aé %?&=#;ü[]|", max_size=12).map(lambda path: "/" + path),
        st.sampled_from(["", "?utm_source=x&b=2&&a=1", "?fbclid=1", "?q=a b&Q=é%20"]),
        st.sampled_from(["", "#top", "#?a"]),
    ),
)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("HTTPS://Example.ORG/A", "https://example.org/A"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("http://example.org:443/a", "http://example.org:443/a"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org./a", "https://example.org/a"),
        ("  https://example.org/a\n", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"),
        ("https://example.org/a?z=1&fbclid=q&a=2&GCLID=r&a=1", "https://example.org/a?z=1&a=2&a=1"),
        ("https://example.org/a?utm=1&note=utm_x", "https://example.org/a?utm=1&note=utm_x"),
        ("https://me:secret@example.org/a", "https://example.org/a"),
        ("https://example.org/a b/é", "https://example.org/a%20b/%C3%A9"),
        ("https://example.org/a%20b/%C3%A9", "https://example.org/a%20b/%C3%A9"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
    ],
)
def test_an_address_has_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/a",
        "//example.org/a",
        "ftp://example.org/a",
        "javascript:alert(1)",
        "mailto:desk@example.org",
        "https:///a",
        "https://exa mple.org/",
        "https://example.org:port/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://a..b/",
        'https://example.org"onclick/',
        "https://example.org/\ud800",
        "https://example.org/" + "a" * MAX_URL_LENGTH,
    ],
)
def test_what_is_no_web_address_has_none(url: str) -> None:
    assert canonical_url(url) is None


@given(URLISH)
def test_canonical_addresses_come_back_as_they_are(url: str) -> None:
    canonical = canonical_url(url)
    if canonical is not None:
        assert canonical_url(canonical) == canonical
        assert canonical.startswith(("http://", "https://"))
        assert canonical.partition("/")[2].isprintable()
        assert "#" not in canonical


def test_the_host_of_an_address_is_named_without_www() -> None:
    assert url_host("https://www.example.org:8443/a") == "example.org"
    assert url_host("https://news.example.org/a") == "news.example.org"


def test_a_digest_is_that_of_title_nul_text() -> None:
    expected = hashlib.sha256("Träume\0Erster Absatz\nZweiter".encode()).hexdigest()
    assert article_digest("Träume", "Erster Absatz\nZweiter") == expected


@given(st.text(), st.text(), st.text(), st.text())
def test_different_articles_have_different_digests(
    title: str, text: str, other_title: str, other_text: str
) -> None:
    same = (title, text) == (other_title, other_text)
    # NUL parts the two and stands in neither of them once cleaned.
    if "\0" not in title + text + other_title + other_text:
        equal = article_digest(title, text) == article_digest(other_title, other_text)
        assert equal == same


def _id(named: str) -> str:
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def test_the_address_decides_on_the_id() -> None:
    made = article_id(url="HTTP://Example.org/a?utm_source=x", path="/n/a.md", digest="d" * 64)
    assert made == _id("url:http://example.org/a")


@pytest.mark.parametrize("url", [None, "", "ftp://example.org/a"])
def test_without_an_address_the_path_decides(url: str | None) -> None:
    assert article_id(url=url, path="/n/a.md", digest="d" * 64) == _id("file:/n/a.md")


def test_without_address_and_path_the_digest_decides() -> None:
    assert article_id(url=None, path=None, digest="d" * 64) == _id("text:" + "d" * 64)


def test_a_path_that_is_no_utf8_has_an_id() -> None:
    name = b"/n/caf\xe9.txt".decode("utf-8", "surrogateescape")
    other = b"/n/caf\xe8.txt".decode("utf-8", "surrogateescape")
    made = article_id(url=None, path=name, digest="d")
    assert len(made) == 16
    assert made != article_id(url=None, path=other, digest="d")
