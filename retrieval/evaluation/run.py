"""Asks every question and keeps what the metrics need of each reply."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.evaluation.metrics.answer_within import answer_within
from retrieval.evaluation.metrics.evidence_at import evidence_rank
from retrieval.evaluation.metrics.gold_at import gold_rank
from retrieval.evaluation.stages import stage_ranks
from retrieval.queries import make_query
from retrieval.types import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.answering import Examined
    from retrieval.embedding import Embedder
    from retrieval.evaluation.dataset import EvaluationQuestion
    from retrieval.evaluation.stages import StageRanks
    from retrieval.library import Library
    from retrieval.types import Query, Reply


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question's reply, judged. Ranks are of the search's hits; None = not among them.

    `right` says whether the quotation holds an accepted answer, had it been given at any
    confidence; `answered` whether the confidence reached the threshold. `stages` are there for
    answerable questions, if they were asked for.
    """

    question: EvaluationQuestion
    reply: Reply
    right: bool
    answered: bool
    quoted: tuple[str, ...]
    evidence: int | None
    gold: int | None
    took_ms: float
    stages: StageRanks | None = None


def evaluate(
    library: Library,
    embedder: Embedder,
    questions: Iterable[EvaluationQuestion],
    *,
    today: datetime,
    stages: bool = False,
) -> Iterator[Outcome]:
    """Ask the questions one after the other; yield each outcome as soon as it is there.

    Questions without a date are asked as of `today`. Times include the question's embedding,
    and not the look at the `stages`.
    Raises EmbeddingError.
    """
    for question in questions:
        started = time.perf_counter()
        as_of = question.as_of or today
        query = make_query(question.text, as_of=as_of, anchors=library.anchors(as_of))
        vector = embedder.embed_questions([query.text])[0]
        examined = library.examine(query, vector)
        took_ms = (time.perf_counter() - started) * 1000
        best = examined.draft
        quoted = tuple(s.text for s in best.sentences) if best else ()
        yield Outcome(
            question=question,
            reply=examined.reply,
            right=answer_within(quoted, question.answers),
            answered=isinstance(examined.reply, Answer),
            quoted=quoted,
            evidence=evidence_rank([h.passage.text for h in examined.hits], question.answers),
            gold=gold_rank([h.article.url for h in examined.hits], question.urls),
            took_ms=took_ms,
            stages=(
                _stages(library, query, vector, examined, question)
                if stages and question.answerable
                else None
            ),
        )


def _stages(
    library: Library,
    query: Query,
    vector: NDArray[np.float32],
    examined: Examined,
    question: EvaluationQuestion,
) -> StageRanks:
    if examined.reply.dates != query.dates:  # its days held no answer, so all were searched
        query = replace(query, published_from=None, published_to=None)
    return stage_ranks(library.generation, query, vector, examined.hits, question.answers)
