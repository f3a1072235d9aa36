"""What is offered to be read on, over a real index whose articles are known line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.further import LENGTH, MOST, further_excerpts
from retrieval.index.home import IndexHome
from retrieval.library import Library
from retrieval.passages import PassageRule
from retrieval.search import search
from retrieval.types import Abstention, Answer, AnswerSentence, Citation, Query
from tests.support.articles import NOW, make_article
from tests.support.embedders import hash_vector
from tests.support.indexes import options, sync_fake

if TYPE_CHECKING:
    from retrieval.index.generation import Generation
    from retrieval.types import Hit

QUESTION = "How long was the ferry Aurora stuck in the ice?"
LONG = "The ferry line has asked for tugs " + "and for more of them " * 20 + "this winter."
TEXTS = {
    "first": "The ferry Aurora was stuck in the ice for nine hours off Port Lowen.",
    "copy": "The ferry Aurora was stuck in the ice for nine hours off Port Lowen, it says.",
    "lines": "Harbour pilots met on Monday in the old town hall.\n"
    "Ice stopped the ferry Aurora, its captain said. He had asked for a tug. Nobody came.",
    "long": LONG,
    "many": "The ferry Aurora carries 212 passengers. " * 20,
    "menu": "Ferry Aurora ice\nSubscribe to our ferry news",
    "other": "Bakers in the capital stopped work over the price of flour on Tuesday.",
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    home = IndexHome(tmp_path_factory.mktemp("data") / "index")
    articles = [make_article(name, text, title=name) for name, text in TEXTS.items()]
    sync_fake(home, articles, options(rule=PassageRule(200, 400)))
    return home.open()


def hits_of(generation: Generation, question: str = QUESTION) -> list[Hit]:
    return search(generation, Query(question, NOW), hash_vector(question, 16), limit=30)


def quoting(hit: Hit) -> Answer:
    article, passage = hit.article, hit.passage
    cited = Citation(
        *(1, article.id, passage.id, article.title, None, article.source, None),
        *(passage.text, passage.span, passage.text),
    )
    return Answer(QUESTION, (AnswerSentence(passage.text, (1,)),), (cited,), 0.9, None, 1)


def found(generation: Generation, cited: str = "first") -> dict[str, str]:
    hits = hits_of(generation)
    reply = quoting(next(hit for hit in hits if hit.article.title == cited))
    excerpts = further_excerpts(Query(QUESTION, NOW), reply, hits, generation.lexical)
    assert all(e.text == e.span.of(TEXTS[e.article.title]) for e in excerpts)
    order = [hit.article.title for hit in hits]
    assert [e.article.title for e in excerpts] == sorted(
        (e.article.title for e in excerpts), key=order.index
    )
    return {e.article.title: e.text for e in excerpts}


def test_what_was_quoted_is_not_offered_nor_are_copies_of_it(generation: Generation) -> None:
    assert set(found(generation)) == {"lines", "long", "many"}
    assert not {"first", "copy"} & set(found(generation, "copy"))


def test_the_paragraph_with_the_question_s_words_is_shown(generation: Generation) -> None:
    assert found(generation)["lines"] == (
        "Ice stopped the ferry Aurora, its captain said. He had asked for a tug. Nobody came."
    )


def test_excerpts_end_with_a_sentence(generation: Generation) -> None:
    shown = found(generation)
    assert shown["long"] == LONG  # one sentence, longer than there is room
    sentence = "The ferry Aurora carries 212 passengers."
    fitting = (LENGTH + 1) // (len(sentence) + 1)
    assert shown["many"] == " ".join([sentence] * fitting)


def test_what_shares_nothing_with_the_question_is_left_out(generation: Generation) -> None:
    cosines = {hit.article.title: hit.cosine for hit in hits_of(generation)}
    assert cosines["other"] < 0.2  # as this question's hash has it
    assert "other" not in found(generation)


def test_an_abstention_is_followed_by_nothing(generation: Generation) -> None:
    reply = Abstention(QUESTION, "No.", (), 0.1, None, 1)
    hits = hits_of(generation)
    assert hits
    assert further_excerpts(Query(QUESTION, NOW), reply, hits, generation.lexical) == ()


@given(
    st.lists(st.sampled_from("ferry Aurora ice captain passengers tugs flour".split()), min_size=1),
    st.sampled_from(sorted(TEXTS)),
    st.integers(0, 3),
)
def test_excerpts_are_few_distinct_and_true(
    generation: Generation, words: list[str], cited: str, most: int
) -> None:
    question = " ".join(words)
    hits = hits_of(generation, question)
    reply = quoting(next(hit for hit in hits if hit.article.title == cited))
    query, lexical = Query(question, NOW), generation.lexical
    every = further_excerpts(query, reply, hits, lexical)
    assert len({e.article.article_id for e in every}) == len(every) <= MOST
    assert further_excerpts(query, reply, hits, lexical, most=most) == every[:most]
    for one in every:
        text = TEXTS[one.article.title]
        assert one.article.title != cited
        assert one.text == text[one.span.start : one.span.end] != ""
        assert len(one.text) <= LENGTH or one.text == LONG


def test_a_library_offers_more_beside_its_own_answer(generation: Generation) -> None:
    query, vector = Query(QUESTION, NOW), hash_vector(QUESTION, 16)
    library = Library(generation)
    examined = library.examine(query, vector)
    reply = examined.draft
    assert reply is not None
    given_reply = replace(examined, reply=reply)
    offered = library.further(query, given_reply)
    cited = {(c.article_id, c.span.start) for c in reply.citations}
    assert offered
    assert not cited & {(e.article.article_id, e.span.start) for e in offered}
