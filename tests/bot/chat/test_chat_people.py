"""Limits, admission, orders about people, statistics, feedback: the pure part."""

import json
import struct
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.admission import judge, render_hint, render_refusal
from bot.chat.audit import audit_lines, render_audit
from bot.chat.feedback import evaluation_lines, render_feedback
from bot.chat.limits import DAY, HOUR, Limits, render_wait
from bot.chat.people import Order, Party, objection, parse_order, render_people
from bot.chat.reply_records import reply_to_record
from bot.chat.statistics import (
    Section,
    by_day,
    holdings_section,
    question_sections,
    render_statistics,
    sum_up,
    uptime_section,
)
from bot.chat.statistics_plot import draw_statistics
from bot.chat.translations import languages, translator
from bot.store.asks import Ask
from bot.store.audit import Entry
from bot.store.figures import Holdings
from bot.store.people import User
from bot.store.records import Feedback, SyncRun
from retrieval.types import Abstention, Answer, AnswerSentence, Citation, Span
from tests.support.articles import NOW
from tests.support.telegram_html import parse

TR = translator(None)
ALL = [translator(code) for code in languages()]
WAYS = {"private": 5, "group": 5, "inline": 1}


def ask(minutes=0, way="private", outcome="answer", user=7, took=100):
    return Ask(NOW - timedelta(minutes=minutes), user, way, outcome, took)


def used(asked, now, span):
    """Weigh the questions that are younger than `span`, each by itself."""
    return sum(WAYS[one.way] for one in asked if now - one.at < span and one.outcome != "failed")


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1440),
            st.sampled_from(sorted(WAYS)),
            st.sampled_from(["answer", "failed"]),
        ),
        max_size=30,
    ),
    st.integers(0, 4),
    st.integers(0, 6),
    st.sampled_from(sorted(WAYS)),
)
def test_the_wait_is_the_shortest_after_which_there_is_room(given_asks, hourly, daily, way):
    asked = sorted((ask(*one) for one in given_asks), key=lambda one: one.at, reverse=True)
    limits = Limits(hourly, daily)
    wait = limits.wait(asked, way, NOW)

    def fits(now):
        return all(
            not limit or used(asked, now, span) + WAYS[way] <= 5 * limit
            for span, limit in ((HOUR, hourly), (DAY, daily))
        )

    minutes = next(n for n in range(1442) if fits(NOW + timedelta(minutes=n)))
    assert max(wait, timedelta()) == timedelta(minutes=minutes)


def test_how_long_to_wait_is_rounded_up():
    for span, said in (
        (timedelta(seconds=1), "about 1 minute."),
        (timedelta(minutes=11, seconds=30), "about 12 minutes."),
        (timedelta(minutes=99), "about 99 minutes."),
        (timedelta(minutes=121), "about 3 hours."),
    ):
        assert render_wait(TR, span).endswith(said)


@pytest.mark.parametrize(
    ("mode", "role", "standing", "group", "verdict"),
    [
        ("open", "member", "", "", "in"),
        ("open", "member", "banned", "allowed", "banned"),
        ("open", "owner", "banned", "", "in"),
        ("open", "owner", "", "banned", "banned group"),
        ("open", "admin", "banned", "", "banned"),
        ("allow-list", "member", "", "", "stranger"),
        ("allow-list", "member", "allowed", "", "in"),
        ("allow-list", "member", "", "allowed", "in"),
        ("allow-list", "admin", "", "", "in"),
        ("allow-list", "owner", "", "", "in"),
        ("allow-list", "member", "banned", "allowed", "banned"),
    ],
)
def test_who_is_let_in(mode, role, standing, group, verdict):
    assert judge(mode, role, standing, group) == verdict


@pytest.mark.parametrize("tr", ALL, ids=languages())
def test_notices_fit_where_telegram_shows_them(tr):
    for verdict in ("banned", "stranger"):
        assert len(render_refusal(tr, verdict, 2**52)) <= 200
        assert len(render_hint(tr, verdict)) <= 64


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("allow 12", Order("allow", "12")),
        ("BAN @Some_one", Order("ban", "@Some_one")),
        ("unban -100123", Order("unban", "-100123")),
        ("disallow", Order("disallow")),
        ("allow here", Order("allow", "here")),
        ("role 12 Owner", Order("role", "12", "owner")),
        ("role member", Order("role", "", "member")),
        ("role 12", None),
        ("role 12 king", None),
        ("ban somebody", None),
        ("ban 1 2", None),
        ("", None),
    ],
)
def test_orders_are_read(text, order):
    assert parse_order(text.split()) == order


def test_a_made_owner_is_demoted_by_an_owner_alone():
    made, fixed = Party(2, "owner"), Party(1, "owner", fixed=True)
    demote = Order("role", "2", "member")
    assert objection(TR, demote, fixed, made) == ""
    assert objection(TR, demote, made, fixed).startswith("The settings")
    assert objection(TR, demote, Party(3, "admin"), made) == "Only an owner gives roles."
    assert objection(TR, Order("ban"), fixed, made) == "Nobody can ban an owner."
    assert objection(TR, Order("ban"), made, Party(3, "admin")) == ""


