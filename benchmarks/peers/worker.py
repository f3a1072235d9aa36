"""One job in a process of its own: `python -m benchmarks.peers.worker JOB.json`, result in a file.

A process of its own for each, so that its peak memory is its own and nothing is warm from before.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers.asking import in_tasks, in_threads, turned
from benchmarks.peers.collection import (
    Files,
    cutter,
    named_first,
    read_articles,
    read_texts,
    up_to,
    write_articles,
    write_texts,
)
from benchmarks.peers.figures import ranks_of
from benchmarks.peers.systems import TOP, Found, Way, make
from retrieval.evaluation.dataset import read_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.embedding import Embedder
    from retrieval.evaluation.dataset import EvaluationQuestion

_WARM_UP = 10  # questions before the clock runs
_AT_ONCE = 512  # passages embedded between two notes of how far it is
_MIB = 1024 * 1024


def prepare(job: dict[str, Any]) -> dict[str, Any]:
    """Cut the articles; write the whole collection and a slice of it."""
    embedder = _embedder()
    cut = cutter(embedder.count_tokens, embedder.window)
    articles = read_articles(Path(job["articles"]), job["limit"])
    urls = {url for q in read_questions(Path(job["questions"])) for url in q.urls}
    sizes = {}
    for name, chosen, passages in (
        ("whole", articles, sys.maxsize),
        ("slice", named_first(articles, urls), job["slice"]),
    ):
        taken, texts = up_to(chosen, passages, cut)
        files = Files.within(Path(job["work"]) / name)
        write_articles(files.articles, taken)
        write_texts(files.passages, texts)
        sizes[name] = {
            "articles": len(taken),
            "passages": len(texts),
            "megabytes": sum(len(a.text.encode()) for a in taken) / 1e6,
            "urls": sorted(urls & {a.url for a in taken if a.url}),
        }
    return sizes


def vectors(job: dict[str, Any]) -> dict[str, Any]:
    """Embed the whole collection as float32; begun work is taken up where it stopped.

    What the index of `job["index"]` has, None for no such index, is taken from there.
    """
    import numpy as np

    folder = Path(job["work"]) / "whole"
    texts = [text.whole for text in read_texts(Files.within(folder).passages)]
    embedder = _embedder()
    found = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    lacking = _taken_over(job["index"], texts, found) if job["index"] else range(len(texts))
    order = sorted(lacking, key=lambda n: len(texts[n]))
    parts = folder / "vectors"
    parts.mkdir(exist_ok=True)
    for start in range(0, len(order), _AT_ONCE):
        rows, part = order[start : start + _AT_ONCE], parts / f"{start:08d}.npy"
        if not part.exists():
            begun = part.with_suffix(".begun.npy")
            np.save(begun, embedder.embed_passages([texts[n] for n in rows]))
            begun.replace(part)
            print(f"{start + len(rows)} of {len(order)} passages", file=sys.stderr, flush=True)
        found[rows] = np.load(part)
    np.save(folder / "vectors.npy", found)
    shutil.rmtree(parts)
    return {"passages": len(texts), "embedded": len(order)}


def _taken_over(folder: str, texts: Sequence[str], found: NDArray[np.float32]) -> list[int]:
    """Fill in the vectors that a data folder's index has; return the numbers of all other texts."""
    import numpy as np

    from retrieval.index.home import IndexHome
    from retrieval.index.layout import text_digest

    generation = IndexHome(Path(folder) / "index").open()
    digests = generation.passage_table["digest"]
    rows = {digest.tobytes(): row for row, digest in enumerate(digests)}
    known = [rows.get(text_digest(text)) for text in texts]
    had = [n for n, row in enumerate(known) if row is not None]
    found[had] = generation.dense.vectors(np.array([known[n] for n in had], dtype=np.int64))
    return [n for n, row in enumerate(known) if row is None]


def ingest(job: dict[str, Any]) -> dict[str, Any]:
    """Time one system from text on disk to an index on disk."""
    folder = _fresh(job["folder"])
    system, load_seconds = _loaded(job, texts=True)
    loaded = _peak_mib()
    started = time.perf_counter()
    done = system.ingest(Files.within(Path(job["collection"])), folder)
    seconds = time.perf_counter() - started
    return {
        "load_seconds": load_seconds,
        "seconds": seconds,
        "save_seconds": done.save_seconds,
        "note": done.note,
        "texts": done.texts,
        "texts_a_second": done.texts / seconds,
        "peak_mib": _peak_mib(),
        "peak_mib_before": loaded,
        "disk_mib": disk_bytes(folder) / _MIB,
    }


