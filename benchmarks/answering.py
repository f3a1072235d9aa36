"""Measures what one question costs from its text to its reply, part by part.

    python benchmarks/answering.py DATA QUESTIONS.jsonl [--questions N] [--skipped N]

DATA is a data folder with an index. The questions are asked one after the other, in the file's
order, of a library that was just opened; the first `--skipped` only warm it up. Printed as one JSON
object: for embedding, searching (both rankings, fused and re-ranked), extraction (hits to a reply)
and further reading, the median and 95th percentile in milliseconds, as time on the clock (`wall`)
and as processor time of all the program's threads (`cpu`).
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.desk import open_library
from bot.settings import load_settings
from retrieval.evaluation.dataset import read_questions
from retrieval.queries import make_query
from retrieval.search import search

if TYPE_CHECKING:
    from retrieval.embedding import Embedder
    from retrieval.evaluation.dataset import EvaluationQuestion
    from retrieval.library import Library

PARTS = ("embedding", "searching", "extraction", "further")
HITS = 30


def ask(library: Library, embedder: Embedder, question: EvaluationQuestion) -> list[list[float]]:
    """Return the milliseconds that each part takes, on the clock and of the processor."""
    as_of = question.as_of or datetime.now(UTC)
    query = make_query(question.text, as_of=as_of, anchors=library.anchors(as_of))
    generation = library.generation
    times = [_now()]
    vector = embedder.embed_questions([query.text])[0]
    times.append(_now())
    hits = search(generation, query, vector, limit=HITS)
    times.append(_now())
    examined = library.answerer.examine(
        query, hits, words=generation.lexical, generation=generation.number
    )
    times.append(_now())
    library.further(query, examined)
    times.append(_now())
    spent: list[list[float]] = (1000 * np.diff(np.array(times), axis=0)).tolist()
    return spent


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--questions", dest="most", type=int, default=500)
    parser.add_argument("--skipped", type=int, default=20)
    options = parser.parse_args()
    library, embedder = open_library(load_settings(data=options.data))
    questions = read_questions(options.questions)[: options.most]
    if len(questions) <= options.skipped:
        parser.error(f"{options.questions} has no more than {options.skipped} questions to skip")
    times = np.array([ask(library, embedder, q) for q in questions])[options.skipped :]
    report: dict[str, object] = {"questions": len(times), "passages": len(library.generation)}
    for kind, name in enumerate(("wall", "cpu")):
        for part, label in enumerate(PARTS):
            median, high = np.percentile(times[:, part, kind], [50, 95]).round(2).tolist()
            report[f"{label}_{name}_ms"] = {"median": median, "p95": high}
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