@pytest.mark.parametrize("tr", ALL, ids=languages())
def test_full_pages_are_one_message(tr):
    long = "<&🎉" * 60
    people = [User(-n, long, "u" * 32, "admin", "banned", NOW, NOW) for n in range(10)]
    page = render_people(tr, people, frozenset(), 0, 99)
    assert parse(page.html).units <= 4096
    assert all(str(one.id) in page.html for one in people)
    entries = [Entry(n, NOW, -n, "users allow", {"a": long, "ü": 1}) for n in range(10)]
    page = render_audit(tr, entries, {one.id: one for one in people}, 0, 99)
    assert parse(page.html).units <= 4096
    assert page.html.count("users allow") == 10
    assert [json.loads(line)["detail"] for line in audit_lines(entries[:1]).splitlines()] == [
        {"a": long, "ü": 1}
    ]


def test_figures_are_those_worked_out_by_hand():
    asks = [ask(took=n, user=n % 3 or None) for n in range(1, 21)]
    asks += [ask(outcome="abstention", took=21), ask(outcome="failed", took=10**6)]
    found = sum_up(asks)
    assert found.counts == {"answer": 20, "abstention": 1, "failed": 1}
    # Of 1 … 21 the median is 11, and the 95th percentile the value at 0.95 · 20 = 19 steps.
    assert (found.median_ms, found.p95_ms, found.people) == (11, 20, 3)
    nothing = sum_up([])
    assert (nothing.total, nothing.median_ms, nothing.people) == (0, None, 0)


def test_days_are_those_of_utc_and_a_week_at_least():
    late = datetime(2026, 3, 13, 23, 59, tzinfo=UTC)
    days = by_day([Ask(late, 7, "private", "answer", 5), ask()], date(2026, 3, 14))
    assert [day for day, _ in days] == [date(2026, 3, n) for n in range(8, 15)]
    assert [asked.total for _, asked in days] == [0, 0, 0, 0, 0, 1, 1]
    old = Ask(NOW - timedelta(days=40), 7, "private", "answer", 5)
    assert len(by_day([old], date(2026, 3, 14))) == 30


def test_periods_hold_what_falls_into_them():
    asks = [ask(60 * 24 * 8), ask(60 * 30, outcome="abstention"), ask(5), ask(4, outcome="failed")]
    verdicts = [(NOW - timedelta(hours=1), "bad"), (NOW - timedelta(days=9), "good")]
    day, week, month = question_sections(TR, asks, verdicts, NOW)
    assert day.lines == (
        "Questions: 2",
        "Without an answer: 0 (0 %)",
        "Failed: 1",
        "👍 0, 👎 1",
        "Time to answer: median 0.1 s, 95 % within 0.1 s",
        "People who asked: 1",
    )
    assert week.lines[1] == "Without an answer: 1 (33 %)"
    assert (month.lines[0], month.lines[3]) == ("Questions: 4", "👍 1, 👎 1")


@pytest.mark.parametrize("tr", ALL, ids=languages())
def test_all_figures_are_one_message(tr):
    run = SyncRun(3, "chat", NOW, NOW + timedelta(seconds=75), 4, 1, 2, 3, 9, "<no> " * 99)
    sections = [
        *question_sections(tr, [ask(took=700_000)] * 9, [(NOW, "good")], NOW),
        holdings_section(tr, Holdings(9, 1, 12345, 999, 7, 2), run, (4, 88_000)),
        Section("<Outbox>", ("nothing",)),
        uptime_section(tr, timedelta(hours=50)),
    ]
    (text,) = render_statistics(tr, sections)
    assert "&lt;Outbox&gt;" in text
    assert tr.number(12345) in text


@pytest.mark.parametrize("tr", ALL, ids=languages())
def test_the_picture_is_drawn_in_every_language(tr):
    asks = [ask(60 * 24 * n, outcome="failed" if n % 2 else "answer") for n in range(29, -1, -1)]
    picture = draw_statistics(by_day(asks, NOW.date()), tr)
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1080, 1080)


def test_feedback_becomes_questions_without_anybodys_number():
    cited = Citation(
        1,
        "a",
        "p",
        "T",
        "https://n.example/a",
        "S",
        NOW,
        "It <won>. Yes.",
        Span(0, 14),
        "It <won>. Yes.",
    )
    sentences = (AnswerSentence("It <won>.", (1,)), AnswerSentence("Yes.", (1,)))
    reply = Answer("Who?", sentences, (cited, cited), 0.9, NOW, 1)
    refused = Abstention("Who?", "nothing", (), 0.1, None, 1)
    verdicts = [
        Feedback(1, 987654, "Who?", reply_to_record(reply), "good", "", NOW, 5, 123456),
        Feedback(2, 987654, "Who?", reply_to_record(reply), "bad", "Outdated", NOW, 6, 123456),
        Feedback(3, 987654, "Why?", reply_to_record(refused), "good", "", NOW, 7, 123456),
        Feedback(4, 987654, "How?", {"old": 1}, "good", "", NOW),
    ]
    lines = evaluation_lines(verdicts)
    assert "987654" not in lines
    assert "123456" not in lines
    good, bad, none, old = map(json.loads, lines.splitlines())
    assert good == {
        "id": "feedback-1",
        "question": "Who?",
        "asked_at": "2026-03-14",
        "answers": ["It <won>.", "Yes."],
        "urls": ["https://n.example/a"],
        "verdict": "good",
        "comment": "",
    }
    assert (bad["answers"], bad["urls"], bad["comment"]) == ([], [], "Outdated")
    assert (none["answers"], old["answers"]) == ([], [])
    page = parse(render_feedback(TR, verdicts)).text
    assert page.startswith("What people say of answers: 👍 3, 👎 1\nOutdated: 1\n\n👍 How?")
    assert asdict(verdicts[0])["user_id"] == 123456
