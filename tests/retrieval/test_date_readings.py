"""What holds for every reading, how readings are shown, how they bound a search, and anchors."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dates import DateReading, describe, publication_window, read_dates

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2022, 6, 16, 9, tzinfo=UTC)
WORDS = (
    "since after before until between and or to from in on the a of last past this next early"
    " late end week weeks month months year day days hours weekend ago today yesterday recently"
    " latest news January feb May march 31 29th 2 24 2022 2024 1999 Monday tuesday sunday's"
    " morning three couple few who what happened resigned will is , ? . - – : ' \" 's first than"
).split()
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1)).map(
    lambda day: datetime.combine(day, time(9), UTC)
)


def is_subsequence(part: str, whole: str) -> bool:
    characters: Iterator[str] = iter(whole)
    return all(character in characters for character in part)


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS)).map(" ".join)), DAYS)
def test_every_reading_is_a_range_until_today_and_a_shorter_question(
    question: str, as_of: datetime
) -> None:
    reading = read_dates(question, as_of=as_of)
    if reading is None:
        return
    today = as_of.date()
    assert reading.start is None or reading.end is None or reading.start <= reading.end
    assert all(day is None or day <= today for day in (reading.start, reading.end))
    assert is_subsequence(reading.remaining, question)
    assert reading.remaining.strip()
    assert reading.expression
    assert reading.latest or reading.start or reading.end
    assert describe(reading) != "at any time"
    first, last = publication_window(reading, as_of=as_of)
    assert first is None or last is None or first <= last
    assert last is None or last <= as_of


def shown(start: str | None, end: str | None, *, latest: bool = False, strict: bool = True) -> str:
    days = [date.fromisoformat(day) if day else None for day in (start, end)]
    return describe(DateReading(days[0], days[1], "then", "who?", latest=latest, strict=strict))


@pytest.mark.parametrize(
    ("start", "end", "phrase"),
    [
        ("2022-04-03", "2022-04-03", "on 3 April 2022"),
        ("2022-03-24", "2022-03-31", "between 24 and 31 March 2022"),
        ("2022-03-28", "2022-04-02", "between 28 March and 2 April 2022"),
        ("2021-12-30", "2022-01-02", "between 30 December 2021 and 2 January 2022"),
        ("2022-03-01", "2022-03-31", "in March 2022"),
        ("2024-02-01", "2024-02-29", "in February 2024"),
        ("2023-12-01", "2023-12-31", "in December 2023"),
        ("2022-01-01", "2022-12-31", "in 2022"),
        ("2022-01-01", "2022-02-28", "between 1 January and 28 February 2022"),
        ("2021-01-01", "2022-12-31", "between 1 January 2021 and 31 December 2022"),
        ("2022-02-24", None, "since 24 February 2022"),
        (None, "2022-03-23", "until 23 March 2022"),
        (None, None, "at any time"),
    ],
)
def test_describe(start: str | None, end: str | None, phrase: str) -> None:
    assert shown(start, end) == phrase


def test_describe_order_and_preference() -> None:
    assert shown(None, None, latest=True, strict=False) == "newest first"
    assert shown("2022-03-01", "2022-03-31", latest=True) == "in March 2022, newest first"
    assert shown("2022-06-15", "2022-06-15", strict=False) == "preferably on 15 June 2022"


def test_describe_names_the_event() -> None:
    since = DateReading(
        date(2022, 2, 24), None, "then", "who?", latest=True, strict=True, event="E"
    )
    assert describe(since) == "since 24 February 2022 (E), newest first"


def test_a_reading_never_runs_backwards() -> None:
    with pytest.raises(ValueError, match="not a range of days"):
        shown("2022-03-02", "2022-03-01")


def window(question: str) -> tuple[str, str]:
    reading = read_dates(question, as_of=NOW)
    assert reading is not None
    first, last = publication_window(reading, as_of=NOW)
    return first.isoformat(" ", "minutes") if first else ".", str(last)[:16] if last else "."


def test_publication_may_follow_the_days_by_a_grace_but_never_as_of() -> None:
    assert window("Who quit in March 2022?") == ("2022-03-01 00:00+00:00", "2022-04-03 23:59")
    assert window("Who quit on 24 March?") == ("2022-03-24 00:00+00:00", "2022-03-27 23:59")
    assert window("Who quit yesterday?") == ("2022-06-15 00:00+00:00", "2022-06-16 09:00")
    assert window("Who has quit since February?") == ("2022-02-01 00:00+00:00", ".")


def test_a_preference_bounds_nothing() -> None:
    assert window("Who quit this week?") == (".", ".")
    assert window("the latest on wheat") == (".", ".")


EVENTS = {
    "the invasion": date(2022, 2, 24),
    "the invasion of Ukraine": date(2022, 2, 25),
    "Easter": date(2022, 4, 17),
    "the summit": date(2022, 6, 28),
    "Russia invaded Ukraine": date(2022, 2, 24),
    "Russia’s invasion": date(2022, 2, 24),
}


@pytest.mark.parametrize(
    ("question", "start", "end", "event"),
    [
        ("Which towns fell since the invasion?", "2022-02-24", None, "the invasion"),
        ("Who fled since the invasion began?", "2022-02-24", None, "the invasion"),
        ("Who fled since the start of the invasion?", "2022-02-24", None, "the invasion"),
        ("Since the invasion of Ukraine, who fled?", "2022-02-25", None, "the invasion of Ukraine"),
        ("After the invasion who fled?", "2022-02-24", None, "the invasion"),
        ("Who fled since Russia invaded Ukraine?", "2022-02-24", None, "Russia invaded Ukraine"),
        ("Whom did police arrest since the invasion?", "2022-02-24", None, "the invasion"),
        ("what changed since Russia’s invasion", "2022-02-24", None, "Russia’s invasion"),
        ("What did he say after Easter?", "2022-04-17", None, "Easter"),
        ("What did the pope say before Easter?", None, "2022-04-16", "before Easter"),
        ("What's the latest on grain since the invasion?", "2022-02-24", None, "the invasion"),
    ],
)  # fmt: skip
def test_an_event_is_a_time_to_those_who_can_date_it(
    question: str, start: str | None, end: str | None, event: str
) -> None:
    reading = read_dates(question, as_of=NOW, anchors=EVENTS.get)
    assert reading is not None
    days = tuple(str(day) if day else None for day in (reading.start, reading.end))
    assert (*days, reading.event, reading.strict) == (start, end, event, True)


def test_the_words_of_an_event_stay_in_the_search() -> None:
    question = "Which towns fell since the invasion?"
    reading = read_dates(question, as_of=NOW, anchors=EVENTS.get)
    assert reading is not None
    assert reading.remaining == question
    newest = read_dates("the latest on grain since Easter", as_of=NOW, anchors=EVENTS.get)
    assert newest is not None
    assert newest.remaining == "grain since Easter"


@pytest.mark.parametrize(
    "question",
    [
        "Which towns fell since the siege?",
        "Which law is the first since the invasion?",
        "What came three days after Easter?",
        "What was agreed before the summit?",  # still to come
        "What did he say after Easter in Rome?",  # known as a whole or not at all
        "Who is going to retire after Easter?",
        "Since when?",
        "since",
    ],
)
def test_other_events_and_measures_are_no_times(question: str) -> None:
    assert read_dates(question, as_of=NOW, anchors=EVENTS.get) is None


@pytest.mark.parametrize(
    "question",
    [
        "What has he done since he took office?",
        "Who resigned after winning a vote?",
        "What changed before the end of the year?",
        "What changed since the last election?",
        "Who quit after a referendum?",
        "Which singer was arrested after being searched?",
        "Who died after the driver was hit?",
        "What has happened since then?",
        "Who retired after 26 years alone?",
        "What was closed since the flood of June 13?",
        "Who has left since the weekend?",
        "Who fled before?",
        "Who quit after the long and very dull yearly general meeting of shareholders and others?",
    ],
)
def test_what_names_no_single_event_is_not_looked_up(question: str) -> None:
    asked: list[str] = []

    def note(name: str) -> date | None:
        asked.append(name)
        return date(2022, 3, 1)

    read_dates(question, as_of=NOW, anchors=note)
    assert asked == []


def test_days_named_outright_come_before_events() -> None:
    asked: list[str] = []

    def note(name: str) -> date | None:
        asked.append(name)
        return None

    reading = read_dates("Who quit in March after the invasion?", as_of=NOW, anchors=note)
    assert reading is not None
    assert reading.start == date(2022, 3, 1)
    assert asked == []


def test_an_aside_after_an_event_is_a_preference() -> None:
    question = "Refugees fled after the invasion. How many returned?"
    reading = read_dates(question, as_of=NOW, anchors=EVENTS.get)
    assert reading is not None
    assert not reading.strict


def test_threads_read_alike() -> None:
    questions = [
        "Who quit yesterday?", "floods in March", "Who quit two weeks ago?", "news since Tuesday",
    ] * 20  # fmt: skip
    moments = [NOW, datetime(2024, 2, 29, tzinfo=UTC)] * 40

    def read(item: tuple[str, datetime]) -> DateReading | None:
        return read_dates(item[0], as_of=item[1])

    alone = [read(item) for item in zip(questions, moments, strict=True)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(read, zip(questions, moments, strict=True))) == alone


def test_questions_without_times_are_quick_and_load_nothing() -> None:
    script = (
        "import sys; from datetime import datetime, UTC\n"
        "from retrieval.dates import read_dates\n"
        "read_dates('Who may run the second bank?', as_of=datetime(2022, 6, 16, tzinfo=UTC))\n"
        "sys.exit('dateparser' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    question = "Which company did the regulator fine for selling data about its customers?"
    best = float("inf")
    for _ in range(20):
        started = perf_counter()
        read_dates(question, as_of=NOW)
        best = min(best, perf_counter() - started)
    assert best < 0.001


@pytest.mark.parametrize("unit", ["since ", "in March ", "1-", "last ", '"', "the latest ", "may "])
def test_repetition_costs_little(unit: str) -> None:
    started = perf_counter()
    read_dates((unit * 2000)[:2000], as_of=NOW)
    assert perf_counter() - started < 2
