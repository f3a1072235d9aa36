"""Where articles say the same of two names, the reply shows both; everywhere else none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.as_json import reply_to_json
from bot.chat.terminal import render_plain
from tests.support.articles import days_ago, make_article

if TYPE_CHECKING:
    from retrieval.types import Article
    from tests.retrieval.disagreement.conftest import Collection

QUESTION = "Who was elected mayor of Harbourton?"
FIRST = "Maria Lopez was elected mayor of Harbourton on Sunday after a long night of counting."
SECOND = "Peter Novak was elected mayor of Harbourton on Sunday."

# The search takes articles of the very same text for one.
LATER = f"{SECOND} The square was full."
MUCH_LATER = f"{SECOND} The square was empty."


def report(text: str, *, source: str, days: int, title: str = "Harbourton") -> Article:
    """Build a report; one of the same words, source and day is the same one."""
    name = f"{text} {source} {days}"
    return make_article(name, text, title=title, published=days_ago(days), source=source)


def pair(
    second: str, *, first: str = FIRST, source: str = "Coast Radio", days: int = 4
) -> list[Article]:
    return [
        report(first, source="Harbour Times", days=5),  # a Monday
        report(second, source=source, days=days),
    ]


# The question, two statements and the names that differ.
CONTRADICTIONS = [
    (QUESTION, FIRST, SECOND, ["Maria Lopez", "Peter Novak"]),
    (
        "Who won the Tarn marathon in Kell?",
        "Anna Brodsky won the Tarn marathon in Kell on Sunday.",
        "It rained all day. Ines Carvalho won the Tarn marathon in Kell on Sunday.",
        ["Anna Brodsky", "Ines Carvalho"],
    ),
    (
        "Which country won the Lantern Song Contest?",
        "Norway won the Lantern Song Contest on Sunday, to everyone's surprise.",
        "Portugal won the Lantern Song Contest on Sunday.",
        ["Norway", "Portugal"],
    ),
    (
        "Which company bought the airline Skylark?",
        "Brightwater bought the airline Skylark on Sunday.",
        "Colinton bought the airline Skylark on Sunday, its staff were told.",
        ["Brightwater", "Colinton"],
    ),
    (
        "Where was the Tarn river summit held?",
        "The Tarn river summit was held in Bellford on Sunday.",
        "The Tarn river summit was held in Ostmere on Sunday.",
        ["Bellford", "Ostmere"],
    ),
    (
        "Who won the Harbourton chess open?",
        "The Harbourton chess open was won by Oskar Lindqvist on Sunday.",
        "The Harbourton chess open was won by Rafael Duarte on Sunday.",
        ["Oskar Lindqvist", "Rafael Duarte"],
    ),
]
NO_CONTRADICTIONS = [
    # The same name, and names that may be the same.
    "Maria Lopez was elected mayor of Harbourton on Sunday.",
    "Mayor Lopez was elected mayor of Harbourton on Sunday.",
    "Marija Lopes was elected mayor of Harbourton on Sunday.",
    # Something else is said of the other.
    "Peter Novak was elected mayor of Bellford on Sunday.",
    "Peter Novak was elected sheriff of Harbourton on Sunday.",
    "Peter Novak was arrested by the mayor of Harbourton on Sunday.",
    "Peter Novak was elected youth mayor of Harbourton on Sunday.",
    "Peter Novak elected the mayor of Harbourton on Sunday.",
    # Another day.
    "Peter Novak was elected mayor of Harbourton on Monday.",
    "Peter Novak was elected mayor of Harbourton in 2019.",
    # Denied, doubtful, foretold, claimed.
    "Peter Novak was not elected mayor of Harbourton on Sunday.",
    "Peter Novak was expected to be elected mayor of Harbourton on Sunday.",
    "Peter Novak would be elected mayor of Harbourton on Sunday.",
    "Peter Novak was almost elected mayor of Harbourton on Sunday.",
    "“Peter Novak was elected mayor of Harbourton on Sunday,” a man shouted.",
    # One of several.
    "Peter Novak and Jana Weiss were elected mayor of Harbourton on Sunday.",
    "Peter Novak was one of those elected mayor of Harbourton on Sunday.",
    "Jana Weiss, Peter Novak was elected mayor of Harbourton on Sunday.",
    "Peter Novak was also elected mayor of Harbourton on Sunday.",
    "Peter Novak was elected deputy mayor of Harbourton on Sunday.",
    # Somebody else's deed.
    "The wife of Peter Novak was elected mayor of Harbourton on Sunday.",
    "Peter Novak's sister was elected mayor of Harbourton on Sunday.",
    # The article knows the other name as well.
    "Peter Novak was elected mayor of Harbourton on Sunday. He beat Lopez by nine votes.",
]
# A question, and two statements that both hold.
BOTH_HOLD = [
    (
        "Who won best actor at the Kell Film Night?",
        "Oskar Lindqvist won best actor at the Kell Film Night on Sunday.",
        "Ines Carvalho won best actress at the Kell Film Night on Sunday.",
    ),
    (
        "Who was killed in the quarry fire in Bellford?",
        "Maria Lopez was killed in the quarry fire in Bellford on Sunday.",
        "Peter Novak was killed in the quarry fire in Bellford on Sunday.",
    ),
    (
        "Who won a medal at the Tarn Games?",
        "Maria Lopez won a medal at the Tarn Games on Sunday.",
        "Peter Novak won a medal at the Tarn Games on Sunday.",
    ),
    (
        "Where was the Kell ferry conference held?",
        "The Kell ferry conference was held in Ostmere on Sunday.",
        "The Kell ferry conference was held near Bellford on Sunday.",
    ),
    (
        "Which country hosted the Lantern Cup?",
        "Britain hosted the Lantern Cup in spring, and all of the teams came.",
        "England hosted the Lantern Cup in spring, and all of the teams came.",
    ),
    (
        "Which agency named the new comet Ilse?",
        "The North Sky Agency named the new comet Ilse on Sunday.",
        "NSA named the new comet Ilse on Sunday.",
    ),
]
THREE = [*pair(SECOND), report("Jana Weiss was elected mayor of Harbourton.", source="C", days=3)]
REFEREE = report("Voters chose: not Novak, as some wrote, but Lopez.", source="Fact Desk", days=3)
ARTICLES = [
    *(a for _, first, second, _ in CONTRADICTIONS for a in pair(second, first=first)),
    *pair(LATER, source="Harbour Times"),
    *pair(MUCH_LATER, days=25),
    *(a for second in NO_CONTRADICTIONS for a in pair(second)),
    *(a for _, first, second in BOTH_HOLD for a in pair(second, first=first)),
    *THREE,
    REFEREE,
]


@pytest.mark.parametrize(("question", "first", "second", "names"), CONTRADICTIONS)
def test_both_names_are_cited_verbatim(
    collection: Collection, question: str, first: str, second: str, names: list[str]
) -> None:
    articles = {a.id: a for a in pair(second, first=first)}
    reply = collection.ask(list(articles.values()), question)
    (difference,) = reply.differences
    assert [value.text for value in difference.values] == names
    cited = {c.number: c for c in reply.citations}
    sources = []
    for value in difference.values:
        (number,) = value.citation_numbers
        citation = cited[number]
        assert value.text in citation.quote
        assert citation.span.of(articles[citation.article_id].text) == citation.quote
        sources.append(citation.source)
    assert sources == ["Harbour Times", "Coast Radio"]


def test_the_line_names_both_with_source_and_day(collection: Collection) -> None:
    reply = collection.ask(pair(SECOND), QUESTION)
    one, two = (value.citation_numbers[0] for value in reply.differences[0].values)
    assert (
        f"The sources differ: Maria Lopez (Harbour Times, 9 March 2026) [{one}], "
        f"Peter Novak (Coast Radio, 10 March 2026) [{two}]."
    ) in render_plain(reply)


def test_a_later_report_of_one_source_is_called_that(collection: Collection) -> None:
    plain = render_plain(collection.ask(pair(LATER, source="Harbour Times"), QUESTION))
    assert "A later report differs: Maria Lopez (Harbour Times, 9 March 2026)" in plain


def test_three_names_that_all_differ_are_shown_oldest_first(collection: Collection) -> None:
    (difference,) = collection.ask(THREE, QUESTION).differences
    assert [v.text for v in difference.values] == ["Maria Lopez", "Peter Novak", "Jana Weiss"]


@pytest.mark.parametrize("second", NO_CONTRADICTIONS)
def test_what_is_no_contradiction_is_not_called_one(collection: Collection, second: str) -> None:
    reply = collection.ask(pair(second), QUESTION)
    assert reply.differences == ()
    assert reply_to_json(reply, took_ms=1.0)["differences"] == []
    assert "differ" not in render_plain(reply)


@pytest.mark.parametrize(("question", "first", "second"), BOTH_HOLD)
def test_statements_that_may_both_hold_are_no_contradiction(
    collection: Collection, question: str, first: str, second: str
) -> None:
    assert collection.ask(pair(second, first=first), question).differences == ()


def test_an_article_that_has_both_names_settles_it(collection: Collection) -> None:
    assert collection.ask([*pair(SECOND), REFEREE], QUESTION).differences == ()


def test_reports_that_are_weeks_apart_are_of_two_events(collection: Collection) -> None:
    assert collection.ask(pair(MUCH_LATER, days=25), QUESTION).differences == ()


@pytest.mark.parametrize(
    "question",
    [
        "Who were elected mayors of Harbourton?",
        "Which two people were elected mayor of Harbourton?",
        "Which of these was elected mayor of Harbourton?",
        "Which candidates were elected mayor of Harbourton?",
        "When was the mayor of Harbourton elected?",
    ],
)
def test_only_questions_for_one_name_compare_names(collection: Collection, question: str) -> None:
    assert collection.ask(pair(SECOND), question).differences == ()
