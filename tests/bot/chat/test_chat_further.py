"""Further passages as a person reads them, checked with the reader of Telegram's HTML."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from test_chat_rendering import TEXTS, URLS

from bot.chat.further import render_excerpts
from bot.chat.translations import translator
from retrieval.types import ArticleRef, Excerpt, Span
from tests.support.telegram_html import parse

TR = translator("en")
DAY = datetime(2022, 3, 31, tzinfo=UTC)


def excerpt(
    text: str = "The talks went on.",
    *,
    title: str = "Talks <i>go on",
    url: str | None = "https://news.example/talks?a=1&b=2",
    source: str = "Example Times",
    published: datetime | None = DAY,
) -> Excerpt:
    return Excerpt(ArticleRef("a1", title, url, source, published), Span(0, len(text)), text)


def test_passages_are_numbered_under_their_titles() -> None:
    dull = excerpt("Nobody came.", title="", url=None, source="", published=None)
    told = parse(render_excerpts([excerpt(), dull], TR))
    assert told.text == (
        "Further passages on this\n\n"
        "1. Talks <i>go on — Example Times, 31 March 2022\nThe talks went on.\n\n"
        "2. Untitled article\nNobody came."
    )
    assert told.quotes == ["The talks went on.", "Nobody came."]
    assert told.links == ["https://news.example/talks?a=1&b=2#:~:text=The%20talks%20went%20on."]


def test_a_long_sentence_is_cut_and_its_link_opens_the_page_alone() -> None:
    told = parse(render_excerpts([excerpt("So it went " * 60 + "on.")], TR))
    assert told.quotes[0].endswith("…")
    assert len(told.quotes[0]) <= 350
    assert told.links == ["https://news.example/talks?a=1&b=2"]


EXCERPTS = st.builds(
    excerpt,
    TEXTS.map(lambda text: "So: " + text),
    title=TEXTS,
    url=URLS,
    source=TEXTS,
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(st.lists(EXCERPTS, min_size=1, max_size=5))
def test_any_five_are_one_message_that_telegram_takes(excerpts: list[Excerpt]) -> None:
    html = render_excerpts(excerpts, TR)
    told = parse(html)
    assert told.units <= 4096
    assert told.entities <= 100
    assert len(html.encode()) <= 32_000
    assert sum(len(link.encode()) for link in told.links) <= 8_000
    for number in range(1, len(excerpts) + 1):
        assert f"\n{number}. " in told.text
    assert len(told.quotes) == len(excerpts)


def test_five_of_the_longest_are_one_message() -> None:
    for unit in ("<&>", "漢字 ", "👩‍👩‍👧", "word "):
        huge = excerpt(
            unit * 900,
            title=unit * 900,
            url="https://news.example/" + "&" * 1480,
            source=unit * 900,
        )
        told = parse(render_excerpts([huge] * 5, TR))
        assert len(told.quotes) == 5
        assert told.units <= 4096
