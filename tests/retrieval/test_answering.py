"""What every reply owes its reader, whatever way its sentences are chosen."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.answering import AnswerRule, ExtractiveAnswerer
from retrieval.index.home import IndexHome
from retrieval.passages import PassageRule
from retrieval.search import search
from retrieval.types import Abstention, Answer, Query
from tests.support.articles import NOW, days_ago, make_article
from tests.support.embedders import hash_vector
from tests.support.indexes import options, stored_articles, sync_fake

if TYPE_CHECKING:
    from retrieval.index.generation import Generation
    from retrieval.types import Hit, Reply

SENTENCES = [
    "The ferry Aurora left Port Lowen at noon on Friday with 212 people on board.",
    "Engineers said the bridge over the Tarn would reopen in autumn.",
    "“We lost the roof and half the nets,” said Ana Brandt, who runs the fish market.",
    "The council voted 14 to 9 to keep the old tram line.",
    "Nobody was hurt when the storm reached the harbour, the fire brigade said.",
    "Ticket prices will rise by 3.5 percent from 1 July, the U.S. operator announced.",
    "A second ferry will be sent from Kell as soon as the wind drops.",
    "The mayor, Jonas Weil, called the vote a relief for the whole town.",
]
FURNITURE = [
    "By Ana Brandt and Jonas Weil, special correspondents in Port Lowen.",
    "Read more: The ferry Aurora is back in Port Lowen after the storm.",
    "This site uses cookies for the ferry; accept our cookie policy to continue.",
    "Photo: The ferry Aurora leaves Port Lowen at noon on Friday.",
    "Sign up for our newsletter about the ferry and the harbour.",
    "Advertisement",
    "© 2026 Harbour Times. The ferry. All rights reserved.",
    "Related: The council voted on the ferry in Port Lowen.",
]
QUESTIONS = [
    "When did the ferry leave Port Lowen?",
    "How did the council vote?",
    "Who runs the fish market?",
    "By how much will ticket prices rise?",
    "storm",
    "Was anybody hurt in the harbour?",
]


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    rng = random.Random(3)  # noqa: S311
    articles = []
    for n in range(14):
        lines = []
        for _ in range(rng.randrange(1, 5)):
            lines.append(" ".join(rng.sample(SENTENCES, k=rng.randrange(1, 4))))
            lines.append(rng.choice(FURNITURE))
        published = None if n % 5 == 0 else days_ago(n)
        title = f"Notes of day {n}"
        articles.append(make_article(f"a{n}", "\n".join(lines), title=title, published=published))
    home = IndexHome(tmp_path_factory.mktemp("data") / "index")
    sync_fake(home, articles, options(rule=PassageRule(24, 60)))
    return home.open()


def hits_for(generation: Generation, question: str, limit: int = 40) -> list[Hit]:
    query = Query(question, NOW)
    return search(generation, query, hash_vector(question, 16), limit=limit)


def ask(
    generation: Generation, question: str, rule: AnswerRule, hits: list[Hit] | None = None
) -> Reply:
    if hits is None:
        hits = hits_for(generation, question)
    return (
        ExtractiveAnswerer(rule)
        .examine(Query(question, NOW), hits, words=generation.lexical, generation=generation.number)
        .reply
    )


def answer(generation: Generation, question: str, length: int = 300) -> Answer:
    """Answer whatever the confidence, so that there is an answer to look at."""
    reply = ask(generation, question, AnswerRule(length=length, pieces=20, threshold=0.0))
    assert isinstance(reply, Answer)
    assert reply.sentences
    return reply


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("length", [1, 120, 300, 2000])
def test_quotes_stand_in_the_articles_to_the_letter(
    generation: Generation, question: str, length: int
) -> None:
    stored = stored_articles(generation)
    passages = {generation.passage(n).id: generation.passage(n) for n in range(len(generation))}
    for citation in answer(generation, question, length).citations:
        article, passage = stored[citation.article_id], passages[citation.passage_id]
        assert citation.quote == article.text[citation.span.start : citation.span.end]
        assert citation.quote
        assert passage.span.start <= citation.span.start
        assert citation.span.end <= passage.span.end
        assert passage.article_id == article.id
        assert citation.passage == passage.text
        assert (citation.title, citation.source) == (article.title, article.source)
        assert (citation.url, citation.published) == (article.url, article.published)


@pytest.mark.parametrize("question", QUESTIONS)
def test_citations_are_numbered_in_order_of_appearance(
    generation: Generation, question: str
) -> None:
    reply = answer(generation, question, 2000)
    assert [c.number for c in reply.citations] == list(range(1, len(reply.citations) + 1))
    appearing = [n for sentence in reply.sentences for n in sentence.citation_numbers]
    assert list(dict.fromkeys(appearing)) == [c.number for c in reply.citations]
    quotes = {c.number: c.quote for c in reply.citations}
    for sentence in reply.sentences:
        assert sentence.citation_numbers
        assert all(quotes[n] == sentence.text for n in sentence.citation_numbers)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("length", [1, 60, 150, 300, 1000])
def test_an_answer_keeps_its_length(generation: Generation, question: str, length: int) -> None:
    sentences = [sentence.text for sentence in answer(generation, question, length).sentences]
    assert len(" ".join(sentences)) <= length or len(sentences) == 1


def said_twice(sentences: list[str]) -> bool:
    bags = [set(re.findall(r"\w+", sentence.lower())) for sentence in sentences]
    return any(
        len(one & other) / min(len(one), len(other)) >= 0.8
        for n, one in enumerate(bags)
        for other in bags[n + 1 :]
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_said_twice(generation: Generation, question: str) -> None:
    reply = answer(generation, question, 5000)
    assert not said_twice([sentence.text for sentence in reply.sentences])
    # The articles repeat each other's sentences: one sentence, several articles cited for it.
    assert len(reply.sentences[0].citation_numbers) > 1
    cited = [reply.citations[n - 1] for n in reply.sentences[0].citation_numbers]
    assert len({citation.article_id for citation in cited}) == len(cited)
    assert {citation.quote for citation in cited} == {reply.sentences[0].text}


def test_several_things_are_said_when_several_are_asked(generation: Generation) -> None:
    question = "What happened to the ferry, the bridge, the fish market and the ticket prices?"
    sentences = [sentence.text for sentence in answer(generation, question, 5000).sentences]
    assert len(sentences) >= 2
    assert not said_twice(sentences)


@pytest.mark.parametrize("question", [*QUESTIONS, *FURNITURE])
def test_furniture_is_never_quoted(generation: Generation, question: str) -> None:
    quoted = {sentence.text for sentence in answer(generation, question, 5000).sentences}
    # What is quoted is a sentence or a clause of one, never a part of the furniture.
    for text in quoted:
        assert any(text in sentence for sentence in SENTENCES)
        assert not any(text in line for line in FURNITURE)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_question_has_the_same_answer(generation: Generation, question: str) -> None:
    assert answer(generation, question) == answer(generation, question)
    assert answer(generation, question).question == question
    assert answer(generation, question).generation == generation.number


@pytest.mark.parametrize("question", QUESTIONS)
def test_further_reading_names_no_cited_article(generation: Generation, question: str) -> None:
    reply = answer(generation, question)
    cited = {citation.article_id for citation in reply.citations}
    named = [reference.article_id for reference in reply.closest]
    assert named
    assert not cited & set(named)
    assert len(set(named)) == len(named)
    stored = stored_articles(generation)
    assert all(r.title == stored[r.article_id].title for r in reply.closest)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_as_of_its_newest_article(generation: Generation, question: str) -> None:
    reply = answer(generation, question)
    dates = [c.published for c in reply.citations if c.published]
    assert reply.as_of == max(dates, default=None)


def test_below_the_threshold_there_is_a_reason_and_what_came_closest(
    generation: Generation,
) -> None:
    hits = hits_for(generation, QUESTIONS[0])
    reply = ask(generation, QUESTIONS[0], AnswerRule(threshold=1.1), hits)
    assert isinstance(reply, Abstention)
    assert reply.reason.endswith(".")
    assert (reply.question, reply.as_of) == (QUESTIONS[0], NOW)
    order = list(dict.fromkeys(hit.article.id for hit in hits))
    assert [reference.article_id for reference in reply.closest] == order[:5]


def test_without_hits_there_is_another_reason_and_nothing_closest(generation: Generation) -> None:
    reply = ask(generation, QUESTIONS[0], AnswerRule(threshold=0.0), [])
    below = ask(generation, QUESTIONS[0], AnswerRule(threshold=1.1))
    assert isinstance(reply, Abstention)
    assert isinstance(below, Abstention)
    assert reply.reason
    assert reply.reason != below.reason
    assert reply.closest == ()


def test_passages_of_nothing_but_furniture_give_an_abstention(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = IndexHome(tmp_path_factory.mktemp("furniture") / "index")
    sync_fake(home, [make_article("f", "\n".join(FURNITURE))])
    reply = ask(home.open(), "ferry", AnswerRule(threshold=0.0))
    assert isinstance(reply, Abstention)
    assert len(reply.closest) == 1


def test_confidence_follows_the_nearest_passage(generation: Generation) -> None:
    hits = hits_for(generation, QUESTIONS[0])
    rule = AnswerRule(threshold=0.0)

    def confidence(cosine: float) -> float:
        nearer = [replace(hit, cosine=min(hit.cosine, cosine)) for hit in hits]
        nearer[0] = replace(hits[0], cosine=cosine)
        return ask(generation, QUESTIONS[0], rule, nearer).confidence

    found = [confidence(cosine) for cosine in (0.0, 0.3, 0.5, 0.8, 1.0)]
    assert found == sorted(found)
    assert 0 <= found[0] < found[-1] <= 1


def test_a_longer_answer_may_have_more_pieces() -> None:
    rule = AnswerRule(length=300, pieces=4)
    assert rule.of_length(None) is rule
    assert rule.of_length(160) == AnswerRule(length=160, pieces=4)
    assert rule.of_length(700) == AnswerRule(length=700, pieces=9)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_length_asked_for_is_as_good_as_the_rule_s_own(
    generation: Generation, question: str
) -> None:
    hits, query = hits_for(generation, question), Query(question, NOW)
    told = {"words": generation.lexical, "generation": generation.number}
    for length in (120, 300, 2000):
        ruled = ExtractiveAnswerer(AnswerRule(length=length, pieces=20, threshold=0.0))
        asked = ExtractiveAnswerer(AnswerRule(length=length // 2, pieces=10, threshold=0.0))
        assert asked.rule.of_length(length) == ruled.rule
        assert asked.examine(query, hits, length=length, **told) == ruled.examine(
            query, hits, **told
        )
