"""The library's front door: one generation and one way of answering, asked a question at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.answering import Answerer, ExtractiveAnswerer
from retrieval.errors import IndexMismatchError
from retrieval.events import EventDates
from retrieval.further import further_excerpts
from retrieval.search import rank_words, search
from retrieval.types import Answer

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.answering import Examined
    from retrieval.dates.anchoring import Anchors
    from retrieval.embedding import Embedder, EmbedderSpec
    from retrieval.index.generation import Generation
    from retrieval.search import WordRanking
    from retrieval.types import Excerpt, Query, Reply

_HITS = 30  # passages read; the answerer quotes from the first few and names articles of the rest


class Library:
    """Answers questions from one generation; threads may share it.

    It keeps nothing of a question but the days of the events that were looked up.
    """

    def __init__(self, generation: Generation, answerer: Answerer | None = None) -> None:
        self.generation = generation
        self.answerer: Answerer = answerer or ExtractiveAnswerer()
        self._events = EventDates(generation)

    def anchors(self, as_of: datetime) -> Anchors:
        """Return what dates an event by the articles published until the day of `as_of`."""
        return self._events.as_of(as_of)

    def reply(self, query: Query, vector: NDArray[np.float32], length: int | None = None) -> Reply:
        """Answer `query`, whose unit vector is `vector`, from this generation alone.

        `length` is how many code points are quoted at most; None leaves it to the answerer.
        """
        return self.examine(query, vector, length).reply

    def rank_words(self, query: Query) -> WordRanking:
        """Return what of `examine` can be done before the vector is known."""
        return rank_words(self.generation, query)

    def examine(
        self,
        query: Query,
        vector: NDArray[np.float32],
        length: int | None = None,
        words: WordRanking | None = None,
    ) -> Examined:
        """Return the reply with the hits and the draft behind it.

        Where the days that the question asks for give no answer, all days are searched, and the
        reply says so. `words` is what `rank_words` returned beforehand, used if it fits the query.
        """
        examined = self._examine(query, vector, length, words)
        if not query.dated or isinstance(examined.reply, Answer):
            return examined
        wider = replace(
            query,
            published_from=None,
            published_to=None,
            dates=f"nothing found {query.dates}; searched without dates",
        )
        return self._examine(wider, vector, length)

    def further(self, query: Query, examined: Examined) -> tuple[Excerpt, ...]:
        """Return what else there is to read on `query` beside an answer given, best first."""
        return further_excerpts(query, examined.reply, examined.hits, self.generation.lexical)

    def _examine(
        self,
        query: Query,
        vector: NDArray[np.float32],
        length: int | None,
        words: WordRanking | None = None,
    ) -> Examined:
        hits = search(self.generation, query, vector, limit=_HITS, words=words)
        return self.answerer.examine(
            query,
            hits,
            words=self.generation.lexical,
            generation=self.generation.number,
            length=length,
        )


def check_match(generation: Generation, spec: EmbedderSpec) -> None:
    """Raise IndexMismatchError unless the generation's vectors are of `spec`."""
    if generation.manifest.embedder != spec:
        raise IndexMismatchError(expected=str(spec), found=str(generation.manifest.embedder))


def check_dimension(generation: Generation, embedder: Embedder) -> None:
    """Raise IndexMismatchError unless the loaded model's vectors fit the generation's."""
    if generation.manifest.dimension != embedder.dimension:
        raise IndexMismatchError(
            expected=f"{embedder.spec} ({embedder.dimension} numbers a vector)",
            found=f"{generation.manifest.embedder} ({generation.manifest.dimension})",
        )