def build(job: dict[str, Any]) -> dict[str, Any]:
    """Make a system's index of the whole collection from the vectors that all share."""
    import numpy as np

    collection = Path(job["collection"])
    system, _ = _loaded(job, texts=True)
    texts = list(read_texts(Files.within(collection).passages))
    folder = _fresh(job["folder"])
    system.build(texts, np.load(collection / "vectors.npy"), folder)
    return {"disk_mib": disk_bytes(folder) / _MIB, "peak_mib": _peak_mib()}


def search(job: dict[str, Any]) -> dict[str, Any]:
    """Open an index, ask it alone and together."""
    system, load_seconds = _loaded(job, texts=False)
    started = time.perf_counter()
    ways = system.open(Path(job["folder"]))
    record: dict[str, Any] = {
        "load_seconds": load_seconds,
        "open_seconds": time.perf_counter() - started,
    }
    texts = [q.text for q in read_questions(Path(job["questions"]))]
    for name, way in ways.items():
        for question in turned(texts, job["turn"] + len(texts) // 2, _WARM_UP):
            way.alone(question)
        record[name] = _timed(way, turned(texts, job["turn"], job["asked"]), job)
    record["peak_mib"] = _peak_mib()
    return record


def judge(job: dict[str, Any]) -> dict[str, Any]:
    """Return the evidence rank of each question the collection can answer, by stage."""
    urls = job["urls"]
    questions = [
        q
        for q in read_questions(Path(job["questions"]))
        if q.answerable and (urls is None or set(q.urls) & set(urls))
    ]
    questions = spread(questions, job["judged"])
    system, _ = _loaded(job, texts=False)
    ways = system.open(Path(job["folder"]))
    ranks = system.judge(questions)
    texts = {t.id: t.text for t in read_texts(Files.within(Path(job["collection"])).passages)}
    found = _passages(ways["search"].alone, questions, texts)
    lengths = [len(text) for passages in found for text in passages]
    return {
        "ranks": ranks or {"search": ranks_of(found, [q.answers for q in questions])},
        "characters_a_passage": sum(lengths) / max(1, len(lengths)),
    }


def spread(questions: list[EvaluationQuestion], most: int | None) -> list[EvaluationQuestion]:
    """Return at most so many questions, evenly from the first to the last; None for all."""
    if most is None or len(questions) <= most:
        return questions
    return [questions[n * len(questions) // most] for n in range(most)]


def _passages(
    ask: Callable[[str], Sequence[Found]],
    questions: Sequence[EvaluationQuestion],
    given: dict[str, str],
) -> list[list[str]]:
    """Return what is found; a passage that was handed in counts as its text without the title."""
    return [[given.get(f.id, f.text) for f in ask(q.text)[:TOP]] for q in questions]


def _timed(way: Way, questions: list[str], job: dict[str, Any]) -> dict[str, Any]:
    budget, askers = job["budget"], job["askers"]
    alone = in_threads(way.alone, questions, askers=1, seconds=budget)
    if way.together is None:
        together = in_threads(way.alone, questions, askers=askers, seconds=budget)
    else:
        work = in_tasks(way.together, questions, askers=askers, seconds=budget)
        together = asyncio.run(work)
    return {"alone": alone.record(), "together": together.record()}


def _embedder() -> Embedder:
    from retrieval.embedding import EmbedderSpec, SentenceTransformerEmbedder
    from retrieval.precision import fixed

    return SentenceTransformerEmbedder(EmbedderSpec(), precision=fixed("float32"))


def _loaded(job: dict[str, Any], *, texts: bool) -> tuple[Any, float]:
    started = time.perf_counter()
    system = make(job["system"])
    system.load(texts=texts)
    return system, time.perf_counter() - started


def _fresh(path: str) -> Path:
    folder = Path(path)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / _MIB if sys.platform == "darwin" else peak / 1024


def disk_bytes(folder: Path) -> int:
    """Return the bytes of all files below `folder`."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


JOBS = {job.__name__: job for job in (prepare, vectors, ingest, build, search, judge)}


def main() -> None:
    """Do the job that the file named on the command line describes."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    record = JOBS[job["job"]](job)
    out = Path(job["out"])
    begun = out.with_suffix(".begun")
    begun.write_text(json.dumps(record), encoding="utf-8")
    begun.replace(out)
    sys.stdout.flush()
    os._exit(0)  # threads that a library left running must not keep the benchmark waiting


if __name__ == "__main__":
    main()
