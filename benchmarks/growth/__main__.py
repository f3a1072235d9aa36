"""Measures search as a collection grows.

    python -m benchmarks.growth WORKDIR [--sizes 10000 100000 1000000 3000000]
        [--index DIR | --articles FILE.jsonl.gz] [--questions FILE.jsonl] [--json FILE]

WORKDIR takes a collection at a time, which is deleted before the next one; 1,000,000 passages need
about 4 GB there and 6 GB of memory. See README.md for what each figure means.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.growth.base import from_articles, from_index
from benchmarks.growth.editions import PlacedEmbedder, editions
from benchmarks.growth.figures import growth_table
from retrieval.evaluation.dataset import read_questions
from retrieval.index.home import IndexHome
from retrieval.index.sync import SyncOptions, sync
from retrieval.passages import PassageRule

if TYPE_CHECKING:
    from benchmarks.growth.base import Base
    from retrieval.index.sync import Progress, SyncResult

_QUESTIONS = 250
_STEP = 1_000_000  # passages a sync while building: their texts are in memory at once
_CHECKOUT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workdir", type=Path)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 3_000_000]
    )
    parser.add_argument("--index", type=Path, help="data folder of a collection to grow from")
    parser.add_argument("--articles", type=Path, help="articles to grow from, with drawn vectors")
    parser.add_argument("--questions", type=Path, help="as newsdesk eval takes them; with --index")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    base = from_index(options.index) if options.index else from_articles(options.articles)
    options.workdir.mkdir(parents=True, exist_ok=True)
    files = _write_questions(options.workdir, base, options.questions)
    found: dict[str, Any] = {"vectors": "real" if base.real else "drawn", "sizes": {}}
    for size in options.sizes:
        data = options.workdir / f"growth-{size}"
        shutil.rmtree(data, ignore_errors=True)
        try:
            found["sizes"][size] = _measure(base, data, size, files)
        finally:
            shutil.rmtree(data, ignore_errors=True)
        print(json.dumps({size: found["sizes"][size]}), flush=True)
        if options.json:
            options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(growth_table(found["sizes"]))


def _measure(base: Base, data: Path, size: int, files: tuple[Path, Path]) -> dict[str, Any]:
    """Build a collection of about `size` passages, let 1 % more come, and ask it."""
    home = IndexHome(data / "index")
    steps = [
        _sync(home, base, min(_STEP, size - start), skip=start) for start in range(0, size, _STEP)
    ]
    built = steps[-1][0]
    more, more_stages = _sync(home, base, max(1, size // 100), skip=size)
    found: dict[str, Any] = {
        "build_s": round(sum(result.seconds for result, _ in steps), 1),
        "build_stages_s": [stages for _, stages in steps],
        "sync_s": round(more.seconds, 1),
        "sync_stages_s": more_stages,
        "sync_passages": more.passages - built.passages,
        # Of this process, so of the largest collection so far; the benchmark's own texts included.
        "build_peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    command = [sys.executable, "-m", "benchmarks.growth.asking", str(data), *map(str, files)]
    asked = subprocess.run(command, cwd=_CHECKOUT, check=True, capture_output=True, text=True)
    found |= json.loads(asked.stdout)
    if base.real:
        question = json.loads(files[0].read_text("utf-8"))[0]
        found["start_to_answer_s"] = [_answer(data, question) for _ in range(4)]
    found["load"] = [round(load, 1) for load in os.getloadavg()]
    return found


def _sync(
    home: IndexHome, base: Base, size: int, *, skip: int = 0
) -> tuple[SyncResult, dict[str, float]]:
    """Sync articles with about `size` passages; return what it did and its stages' seconds."""
    embedder = PlacedEmbedder(base)
    stages: dict[str, float] = {}
    stage, since = "open", time.perf_counter()

    def note(progress: Progress) -> None:
        nonlocal stage, since
        now = time.perf_counter()
        stages[stage] = round(stages.get(stage, 0.0) + now - since, 2)
        stage, since = progress.stage, now

    result = sync(
        home,
        embedder.watching(editions(base, size, skip=skip)),
        SyncOptions(base.spec, PassageRule(128, 200), ("growth",), datetime.now(UTC)),
        load_embedder=lambda: embedder,
        on_progress=note,
    )
    return result, {**stages, "strangers": embedder.strangers}


def _answer(data: Path, question: str) -> float:
    """Return the seconds that `newsdesk ask` takes, from its start to its end."""
    command = [sys.executable, "-m", "bot", "--data", str(data), "ask", question]
    started = time.perf_counter()
    # 3: the question has no answer here, which takes as long.
    status = subprocess.run(command, cwd=_CHECKOUT, check=False, capture_output=True).returncode
    if status not in (0, 3):
        raise SystemExit(f"newsdesk ask ended with {status}")
    return round(time.perf_counter() - started, 2)


def _write_questions(folder: Path, base: Base, given: Path | None) -> tuple[Path, Path]:
    """Write the questions' texts and vectors into `folder`.

    Given ones, else titles, are embedded with the real model where the base was; else a passage's
    vector is moved as far as a question lies from its passage.
    """
    chance = np.random.default_rng(11)
    picked = chance.choice(len(base.articles), min(_QUESTIONS, len(base.articles)), replace=False)
    texts = [base.articles[n].title for n in picked]
    if given is not None:
        texts = [question.text for question in read_questions(given)]
        texts = [texts[n] for n in chance.permutation(len(texts))[:_QUESTIONS]]
    if base.real:
        from retrieval.embedding import SentenceTransformerEmbedder
        from retrieval.precision import fixed

        model = SentenceTransformerEmbedder(base.spec, precision=fixed("float32"))
        vectors = model.embed_questions(texts)
    else:
        near = base.vectors[[base.firsts[n] for n in picked]].astype(np.float32)
        vectors = near + chance.standard_normal(near.shape).astype(np.float32) / 16.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    files = folder / "questions.json", folder / "questions.npy"
    files[0].write_text(json.dumps(texts), encoding="utf-8")
    np.save(files[1], vectors.astype(np.float32))
    return files


if __name__ == "__main__":
    main()
