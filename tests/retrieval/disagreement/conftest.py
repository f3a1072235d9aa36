"""One index a module, of all its articles; a test asks only those it names.

Every test has a search, an extraction and a reply of its own; indexing is what takes long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from retrieval.answering import AnswerRule, ExtractiveAnswerer
from retrieval.index.home import IndexHome
from retrieval.index.sync import SyncOptions, sync
from retrieval.passages import PassageRule
from retrieval.search import search
from retrieval.types import Answer, Query
from tests.support.articles import NOW, make_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.embedding import SentenceTransformerEmbedder
    from retrieval.index.generation import Generation
    from retrieval.types import Article

OTHERS = [
    "Bakers in Kell say that flour has never been so dear, and that bread will be next.",
    "The museum of clocks opens again after three years of work on its roof.",
    "Anglers on the Tarn have voted for a shorter season to let the trout recover.",
]
_FILLERS = [
    f"A {size} {thing} was seen near the {place} road, and nobody could say whose it was."
    for size in ("red", "tall", "noisy", "patient")
    for thing in ("tractor", "goat", "kite")
    for place in ("quarry", "chapel", "orchard", "weir")
]  # so that the words of the tests are as rare as in a collection


@dataclass(frozen=True)
class Collection:
    """An index of a module's articles."""

    generation: Generation
    embedder: SentenceTransformerEmbedder

    def ask(self, articles: Sequence[Article], question: str, *, length: int = 300) -> Answer:
        """Answer as if the collection held only the articles and `OTHERS`."""
        query = Query(question, NOW)
        vector = self.embedder.embed_questions([question])[0]
        known = {a.id for a in [*articles, *_others()]}
        hits = [
            hit
            for hit in search(self.generation, query, vector, limit=200)
            if hit.article.id in known
        ]
        assert {a.id for a in articles} <= {hit.article.id for hit in hits}
        answerer = ExtractiveAnswerer(AnswerRule(length=length, threshold=0.0))
        lexical, number = self.generation.lexical, self.generation.number
        reply = answerer.examine(query, hits, words=lexical, generation=number).reply
        assert isinstance(reply, Answer)
        assert reply.sentences
        return reply


def _others() -> list[Article]:
    return [make_article(f"n{n}", text, title="Notes") for n, text in enumerate(OTHERS)]


@pytest.fixture(scope="module")
def collection(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    embedder: SentenceTransformerEmbedder,
) -> Collection:
    """Return the index of the module's `ARTICLES`."""
    fillers = [make_article(f"f{n}", text, title="Notes") for n, text in enumerate(_FILLERS)]
    articles = {a.id: a for a in [*request.module.ARTICLES, *_others(), *fillers]}
    home = IndexHome(tmp_path_factory.mktemp("data") / "index")
    sync(
        home,
        list(articles.values()),
        SyncOptions(spec=embedder.spec, rule=PassageRule(), inputs=("news",), now=NOW),
        load_embedder=lambda: embedder,
        warn=lambda _line: None,
    )
    return Collection(home.open(), embedder)
