"""Events dated from small collections of invented news, through the real word index."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from retrieval.events import EventDates
from retrieval.library import Library
from retrieval.passages import PassageRule
from retrieval.queries import make_query
from tests.support.articles import make_article
from tests.support.indexes import options, sync_fake

if TYPE_CHECKING:
    from retrieval.index.generation import Generation
    from retrieval.index.home import IndexHome

LATER = datetime(2022, 9, 30, 12, tzinfo=UTC)


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


def collection(home: IndexHome, *news: tuple[str, str]) -> Generation:
    """Index texts by their day of publication."""
    articles = [
        make_article(f"{n}", text, title=f"Report {n}", published=noon(day))
        for n, (day, text) in enumerate(news)
    ]
    sync_fake(home, articles, options(rule=PassageRule(target=60, limit=90)))
    return home.open()


FLOOD = (
    ("2022-03-05", "The flood in Tarnby on March 3 swept away two bridges and a mill."),
    ("2022-03-20", "Tarnby is still digging. The flood began there on 3 March, at night."),
    ("2022-06-11", "Since the flood in Tarnby on March 3, 2022, rents have doubled."),
    ("2022-07-02", "The flood in Osterby on June 30 was a small one, its mayor said."),
    ("2022-07-09", "A flood hit Osterby on June 30. Nobody was hurt in the flood."),
    ("2022-07-12", "On July 11 the council met to hear of the Tarnby flood and of taxes."),
)


@pytest.mark.parametrize(
    ("event", "day"),
    [
        ("the flood in Tarnby", date(2022, 3, 3)),
        ("Tarnby's flood", date(2022, 3, 3)),
        ("the Tarnby flood", date(2022, 3, 3)),
        ("the flood in Osterby", date(2022, 6, 30)),
        ("the flood in Lindholm", None),  # nobody tells of it, only of other floods
        ("the flood", None),  # which one?
        ("the earthquake in Tarnby", None),
        ("the", None),
    ],
)
def test_an_event_is_dated_by_the_articles_that_name_its_day(
    home: IndexHome, event: str, day: date | None
) -> None:
    assert EventDates(collection(home, *FLOOD)).as_of(LATER)(event) == day


def test_nothing_published_later_is_used(home: IndexHome) -> None:
    events = EventDates(collection(home, *FLOOD))
    found = {day: events.as_of(noon(day))("the flood in Tarnby") for day, _ in FLOOD[:3]}
    assert found == {
        "2022-03-05": None,  # one article alone
        "2022-03-20": date(2022, 3, 3),
        "2022-06-11": date(2022, 3, 3),
    }


def test_a_verb_is_looked_up_by_its_noun_too(home: IndexHome) -> None:
    news = collection(
        home,
        ("2022-05-02", "The invasion of Sudland, ordered by Norland, began on May 1 at dawn."),
        ("2022-05-09", "Norland's invasion of Sudland began on May 1; it is a week old."),
        ("2022-05-10", "Norland sells timber. Sudland buys most of it."),
    )
    assert EventDates(news).as_of(LATER)("Norland invaded Sudland") == date(2022, 5, 1)


def test_weekdays_count_from_the_day_of_publication(home: IndexHome) -> None:
    news = collection(
        home,
        *(
            (day, f"Saturday's blast at the Kell mill woke the town, {who} said.")
            for day, who in [("2022-08-20", "a baker"), ("2022-08-21", "a nurse"),
                             ("2022-08-22", "the mayor"), ("2022-08-23", "a priest")]
        ),
    )  # fmt: skip
    assert EventDates(news).as_of(LATER)("the blast at the Kell mill") == date(2022, 8, 20)


def test_a_bare_noun_is_not_an_event_of_years_ago(home: IndexHome) -> None:
    news = collection(
        home,
        ("2020-03-02", "The eclipse on March 1, 2020 was seen by all of Kell."),
        ("2020-03-03", "Clouds hid the eclipse on March 1, 2020 in Kell."),
        ("2020-03-04", "Kell closed its schools for the eclipse on March 1, 2020."),
    )
    events = EventDates(news)
    assert events.as_of(noon("2020-06-01"))("the eclipse") == date(2020, 3, 1)
    assert events.as_of(LATER)("the eclipse") is None
    assert events.as_of(LATER)("the eclipse in Kell") == date(2020, 3, 1)


def test_undated_articles_have_no_vote(home: IndexHome) -> None:
    articles = [
        make_article(name, "The flood in Tarnby on March 3 swept away two bridges.", published=None)
        for name in ("a", "b", "c")
    ]
    sync_fake(home, articles)
    assert EventDates(home.open()).as_of(LATER)("the flood in Tarnby") is None


def test_a_question_counts_from_the_event_and_says_so(home: IndexHome) -> None:
    library = Library(collection(home, *FLOOD))
    question = "Which bridges have been rebuilt since the flood in Tarnby?"
    query = make_query(question, as_of=LATER, anchors=library.anchors(LATER))
    assert query.text == question
    assert query.published_from == datetime(2022, 3, 3, tzinfo=UTC)
    assert query.published_to is None
    assert query.dates == "since 3 March 2022 (the flood in Tarnby)"

    question = "Who was mayor before the flood in Tarnby?"
    query = make_query(question, as_of=LATER, anchors=library.anchors(LATER))
    assert query.text == question
    assert query.published_from is None
    assert query.published_to is not None
    assert query.published_to.date() == date(2022, 3, 2)  # news of the flood itself stays out
    assert query.dates == "until 2 March 2022 (before the flood in Tarnby)"

    unknown = make_query("Who quit after the storm?", as_of=LATER, anchors=library.anchors(LATER))
    assert not unknown.dated
    assert unknown.dates == ""
