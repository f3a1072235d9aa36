"""The library from end to end with the real model, and the checks at its door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.answering import (
    NO_ARTICLES_OF_SOURCE,
    NOT_COVERED,
    AnswerRule,
    ExtractiveAnswerer,
)
from retrieval.embedding import EmbedderSpec
from retrieval.errors import IndexMismatchError
from retrieval.index.home import IndexHome
from retrieval.index.sync import sync
from retrieval.library import Library, check_dimension, check_match
from retrieval.passages import PassageRule
from retrieval.types import Abstention, Answer, Query
from tests.support.articles import NOW, days_ago, make_article
from tests.support.embedders import FakeEmbedder
from tests.support.indexes import options

if TYPE_CHECKING:
    from datetime import datetime

    from retrieval.embedding import SentenceTransformerEmbedder
    from retrieval.index.generation import Generation
    from retrieval.types import Reply

TEXTS = {
    "Ferry stuck in ice": "The ferry Aurora was stuck in pack ice off Port Lowen for nine hours.\n"
    "An icebreaker freed it shortly before midnight. None of the 212 passengers was hurt.",
    "Council keeps tram": "Lowen's council voted 14 to 9 on Monday to keep the old tram line.\n"
    "Mayor Jonas Weil said the repairs would cost 40 million crowns.",
    "New telescope sees first light": "The observatory on Mount Kell took its first pictures.\n"
    "Its mirror, 6.5 metres across, took eleven years to polish.",
    "Bakers strike over flour": "Bakers in the capital stopped work on Tuesday over flour prices.\n"
    "Their union asks the government to lower the duty on imported wheat.",
    "Wolves return to the valley": "A pair of wolves has raised four cubs in the Tarn valley.\n"
    "Biologists filmed them with a hidden camera; shepherds ask for better fences.",
    "Chess title for teenager": "Mira Okonjo, 16, won the national chess championship on Sunday.\n"
    "She beat the defending champion in a rook endgame of 71 moves.",
}
SOURCES = ("Lowen Post", "Tarn Valley News")
EXPECTED = {
    "How long was the ferry trapped by the ice?": "Ferry stuck in ice",
    "Will the council close the old tram line?": "Council keeps tram",
    "How big is the mirror of the telescope?": "New telescope sees first light",
    "Why did the bakers go on strike?": "Bakers strike over flour",
    "Where have wolf cubs been born?": "Wolves return to the valley",
    "Who became chess champion?": "Chess title for teenager",
}


@pytest.fixture(scope="module")
def generation(
    embedder: SentenceTransformerEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Generation:
    articles = [
        make_article(title, text, title=title, published=days_ago(n), source=SOURCES[n % 2])
        for n, (title, text) in enumerate(TEXTS.items(), start=1)
    ]
    home = IndexHome(tmp_path_factory.mktemp("data") / "index")
    settings = options(spec=embedder.spec, rule=PassageRule())
    sync(home, articles, settings, load_embedder=lambda: embedder)
    return home.open()


def ask(
    generation: Generation,
    embedder: SentenceTransformerEmbedder,
    question: str,
    as_of: datetime = NOW,
    source: str = "",
) -> Reply:
    vector = embedder.embed_questions([question])[0]
    return Library(generation).reply(Query(question, as_of, source=source), vector)


@pytest.mark.parametrize("question", EXPECTED)
def test_a_question_finds_its_article(
    generation: Generation, embedder: SentenceTransformerEmbedder, question: str
) -> None:
    reply = ask(generation, embedder, question)
    assert isinstance(reply, Answer)
    assert reply.citations[0].title == EXPECTED[question]
    assert reply.sentences[0].text in TEXTS[EXPECTED[question]]


def test_what_no_article_covers_is_not_answered(
    generation: Generation, embedder: SentenceTransformerEmbedder
) -> None:
    reply = ask(generation, embedder, "Which vaccine was approved for malaria in infants?")
    assert isinstance(reply, Abstention)
    assert reply.closest


def test_before_the_first_article_there_is_nothing(
    generation: Generation, embedder: SentenceTransformerEmbedder
) -> None:
    reply = ask(generation, embedder, next(iter(EXPECTED)), days_ago(100))
    assert isinstance(reply, Abstention)
    assert reply.closest == ()


def test_an_article_is_not_cited_before_its_day(
    generation: Generation, embedder: SentenceTransformerEmbedder
) -> None:
    question = "How long was the ferry trapped by the ice?"
    reply = ask(generation, embedder, question, days_ago(2))
    named = [c.title for c in getattr(reply, "citations", ())] + [r.title for r in reply.closest]
    assert named
    assert "Ferry stuck in ice" not in named


@pytest.mark.parametrize("question", EXPECTED)
def test_a_source_answers_what_it_wrote_of_and_nothing_else(
    generation: Generation, embedder: SentenceTransformerEmbedder, question: str
) -> None:
    own = SOURCES[(list(TEXTS).index(EXPECTED[question]) + 1) % 2]
    other = next(source for source in SOURCES if source != own)
    reply = ask(generation, embedder, question, source=own)
    assert isinstance(reply, Answer)
    assert reply.citations[0].title == EXPECTED[question]
    named = {c.source for c in (*reply.citations, *reply.closest)}
    assert (reply.source, named) == (own, {own})
    reply = ask(generation, embedder, question, source=other)
    assert isinstance(reply, Abstention)
    assert (reply.source, reply.reason) == (other, NOT_COVERED)
    assert {c.source for c in reply.closest} == {other}


def test_a_source_without_articles_is_an_honest_abstention(
    generation: Generation, embedder: SentenceTransformerEmbedder
) -> None:
    reply = ask(generation, embedder, next(iter(EXPECTED)), source="Nobody's Gazette")
    assert isinstance(reply, Abstention)
    assert reply.reason == NO_ARTICLES_OF_SOURCE
    assert reply.closest == ()
    assert reply.confidence == 0


def test_days_without_an_answer_are_widened_within_the_source(
    generation: Generation, embedder: SentenceTransformerEmbedder
) -> None:
    question = "How long was the ferry trapped by the ice?"
    vector = embedder.embed_questions([question])[0]
    query = Query(question, NOW, days_ago(6), days_ago(4), dates="in those days", source=SOURCES[1])
    reply = Library(generation).reply(query, vector)
    assert isinstance(reply, Answer)
    assert reply.citations[0].title == EXPECTED[question]
    assert {c.source for c in (*reply.citations, *reply.closest)} == {SOURCES[1]}
    assert "searched without dates" in reply.dates


def test_a_reply_is_as_long_as_it_may_be(
    generation: Generation, embedder: SentenceTransformerEmbedder
) -> None:
    question = "What happened to the ferry in the ice, and to its passengers?"
    vector = embedder.embed_questions([question])[0]
    library = Library(generation, ExtractiveAnswerer(AnswerRule(length=90, threshold=0.0)))

    def quoted(length: int | None) -> list[str]:
        reply = library.reply(Query(question, NOW), vector, length)
        assert isinstance(reply, Answer)
        return [sentence.text for sentence in reply.sentences]

    usual, longer = quoted(None), quoted(400)
    assert usual == quoted(90)
    assert len(" ".join(usual)) <= 90 < len(" ".join(longer)) <= 400
    assert len(longer) > 1
    assert len(quoted(20)) == 1  # one piece is longer than that and stands alone


def test_the_settings_model_must_be_the_index_s(generation: Generation) -> None:
    check_match(generation, EmbedderSpec())
    for other in (EmbedderSpec("other"), EmbedderSpec(query_prefix="query: ")):
        with pytest.raises(IndexMismatchError, match="--rebuild") as caught:
            check_match(generation, other)
        assert str(other) in str(caught.value)


def test_the_loaded_model_s_vectors_must_fit(
    generation: Generation, embedder: SentenceTransformerEmbedder
) -> None:
    check_dimension(generation, embedder)
    with pytest.raises(IndexMismatchError, match="16 numbers"):
        check_dimension(generation, FakeEmbedder(dimension=16))
