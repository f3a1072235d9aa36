"""Lists and articles as pages: nothing lost, nothing twice, all within Telegram's limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.browsing import (
    PER_PAGE,
    SNIPPET_UNITS,
    Latest,
    Press,
    Reading,
    Results,
    SourceList,
    article_pages,
    data_of,
    find_source,
    key_of,
    press_of,
    render_article,
    render_latest,
    render_results,
    render_unknown_source,
    snippet,
)
from bot.chat.paging import CALLBACK_BYTES, Page, shorten, turning
from bot.chat.source_list import public_name, render_sources
from bot.chat.translations import translator
from bot.store.records import Source, SourceState, Watched
from retrieval.types import Article, Hit, Passage, Span
from tests.support.articles import articles, make_article
from tests.support.telegram_html import parse

TR = translator("en")
NOW = datetime(2026, 3, 14, 9, 5, tzinfo=UTC)
HOSTILE = "</b><a href='tg://user?id=1'>x</a> &amp; <b> \u202e\ud800\x00👩‍👩‍👧 & < > " * 30


def check(page: Page) -> str:
    """Return a page's text after checking it against Telegram's limits."""
    parsed = parse(page.html)
    assert 0 < parsed.units <= 4096
    assert parsed.entities <= 100
    for row in page.rows:
        assert 0 < len(row) <= 8
        for button in row:
            assert button.label.strip()
            assert 0 < len(button.data.encode()) <= CALLBACK_BYTES
    return parsed.text


def hit_of(article: Article, text: str, rank: int = 1) -> Hit:
    passage = Passage(f"{article.id}:{rank}", article.id, rank, Span(0, 0), text)
    return Hit(passage, article, 1.0, 1.0, rank, rank, None)


# Numbered words are found again wherever a page ends.
paragraphs = st.lists(st.integers(1, 900), min_size=1, max_size=12)


@given(paragraphs)
def test_every_paragraph_is_on_exactly_one_page(lengths: list[int]) -> None:
    texts = [
        " ".join(f"w{number}x{word}" for word in range(length))
        for number, length in enumerate(lengths)
    ]
    article = make_article("a", "\n".join(texts), title="T")
    pages = article_pages(TR, article)
    shown = [parse(page).text for page in pages]
    words = [word for page in shown for word in page.split() if word.startswith("w")]
    assert words == " ".join(texts).split()
    for text in texts:
        if len(text) <= 4096:
            assert sum(text in page for page in shown) == 1


@given(articles, st.integers(0, 3), st.lists(st.text(max_size=200), max_size=9))
def test_any_article_is_within_the_limits(article: Article, page: int, sources: list[str]) -> None:
    check(render_article(TR, article, page, sources=sources))


@given(st.lists(articles, max_size=PER_PAGE), st.integers(0, 3), st.none() | st.text(max_size=300))
def test_any_list_is_one_message(found: list[Article], page: int, source: str | None) -> None:
    check(render_latest(TR, found, page=page, total=99, source=source))
    hits = [hit_of(a, a.text) for a in found]
    check(render_results(TR, source or "x", hits, page, source=source or ""))


def test_hostile_articles_stay_text() -> None:
    hostile = replace(
        make_article("h", "\n".join([HOSTILE] * 9), title=HOSTILE, source=HOSTILE),
        url="https://news.example/" + "é<&\"'" * 250,
        authors=(HOSTILE, HOSTILE),
    )
    several = [replace(hostile, id=f"{n:016x}") for n in range(PER_PAGE)]
    check(render_latest(TR, several, page=0, total=PER_PAGE, source=HOSTILE, note="n"))
    hits = [hit_of(article, HOSTILE) for article in several]
    assert "</b><a href='tg://user?id=1'>x</a>" in check(render_results(TR, HOSTILE, hits, 0))
    pages = article_pages(TR, hostile, sources=[HOSTILE] * 20)
    for number in range(len(pages)):
        check(render_article(TR, hostile, number, sources=[HOSTILE] * 20))
    check(Page(render_unknown_source(TR, HOSTILE, [HOSTILE + str(n) for n in range(99)])))


def test_the_first_page_says_what_the_article_is() -> None:
    article = make_article(
        "a", "One.\nTwo.", title="Ferry <back>", url="https://news.example/f?a&b"
    )
    page = render_article(TR, article, 0, sources=["Harbour Times", "Coast & Co"])
    assert check(page) == (
        "Ferry <back>\nHarbour Times, 13 March 2026\nBy R. Iyer\n"
        "From 2 sources: Harbour Times, Coast & Co\n"
        f"/article {article.id}\n\nOne.\n\nTwo."
    )
    assert parse(page.html).links == ["https://news.example/f?a&b"]
    assert page.rows == ()
    alone = render_article(TR, article, 0, sources=["Harbour Times"])
    assert "From" not in check(alone)


def test_pages_beyond_the_last_show_the_last() -> None:
    article = make_article("a", "\n".join("word " * 500 for _ in range(4)), title="T")
    last = len(article_pages(TR, article)) - 1
    assert last > 0
    assert render_article(TR, article, 99) == render_article(TR, article, last)


def test_results_name_each_article_once_with_its_best_passage() -> None:
    first, second = make_article("1", "x", title="First"), make_article("2", "y", title="Second")
    hits = [hit_of(second, "best"), hit_of(first, "only"), hit_of(second, "worse")]
    page = render_results(TR, "ferry", hits, 0)
    assert check(page) == (
        "ferry\n2 articles\n\n1. Second — Harbour Times, 13 March 2026\nbest\n\n"
        "2. First — Harbour Times, 13 March 2026\nonly"
    )
    assert [[button.data for button in row] for row in page.rows] == [
        [f"b:o:0:{second.id}", f"b:o:0:{first.id}"]
    ]


def test_results_of_one_source_say_so_below_the_words() -> None:
    hits = [hit_of(make_article("1", "x", title="First"), "best")]
    page = render_results(TR, "ferry", hits, 0, source="Coast & <Co>")
    assert check(page).startswith(
        "ferry\n1 article\nOnly from Coast & <Co>, as chosen in /settings.\n\n1. First"
    )
    assert check(render_results(TR, "ferry", [], 0, source="Coast")) == (
        "ferry\n\nI found no article on that.\n"
        "Only Coast was searched. Choose all sources in /settings."
    )


def test_nothing_found_is_said() -> None:
    assert check(render_results(TR, "ferry", [], 0)) == "ferry\n\nI found no article on that."
    assert check(render_latest(TR, [], page=0, total=0)) == "There are no articles yet."


@pytest.mark.parametrize(
    ("passage", "words", "start"),
    [
        ("The ferry came.", "ferry", "The ferry"),
        ("word " * 100 + "the ferry came.", "Ferry", "…word"),
        ("word " * 100, "ferry", "word"),
    ],
)
def test_a_snippet_shows_the_words(passage: str, words: str, start: str) -> None:
    piece = snippet(passage, words)
    assert piece.startswith(start)
    assert len(piece) <= SNIPPET_UNITS
    assert ("ferry" in passage) == ("ferry" in piece)


@given(
    st.builds(Latest, st.integers(0, 999_999), st.text(max_size=90).map(key_of) | st.just(""))
    | st.builds(
        Reading,
        st.from_regex(r"[0-9a-f:]{1,16}", fullmatch=True),
        st.integers(0, 9999),
        st.booleans(),
    )
    | st.builds(Results, st.integers(0, 9999))
    | st.builds(SourceList, st.integers(0, 9999))
)
def test_buttons_say_what_they_mean_in_64_bytes(press: Press) -> None:
    assert press_of(data_of(press)) == press
    assert len(data_of(press).encode()) <= CALLBACK_BYTES


@given(st.text(max_size=64) | st.from_regex(r"b:[laoqsx]?:[-0-9٣]*:?.?"))
def test_any_other_data_are_none_or_a_press(data: str) -> None:
    press = press_of(data)
    assert press is None or press_of(data_of(press)) == press


@given(st.integers(1, 50), st.data())
def test_turning_leads_to_both_neighbours(pages: int, data: st.DataObject) -> None:
    page = data.draw(st.integers(0, pages - 1))
    rows = turning(page, pages, str)
    led = {button.data for row in rows for button in row} - {"b:n"}
    assert led == {str(to) for to in (page - 1, page + 1) if 0 <= to < pages}


@given(st.text(max_size=40), st.integers(2, 30))
def test_shortening_keeps_to_the_units(text: str, units: int) -> None:
    short = shorten(text, units)
    assert len(short.encode("utf-16-le", "surrogatepass")) // 2 <= units
    assert "\n" not in short


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("harbour times", "Harbour Times"),
        ("Coast", "Coast"),
        ("coast w", "Coast Weekly"),
        ("times", "Harbour Times"),
        ("oas", None),
        ("Nobody", None),
        ("", None),
    ],
)
def test_a_source_is_found_by_name(wanted: str, found: str | None) -> None:
    assert find_source(["Harbour Times", "Coast", "Coast Weekly"], wanted) == found


def test_an_unknown_source_gets_names_to_try() -> None:
    names = ["Harbour Times", "Coast", "Coast Weekly"]
    line = "None of my articles is from a source called “{}”. Try one of these: {}."
    for wanted, near in (
        ("oas", "Coast, Coast Weekly"),
        ("Harbor Times", "Harbour Times"),
        ("<zzz>", "Harbour Times, Coast, Coast Weekly"),
    ):
        text = parse(render_unknown_source(TR, wanted, names)).text
        assert text == line.format(wanted, near)


def watched(name: str, location: str, kind: str = "feed", **state: object) -> Watched:
    source = Source(1, kind, location, name, 900, mirror=False, enabled=True, created=NOW)
    return Watched(source, SourceState(**state), 1200)


def test_sources_show_problems_to_admins_alone() -> None:
    one = watched("Coast", "https://coast.example/feed", checked=NOW, problem="<404>")
    plain = check(render_sources(TR, [one], 0, admin=False))
    assert plain == (
        "Sources (1 source)\n\nCoast\nfeed, 1,200 articles, checked 14 March 2026, 09:05 UTC"
    )
    assert check(render_sources(TR, [one], 0, admin=True)) == f"{plain}\nProblem: <404>"


@pytest.mark.parametrize(
    ("kind", "location", "shown"),
    [
        ("folder", "/srv/private/news", "news"),
        ("feed", "https://me:secret@coast.example/feed?key=secret", "coast.example/feed"),
        ("link", "http://[broken", "link"),
    ],
)
def test_a_source_without_a_name_tells_no_secrets(kind: str, location: str, shown: str) -> None:
    assert public_name(watched(location, location, kind).source) == shown


def test_many_hostile_sources_are_pages_within_the_limits() -> None:
    many = [watched(HOSTILE, f"/{n}", problem=HOSTILE, checked=NOW) for n in range(30)]
    for page in range(5):
        check(render_sources(TR, many, page, admin=True))
