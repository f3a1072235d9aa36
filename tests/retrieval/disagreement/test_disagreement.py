"""Where articles contradict each other, the reply says so; everywhere else it keeps quiet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.as_json import reply_to_json
from bot.chat.rendering import render_reply
from bot.chat.terminal import render_plain
from tests.support.articles import days_ago, make_article

if TYPE_CHECKING:
    from retrieval.types import Article
    from tests.retrieval.disagreement.conftest import Collection

QUESTION = "How many people died when the ferry Aurora sank?"
FIRST = "The ferry Aurora sank off Port Lowen on Friday, and 12 people died in the cold water."
SECOND = "Fourteen people died in the cold water when the ferry Aurora sank off Port Lowen."

# The search takes articles of the very same text for one.
LATER = f"{SECOND} Divers are still at work."
MUCH_LATER = f"{SECOND} A hearing has begun."


def report(text: str, *, source: str, days: int) -> Article:
    """Build a report; one of the same words, source and day is the same one."""
    name = f"{text} {source} {days}"
    return make_article(
        name, text, title="Ferry Aurora sinks", published=days_ago(days), source=source
    )


def pair(second: str, *, source: str = "Coast Radio", days: int = 2) -> list[Article]:
    return [
        report(FIRST, source="Harbour Times", days=3),
        report(second, source=source, days=days),
    ]


SAME_OR_OTHER_THINGS = [
    # The same number, and numbers that may be the same.
    "Twelve people died in the cold water when the ferry Aurora sank off Port Lowen.",
    "More than 10 people died in the cold water when the ferry Aurora sank off Port Lowen.",
    "At least nine people died in the cold water when the ferry Aurora sank off Port Lowen.",
    # Something else is counted.
    "Fourteen people were hurt in the cold water when the ferry Aurora sank off Port Lowen.",
    "Fourteen people were saved from the cold water when the ferry Aurora sank off Port Lowen.",
    "Fourteen sheep died in the cold water when the ferry Aurora sank off Port Lowen.",
    # A part, a further number, a range, a fear, a count over time.
    "Two of the people died in the cold water when the ferry Aurora sank off Port Lowen.",
    "Another 14 people died in the cold water when the ferry Aurora sank off Port Lowen.",
    "From 14 to 20 people died in the cold water when the ferry Aurora sank off Port Lowen.",
    "Officials feared that 14 people died in the cold water when the ferry Aurora sank.",
    "Since May, 14 people died in the cold water when the ferry Aurora sank off Port Lowen.",
    # Another place.
    "In Kell, 14 people died in the cold water when the ferry Borealis sank off Kell Head.",
    # The article knows the other number as well.
    "Fourteen people died when the ferry Aurora sank off Port Lowen. At first it was 12.",
]
BRIDGES = [
    report("The new bridge over the Tarn cost $40 million.", source="A", days=3),
    report("The new bridge over the Tarn cost $52 million.", source="B", days=2),
    report("The new bridge over the Tarn cost 36 million euros.", source="C", days=2),
]
BOTH = report(f"{FIRST} {SECOND}", source="Harbour Times", days=3)
THIRD = "Fifteen people died in the cold water as the ferry Aurora sank off Port Lowen."
THREE = [*pair(SECOND), report(THIRD, source="The Lowen Post", days=1)]
ARTICLES = [
    *pair(SECOND),
    *pair(LATER, source="Harbour Times"),
    *pair(MUCH_LATER, days=40),
    *(article for second in SAME_OR_OTHER_THINGS for article in pair(second)),
    *BRIDGES,
    BOTH,
    *THREE,
]


@pytest.mark.parametrize("length", [90, 300, 1000])
def test_both_values_are_cited_verbatim_with_their_sources(
    collection: Collection, length: int
) -> None:
    articles = {a.id: a for a in pair(SECOND)}
    reply = collection.ask(list(articles.values()), QUESTION, length=length)
    (difference,) = reply.differences
    assert [value.text for value in difference.values] == ["12", "Fourteen"]
    cited = {c.number: c for c in reply.citations}
    assert list(cited) == list(range(1, len(cited) + 1))
    sources = []
    for value in difference.values:
        for number in value.citation_numbers:
            citation = cited[number]
            assert value.text in citation.quote
            assert citation.span.of(articles[citation.article_id].text) == citation.quote
            sources.append(citation.source)
    assert sources == ["Harbour Times", "Coast Radio"]
    quoted = " ".join(s.text for s in reply.sentences)
    assert len(quoted) <= length
    for sentence in reply.sentences:
        assert all(sentence.text in cited[number].quote for number in sentence.citation_numbers)
    if length >= 300:
        assert "12 people" in quoted
        assert "Fourteen people" in quoted


def test_every_way_of_showing_a_reply_says_that_the_sources_differ(collection: Collection) -> None:
    reply = collection.ask(pair(SECOND), QUESTION)
    one, two = (value.citation_numbers[0] for value in reply.differences[0].values)
    line = (
        f"The sources differ: 12 (Harbour Times, 11 March 2026) [{one}], "
        f"Fourteen (Coast Radio, 12 March 2026) [{two}]."
    )
    assert line in render_plain(reply)
    assert f"<i>{line}</i>" in render_reply(reply)[0]
    record = reply_to_json(reply, took_ms=1.0)
    assert record["differences"] == [
        {"values": [{"text": "12", "citations": [one]}, {"text": "Fourteen", "citations": [two]}]}
    ]


def test_a_later_report_of_one_source_is_called_that(collection: Collection) -> None:
    plain = render_plain(collection.ask(pair(LATER, source="Harbour Times"), QUESTION))
    assert "A later report differs: 12 (Harbour Times, 11 March 2026)" in plain
    assert "The sources differ" not in plain


def test_three_values_that_all_differ_are_shown_oldest_first(collection: Collection) -> None:
    reply = collection.ask(THREE, QUESTION)
    (difference,) = reply.differences
    assert [value.text for value in difference.values] == ["12", "Fourteen", "Fifteen"]
    assert len({n for value in difference.values for n in value.citation_numbers}) == 3
    one, two, three = (value.citation_numbers[0] for value in difference.values)
    assert (
        f"The sources differ: 12 (Harbour Times, 11 March 2026) [{one}], "
        f"Fourteen (Coast Radio, 12 March 2026) [{two}], "
        f"Fifteen (The Lowen Post, 13 March 2026) [{three}]."
    ) in render_plain(reply)


def test_money_is_compared_in_one_currency(collection: Collection) -> None:
    question = "How much did the bridge over the Tarn cost?"
    (difference,) = collection.ask(BRIDGES, question).differences
    assert [v.text for v in difference.values] == ["$40 million", "$52 million"]


@pytest.mark.parametrize("second", SAME_OR_OTHER_THINGS)
def test_what_is_no_contradiction_is_not_called_one(collection: Collection, second: str) -> None:
    reply = collection.ask(pair(second), QUESTION)
    assert reply.differences == ()
    assert reply_to_json(reply, took_ms=1.0)["differences"] == []
    assert "differ" not in render_plain(reply)


def test_reports_that_are_weeks_apart_are_of_two_events(collection: Collection) -> None:
    assert collection.ask(pair(MUCH_LATER, days=40), QUESTION).differences == ()


def test_one_article_does_not_contradict_itself(collection: Collection) -> None:
    assert collection.ask([BOTH], QUESTION).differences == ()


@pytest.mark.parametrize(
    "question", ["When did the ferry Aurora sink?", "How old was the ferry Aurora that sank?"]
)
def test_only_counts_are_compared(collection: Collection, question: str) -> None:
    assert collection.ask(pair(SECOND), question).differences == ()
