"""Questions with times in them, read as of a day. Thursday 16 June 2022 unless a row says other."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from retrieval.dates import read_dates

THURSDAY = "2022-06-16"


def as_of(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=hour)


def table(rows: str) -> list[tuple[str, ...]]:
    """Split rows of `question | start | end | remaining`; "." leaves a bound open."""
    return [tuple(cell.strip() for cell in row.split("|")) for row in rows.strip().splitlines()]


def on(day: str, rows: str) -> list[tuple[str, ...]]:
    return [(day, *row) for row in table(rows)]


CONDITIONS = [
    *on(THURSDAY, """
    What did the mayor say today? | 2022-06-16 | 2022-06-16 | What did the mayor say?
    Which shares fell this morning? | 2022-06-16 | 2022-06-16 | Which shares fell?
    Who was arrested tonight? | 2022-06-16 | 2022-06-16 | Who was arrested?
    What did the mayor say yesterday? | 2022-06-15 | 2022-06-15 | What did the mayor say?
    Yesterday, who was fined? | 2022-06-15 | 2022-06-15 | who was fined?
    Which bridge closed yesterday evening? | 2022-06-15 | 2022-06-15 | Which bridge closed?
    Which bridge closed last night? | 2022-06-15 | 2022-06-15 | Which bridge closed?
    Who left the day before yesterday? | 2022-06-14 | 2022-06-14 | Who left?
    What happened in Odesa last week? | 2022-06-06 | 2022-06-12 | What happened in Odesa?
    Last week, which port reopened? | 2022-06-06 | 2022-06-12 | which port reopened?
    ferry strikes last week | 2022-06-06 | 2022-06-12 | ferry strikes
    What Closed In Odesa Last Week? | 2022-06-06 | 2022-06-12 | What Closed In Odesa?
    WHO RESIGNED YESTERDAY? | 2022-06-15 | 2022-06-15 | WHO RESIGNED?
    Which bank failed last month? | 2022-05-01 | 2022-05-31 | Which bank failed?
    Which islands flooded over the weekend? | 2022-06-11 | 2022-06-12 | Which islands flooded?
    Who marched last weekend? | 2022-06-11 | 2022-06-12 | Who marched?
    Who was hurt at the weekend? | 2022-06-11 | 2022-06-12 | Who was hurt?
    Who was freed on Tuesday? | 2022-06-14 | 2022-06-14 | Who was freed?
    who was freed on tuesday night | 2022-06-14 | 2022-06-14 | who was freed
    On Tuesday, who resigned? | 2022-06-14 | 2022-06-14 | who resigned?
    Which club won last Friday? | 2022-06-10 | 2022-06-10 | Which club won?
    Which club won on Thursday? | 2022-06-16 | 2022-06-16 | Which club won?
    Which club won last Thursday? | 2022-06-09 | 2022-06-09 | Which club won?
    Which club won this Tuesday? | 2022-06-14 | 2022-06-14 | Which club won?
    Which club won Friday last week? | 2022-06-10 | 2022-06-10 | Which club won?
    Which club won on Tuesday of last week? | 2022-06-07 | 2022-06-07 | Which club won?
    Which senator died Sunday? | 2022-06-12 | 2022-06-12 | Which senator died?
    Last week on Friday, who resigned? | 2022-06-10 | 2022-06-10 | who resigned?
    Who struck from Monday to Wednesday? | 2022-06-13 | 2022-06-15 | Who struck?
    Did he resign on Monday or Tuesday? | 2022-06-13 | 2022-06-14 | Did he resign?
    Who was sanctioned three days ago? | 2022-06-13 | 2022-06-13 | Who was sanctioned?
    a couple of days ago, what did he decide? | 2022-06-14 | 2022-06-14 | what did he decide?
    Who resigned a week ago? | 2022-06-06 | 2022-06-12 | Who resigned?
    Who resigned two weeks ago? | 2022-05-30 | 2022-06-05 | Who resigned?
    Which plant shut 24 hours ago? | 2022-06-15 | 2022-06-15 | Which plant shut?
    earthquakes in the last three days | 2022-06-13 | 2022-06-16 | earthquakes
    earthquakes over the past 10 days in Rome | 2022-06-06 | 2022-06-16 | earthquakes in Rome
    Who fled in the past 24 hours? | 2022-06-15 | 2022-06-16 | Who fled?
    Who fled during the past week? | 2022-06-09 | 2022-06-16 | Who fled?
    Who fled in the last two weeks? | 2022-06-02 | 2022-06-16 | Who fled?
    """),
    *on(THURSDAY, """
    floods in March 2022 | 2022-03-01 | 2022-03-31 | floods
    Which strikes began in march? | 2022-03-01 | 2022-03-31 | Which strikes began?
    Which strikes began in may? | 2022-05-01 | 2022-05-31 | Which strikes began?
    In April, which cabinet fell? | 2022-04-01 | 2022-04-30 | which cabinet fell?
    Which cabinet fell in December? | 2021-12-01 | 2021-12-31 | Which cabinet fell?
    Which cabinet fell in June? | 2022-06-01 | 2022-06-16 | Which cabinet fell?
    Which cabinet fell in Sept. 2021? | 2021-09-01 | 2021-09-30 | Which cabinet fell?
    Which cabinet fell in August of last year? | 2021-08-01 | 2021-08-31 | Which cabinet fell?
    Which cabinet fell in January this year? | 2022-01-01 | 2022-01-31 | Which cabinet fell?
    grain exports March 2022 | 2022-03-01 | 2022-03-31 | grain exports
    What did she say in early May? | 2022-05-01 | 2022-05-10 | What did she say?
    What did she sign in mid-March? | 2022-03-11 | 2022-03-20 | What did she sign?
    Who quit at the end of May? | 2022-05-21 | 2022-05-31 | Who quit?
    Who quit in the first week of May 2021? | 2021-05-01 | 2021-05-07 | Who quit?
    Who quit in the last week of February? | 2022-02-22 | 2022-02-28 | Who quit?
    Who quit in the second half of March? | 2022-03-16 | 2022-03-31 | Who quit?
    Who resigned on 24 March? | 2022-03-24 | 2022-03-24 | Who resigned?
    Who resigned on March 24th? | 2022-03-24 | 2022-03-24 | Who resigned?
    Who resigned on the 24th of March 2021? | 2021-03-24 | 2021-03-24 | Who resigned?
    Who resigned on march 24, 2022? | 2022-03-24 | 2022-03-24 | Who resigned?
    Who resigned on Thursday, 24 March 2022? | 2022-03-24 | 2022-03-24 | Who resigned?
    Who resigned on 24 March last year? | 2021-03-24 | 2021-03-24 | Who resigned?
    Who resigned on 2022-03-24? | 2022-03-24 | 2022-03-24 | Who resigned?
    Who resigned on 24/03/2022? | 2022-03-24 | 2022-03-24 | Who resigned?
    Who resigned on 16 June? | 2022-06-16 | 2022-06-16 | Who resigned?
    Who resigned on 17 June? | 2021-06-17 | 2021-06-17 | Who resigned?
    news about Kyiv between 24 and 31 March 2022 | 2022-03-24 | 2022-03-31 | news about Kyiv
    Who resigned between March 24 and 31? | 2022-03-24 | 2022-03-31 | Who resigned?
    Who resigned from 24 to 31 March? | 2022-03-24 | 2022-03-31 | Who resigned?
    Who resigned 24–31 March 2022? | 2022-03-24 | 2022-03-31 | Who resigned?
    Who resigned on March 24-31, 2022? | 2022-03-24 | 2022-03-31 | Who resigned?
    Who resigned between 28 December and 3 January? | 2021-12-28 | 2022-01-03 | Who resigned?
    Who resigned between 28 December and 3 January 2021? | 2020-12-28 | 2021-01-03 | Who resigned?
    Which laws passed between December and February? | 2021-12-01 | 2022-02-28 | Which laws passed?
    floods in march and in may | 2022-03-01 | 2022-05-31 | floods
    protests since February | 2022-02-01 | . | protests
    Which towns fell since 24 February 2022? | 2022-02-24 | . | Which towns fell?
    Whom did police arrest since February? | 2022-02-01 | . | Whom did police arrest?
    Who has resigned since yesterday? | 2022-06-15 | . | Who has resigned?
    Who has resigned since last week? | 2022-06-06 | . | Who has resigned?
    Who was sanctioned after 24 March? | 2022-03-25 | . | Who was sanctioned?
    Which laws passed after March? | 2022-04-01 | . | Which laws passed?
    What did the senate decide before March 2022? | . | 2022-02-28 | What did the senate decide?
    What did the senate decide until 24 March? | . | 2022-03-24 | What did the senate decide?
    What did the senate decide up to last month? | . | 2022-05-31 | What did the senate decide?
    what happened in Lviv this week | 2022-06-13 | 2022-06-16 | what happened in Lviv
    What happened in Kabul in 2021? | 2021-01-01 | 2021-12-31 | What happened in Kabul?
    news from March about grain | 2022-03-01 | 2022-03-31 | news about grain
    today's headlines about grain | 2022-06-16 | 2022-06-16 | headlines about grain
    What happened this month in Lviv? | 2022-06-01 | 2022-06-16 | What happened in Lviv?
    """),
    *on("2022-01-01", """
    Who resigned yesterday? | 2021-12-31 | 2021-12-31 | Who resigned?
    Who resigned last week? | 2021-12-20 | 2021-12-26 | Who resigned?
    Who resigned last month? | 2021-12-01 | 2021-12-31 | Who resigned?
    Who resigned over the weekend? | 2022-01-01 | 2022-01-01 | Who resigned?
    Who resigned last weekend? | 2021-12-25 | 2021-12-26 | Who resigned?
    What happened in Rome this year? | 2022-01-01 | 2022-01-01 | What happened in Rome?
    """),
    *on("2024-02-29", """
    Who resigned on 29 February? | 2024-02-29 | 2024-02-29 | Who resigned?
    Who resigned in February? | 2024-02-01 | 2024-02-29 | Who resigned?
    Who resigned in February 2023? | 2023-02-01 | 2023-02-28 | Who resigned?
    Who resigned last month? | 2024-01-01 | 2024-01-31 | Who resigned?
    """),
    *on("2024-03-01", """
    Who resigned yesterday? | 2024-02-29 | 2024-02-29 | Who resigned?
    Who resigned last month? | 2024-02-01 | 2024-02-29 | Who resigned?
    Who resigned in late February? | 2024-02-21 | 2024-02-29 | Who resigned?
    """),
    *on("2023-03-01", """
    Who resigned yesterday? | 2023-02-28 | 2023-02-28 | Who resigned?
    Who resigned between 20 February and 10 March? | 2023-02-20 | 2023-03-01 | Who resigned?
    """),
    *on("2022-06-13", """
    Who resigned last monday? | 2022-06-06 | 2022-06-06 | Who resigned?
    Who resigned on monday? | 2022-06-13 | 2022-06-13 | Who resigned?
    Who resigned last week? | 2022-06-06 | 2022-06-12 | Who resigned?
    What happened in Lviv this week? | 2022-06-13 | 2022-06-13 | What happened in Lviv?
    """),
    *on("2022-06-12", """
    Who resigned last week? | 2022-05-30 | 2022-06-05 | Who resigned?
    Who resigned over the weekend? | 2022-06-11 | 2022-06-12 | Who resigned?
    Who resigned last Sunday? | 2022-06-05 | 2022-06-05 | Who resigned?
    What happened in Lviv this week? | 2022-06-06 | 2022-06-12 | What happened in Lviv?
    """),
]  # fmt: skip

PREFERENCES = table("""
    Who recently announced a merger? | 2022-05-17 | 2022-06-16 | Who announced a merger?
    Who announced a merger this week? | 2022-06-13 | 2022-06-16 | Who announced a merger?
    Which company merged earlier this month? | 2022-06-01 | 2022-06-16 | Which company merged?
    Which team won this year? | 2022-01-01 | 2022-06-16 | Which team won?
    Which team won last year? | 2021-01-01 | 2021-12-31 | Which team won?
    Which port reopened in recent days? | 2022-06-09 | 2022-06-16 | Which port reopened?
    Which port opened in the last few weeks? | 2022-05-17 | 2022-06-16 | Which port opened?
    Which prices rose over the last 12 months? | 2021-06-16 | 2022-06-16 | Which prices rose?
    Which port reopened two months ago? | 2022-04-01 | 2022-04-30 | Which port reopened?
    How many live in Odesa today? | 2022-06-16 | 2022-06-16 | How many live in Odesa?
    What did he say in yesterday's debate? | 2022-06-15 | 2022-06-15 | What did he say in debate?
    Who won at Sunday's awards? | 2022-06-12 | 2022-06-12 | Who won at awards?
    Who leads Spain after last week's vote? | 2022-06-06 | . | Who leads Spain after vote?
    After the storm on Tuesday, who fled? | 2022-06-14 | 2022-06-14 | After the storm, who fled?
    A bus fell on Tuesday. How many died? | 2022-06-14 | 2022-06-14 | A bus fell. How many died?
    Which ferry is late on Tuesday? | 2022-06-14 | 2022-06-14 | Which ferry is late?
    """)  # fmt: skip

NOTHING = """
    Who won the 2022 French presidential election?
    Where were the 2020 Olympics held?
    How many seats has a Boeing 737?
    When did World War 2 end?
    What changed after 9/11?
    Who led the January 6 committee?
    Who stormed the building on January 6?
    What is March Madness?
    Who played in March Madness?
    What has May said about the treaty?
    May I ask who runs the bank?
    Prices may fall: why?
    Who marched on the palace in august company?
    Who will host the 2026 World Cup?
    What caused the 1986 Chernobyl disaster?
    Who won at the 94th Academy Awards?
    Was there a GPT 4 in 2023 model?
    What is Juneteenth?
    Why beware the Ides of March?
    What happened on D-Day?
    Which country wants net zero by 2030?
    Who became president in 2019?
    Who died in 1603?
    Who was crowned on 2 June 1953?
    Which dam is the first since 2014?
    Which plant is the largest since February?
    Who won for the first time since March?
    Who was born on 24 March?
    What came two days after 24 March?
    Was growth higher than last year?
    How do sales stand compared to last month?
    What is Last Week Tonight?
    Who wrote Yesterday?
    Who sang "the day before yesterday"?
    Who owns the Sunday Times?
    Who plays for Sheffield Wednesday?
    Who hosts on Saturday Night Live?
    What happened on Friday the 13th?
    What is sold on Black Friday?
    Which shop opens every Tuesday?
    Which parade is on the third Monday of February?
    Who will speak on Sunday?
    Poland will vote on Sunday: for whom?
    Which app is facing a ban on 19 November?
    Which club plays this Friday?
    Which film is out next week?
    Who is playing over the weekend?
    Which airport is closed until Sunday?
    Will shops open between 24 and 31 March?
    Which tax applies from 3 April?
    Who signed on July 4, 1776?
    Who resigned on 30 February?
    Who resigned on 29 February 2021?
    Who resigned on 4/3/2022?
    Who resigned on 31 June 2021?
    Who resigned in Febuary?
    Who resigned yesteday?
    Who resigned last weak?
    Who resigned in May 2023?
    Which firm did rates hit from 5 to 10 percent?
    Which sun cream was recalled?
    Who took the second seat?
    How many months old must a child be?
    What does the weekend edition say?
    Who won on the last day?
    What is the last week of school called?
    Which variant is the latest to spread?
    What is the newest phone called?
    What did protests change since the invasion?
    What did the candidates say before the election?
    Who resigned more than two weeks ago?
    Who resigned as of yesterday?
    """.strip().splitlines()

LATEST = table("""
    What's the latest on the war in Ukraine? | the war in Ukraine?
    what is the latest about grain exports | grain exports
    What is the latest from Kyiv? | Kyiv?
    the latest on the strike | the strike
    Latest news about the strike | the strike
    show me the newest articles on wheat | wheat
    Give me the most recent headlines about wheat | wheat
    Any news on the strike? | the strike?
    What's new in Sudan? | Sudan?
    wheat prices, newest first | wheat prices,
    """)  # fmt: skip


@pytest.mark.parametrize(("day", "question", "start", "end", "remaining"), CONDITIONS)
def test_a_time_that_is_asked_for_is_a_condition(
    day: str, question: str, start: str, end: str, remaining: str
) -> None:
    reading = read_dates(question, as_of=as_of(day))
    assert reading is not None
    found = (str(reading.start or "."), str(reading.end or "."), reading.remaining)
    assert found == (start, end, remaining)
    assert (reading.strict, reading.latest) == (True, False)


@pytest.mark.parametrize(("question", "start", "end", "remaining"), PREFERENCES)
def test_a_time_in_passing_is_only_a_preference(
    question: str, start: str, end: str, remaining: str
) -> None:
    reading = read_dates(question, as_of=as_of(THURSDAY))
    assert reading is not None
    found = (str(reading.start or "."), str(reading.end or "."), reading.remaining)
    assert found == (start, end, remaining)
    assert (reading.strict, reading.latest) == (False, False)


@pytest.mark.parametrize("question", [question.strip() for question in NOTHING])
def test_names_facts_futures_and_typos_are_not_read(question: str) -> None:
    assert read_dates(question, as_of=as_of(THURSDAY)) is None


@pytest.mark.parametrize(("question", "remaining"), LATEST)
def test_the_latest_asks_for_an_order(question: str, remaining: str) -> None:
    reading = read_dates(question, as_of=as_of(THURSDAY))
    assert reading is not None
    assert reading.remaining == remaining
    assert (reading.latest, reading.strict) == (True, False)
    assert reading.start is reading.end is None


def test_the_latest_of_a_time_asks_for_both() -> None:
    reading = read_dates("latest news from last week about grain", as_of=as_of(THURSDAY))
    assert reading is not None
    assert (reading.start, reading.end) == (date(2022, 6, 6), date(2022, 6, 12))
    assert (reading.latest, reading.strict) == (True, True)
    assert reading.expression == "latest news, from last week"


@pytest.mark.parametrize("question", ["What happened yesterday?", "news last week", "the latest?"])
def test_a_question_of_nothing_else_stays_whole(question: str) -> None:
    reading = read_dates(question, as_of=as_of(THURSDAY))
    assert reading is not None
    assert reading.remaining == question


def test_today_is_the_day_in_utc() -> None:
    late = datetime.fromisoformat("2022-06-16T23:30:00-04:00")
    reading = read_dates("Who resigned today?", as_of=late)
    assert reading is not None
    assert reading.start == date(2022, 6, 17)


def test_other_languages_and_pasted_articles_are_not_read() -> None:
    now = as_of(THURSDAY)
    assert read_dates("Who resigned yesterday?", as_of=now, language="de") is None
    assert read_dates("Who resigned yesterday? " + "x" * 2000, as_of=now) is None
