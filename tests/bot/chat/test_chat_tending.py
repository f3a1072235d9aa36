"""What admins read: pages of sources, of removals, of forwarded texts, in every language."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.forwarding import (
    Forwarded,
    file_name,
    is_enough,
    json_line,
    question_in,
    render_offer,
    title_and_text,
)
from bot.chat.reloading import render_event
from bot.chat.removal import BringBack, bring_back_of, render_removed
from bot.chat.spans import told_span
from bot.chat.tending import SourcePress, render_taken, render_tended, source_press
from bot.chat.translations import languages, translator
from bot.collection.events import Failed, Finished, Indexing, SyncReport, Visiting
from bot.store.records import Change, Source, SourceState, Watched
from tests.support.telegram_html import parse

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
EN = translator(None)


@given(st.sampled_from("lprvxsg"), st.integers(0, 999_999), st.integers(0, 10**18 - 1))
def test_a_source_press_survives_its_button(deed, page, number):
    press = SourcePress(deed, page, number)
    assert source_press(press.data) == press
    assert len(press.data.encode()) <= 64


@given(st.text())
def test_strange_data_is_no_press(data):
    press = source_press(data)
    assert press is None or press.data == data
    back = bring_back_of(data)
    assert back is None or back.article_id in data


@given(
    st.text("0123456789abcdef", min_size=16, max_size=16),
    st.lists(st.integers(1, 10**9), max_size=30),
)
def test_bring_back_holds_as_many_sources_as_fit(article_id, numbers):
    data = BringBack(article_id, tuple(numbers)).data
    assert len(data.encode()) <= 64
    kept = bring_back_of(data)
    assert kept.article_id == article_id
    assert list(kept.sources) == numbers[: len(kept.sources)]
    assert len(kept.sources) >= min(len(numbers), 3)


@pytest.mark.parametrize(
    ("text", "title", "below"),
    [
        ("A short line\nThe rest of it.\nMore.", "A short line", "The rest of it.\nMore."),
        ("One sentence. And another one.", "One sentence.", "One sentence. And another one."),
        ("\n\n  Spaced   out \n\nBelow", "Spaced out", "Below"),
    ],
)
def test_titles(text, title, below):
    assert title_and_text(text) == (title, below)


@given(st.text(min_size=1, max_size=600))
def test_a_record_is_one_line_that_can_be_read(text):
    forwarded = Forwarded(text, "Ann\nBerg", None, NOW)
    line = json_line(forwarded)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    record = json.loads(line)
    assert len(record["title"]) <= 150
    assert record["source"] == "Ann Berg"
    assert "url" not in record
    assert file_name(line) == file_name(json_line(forwarded))
    assert len(question_in(text)) <= 1000


def test_two_hundred_characters_are_enough():
    assert not is_enough("a" * 199)
    assert is_enough("a" * 200)
    assert not is_enough(" \n" * 300)


def watched(number: int, **state: object) -> Watched:
    source = Source(number, "feed", f"https://h.ex/{number}", "N<b>&", 900, False, True, NOW)
    return Watched(source, SourceState(**state), 7)


def test_a_page_of_sources_says_when_and_what_is_wrong():
    one = watched(3, checked=NOW, due=NOW + timedelta(hours=1), failures=1, problem="it <fails>")
    page = render_tended(EN, [one], 0, problems=True, note="Paused: x")
    assert parse(page.html).text == (
        "Paused: x\n\nSources (1 source)\n\n3. N<b>&\n"
        "feed, 7 articles, checked 14 March 2026, 12:00 UTC\n"
        "next visit: 14 March 2026, 13:00 UTC\nProblem: it <fails>"
    )
    assert "fails" not in render_tended(EN, [one], 0, problems=False).html


@given(
    st.lists(st.tuples(st.text("0123456789abcdef", min_size=16, max_size=16), st.text())),
    st.lists(st.text()),
)
def test_what_was_taken_in_fits_a_message(articles, lines):
    page = render_taken(EN, articles, len(articles), lines)
    assert len(parse(page.html).text.encode("utf-16-le")) // 2 <= 4096
    assert len(page.rows) == min(len(articles), 8)
    assert all(len(row[0].data.encode()) <= 64 for row in page.rows)


@pytest.mark.parametrize("code", languages())
def test_every_event_is_told_in_every_language(code):
    tr = translator(code)
    changes = tuple(
        Change(kind, f"{n:016x}", f"T{n} <b>", None, timedelta(days=n) if n else None)
        for kind in ("added", "updated", "removed")
        for n in range(7)
    )
    report = SyncReport(
        "chat", NOW, 2.5, changes=changes, kept_out=("Old & gone",), generation=3, articles=12345
    )
    events = [Visiting(1, 2, 1234), Indexing("embed", 5, 1000), Finished(report), Failed("no <x>")]
    told = [parse(render_event(tr, event)).text for event in events]
    assert tr.number(1234) in told[0]
    assert tr.number(12345) in told[2]
    assert "Old & gone" in told[2]
    assert "T1 <b>" in told[2]
    assert "no <x>" in told[3]
    if code != "en":
        english = [parse(render_event(EN, event)).text for event in events]
        assert all(one != other for one, other in zip(told, english, strict=True))
        removed, offered = BringBack("a", (1,)), Forwarded("Some text. More.", "Ann", None, NOW)
        assert render_removed(tr, "T", removed).html != render_removed(EN, "T", removed).html
        assert render_offer(tr, offered).rows != render_offer(EN, offered).rows


def test_spans_are_told_in_their_largest_unit():
    assert [told_span(EN, timedelta(**span)) for span in ({"days": 1}, {"days": 2})] == [
        "1 day",
        "2 days",
    ]
    assert told_span(EN, timedelta(hours=5, minutes=59)) == "5 h"
    assert told_span(translator("ru"), timedelta(days=5)) == "5 дней"
    assert told_span(EN, None) == "0 s"
