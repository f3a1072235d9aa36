"""Refits what Newsdesk has learnt: which passages and which pieces of them answer a question.

    python benchmarks/fit_weights.py DATA QUESTIONS.jsonl [--ranking] [--judge DATA QUESTIONS.jsonl]

DATA is a data folder with an index of the articles, QUESTIONS a file as for `newsdesk eval`. The
answer models are fitted on cross-validated predictions and written to
`retrieval/extraction/weights.json`; with --ranking the passage ranking is fitted first, into
`retrieval/ranking.json`. Printed are the figures that questions get from weights fitted without
them. --judge adds the figures on another collection, which takes no part in any fit.
"""

from __future__ import annotations

import argparse
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.building import index_home, load_embedder
from bot.settings import load_settings
from retrieval.evaluation.dataset import read_questions
from retrieval.evaluation.fitting import FOLDS, Example, Outcome, fit
from retrieval.evaluation.metrics.answer_within import answer_within
from retrieval.evaluation.metrics.auroc import auroc
from retrieval.evaluation.metrics.refusals import refusals_at
from retrieval.evaluation.ranking import fit_ranking
from retrieval.extraction.answer import HITS, Extractor
from retrieval.queries import make_query
from retrieval.search import search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.evaluation.dataset import EvaluationQuestion
    from retrieval.index.generation import Generation
    from retrieval.types import Query

ROOT = Path(__file__).parents[1] / "retrieval"
THRESHOLDS = [n / 20 for n in range(1, 15)]


def fold_of(question: EvaluationQuestion) -> int:
    """Put the questions of one day into one fold; the unanswerable ones by their id."""
    key = str(question.as_of) if question.answerable else question.id
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def load(data: str, path: str) -> tuple[Generation, list[EvaluationQuestion], list[Query], list]:
    """Open the index, read the questions and embed them."""
    settings = load_settings(data=Path(data))
    generation = index_home(settings).open()
    questions = read_questions(Path(path))
    today = datetime.now(UTC)
    queries = [make_query(q.text, as_of=q.as_of or today) for q in questions]
    vectors = load_embedder(settings).embed_questions([q.text for q in queries])
    return generation, questions, queries, list(vectors)


def show(name: str, questions: Sequence[EvaluationQuestion], outcomes: Sequence[Outcome]) -> None:
    """Print the figures of the outcomes."""
    pairs = list(zip(questions, outcomes, strict=True))
    right = [answer_within(o.quotes, q.answers) for q, o in pairs if q.answerable]
    sure = [o.confidence for q, o in pairs if q.answerable]
    unsure = [o.confidence for q, o in pairs if not q.answerable]
    print(f"{name}: answer@300 {sum(right) / len(right):.3f}, AUROC {auroc(sure, unsure):.3f}")
    for threshold in THRESHOLDS:
        point = refusals_at(threshold, sure, unsure)
        print(
            f"  {threshold:.2f}: {point.answerable_refused:.3f} of answerable refused, "
            f"{point.unanswerable_answered:.3f} of unanswerable answered"
        )


def main() -> None:
    """Fit, write and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("questions")
    parser.add_argument("--ranking", action="store_true")
    parser.add_argument("--judge", nargs=2, metavar=("DATA", "QUESTIONS"))
    options = parser.parse_args()
    generation, questions, queries, vectors = load(options.data, options.questions)
    model = None
    if options.ranking:
        model = fit_ranking(generation, queries, vectors, [q.answers for q in questions])
        (ROOT / "ranking.json").write_text(model.to_text(), encoding="utf-8")
    examples = [
        Example(query, search(generation, query, v, limit=HITS, model=model), q.answers, fold_of(q))
        for q, query, v in zip(questions, queries, vectors, strict=True)
    ]
    weights, outcomes = fit(generation.lexical, examples)
    weights.write(ROOT / "extraction" / "weights.json")
    show("fitted without the question", questions, outcomes)
    if options.judge:
        generation, questions, queries, vectors = load(*options.judge)
        extractor = Extractor(generation.lexical, weights)
        outcomes = []
        for query, vector in zip(queries, vectors, strict=True):
            hits = search(generation, query, vector, limit=HITS, model=model)
            quoted, confidence = extractor.answer(query, hits)
            outcomes.append(Outcome([q.place.text for q in quoted], confidence))
        show("the other collection", questions, outcomes)


if __name__ == "__main__":
    main()
