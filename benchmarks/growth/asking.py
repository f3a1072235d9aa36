"""Opens a collection in a process of its own, asks it, and prints what that took as JSON.

python -m benchmarks.growth.asking DATA QUESTIONS.json VECTORS.npy
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from retrieval.evaluation.metrics.latency import percentile
from retrieval.index.generation import Generation
from retrieval.index.home import IndexHome
from retrieval.library import Library
from retrieval.queries import make_query
from retrieval.search import search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

_CHUNK = 65_536
_NEAREST = (10, 100)


def main() -> None:
    data, asked, vectors = map(Path, sys.argv[1:])
    print(json.dumps(measure(data, json.loads(asked.read_text("utf-8")), np.load(vectors))))


def measure(data: Path, texts: list[str], vectors: NDArray[np.float32]) -> dict[str, Any]:
    """Return all figures of one collection. Seconds, milliseconds and mebibytes."""
    home, before = IndexHome(data / "index"), memory()
    generation, verified = timed(home.open)
    bare = partial(Generation, generation.folder, verify=False)
    unverified = min(timed(bare)[1] for _ in range(3))
    opened = memory()
    as_of = _last_day(generation)
    queries = [make_query(text, as_of=as_of) for text in texts]
    library, dense = Library(generation), generation.dense
    pairs = list(zip(queries, vectors, strict=True))
    first = timed(partial(library.examine, *pairs[0]))[1]
    found: dict[str, Any] = {
        "passages": len(generation),
        "articles": generation.manifest.articles,
        "kind": generation.manifest.dense.name,
        "candidates": generation.manifest.dense.candidates,
        "bytes": sum(entry.size for entry in generation.manifest.files.values()),
        "open_s": round(verified, 3),
        "open_unverified_s": round(unverified, 3),
        "first_reply_ms": round(first * 1000, 1),
        "dense_ms": spread(partial(dense.search, vector, limit=100) for vector in vectors),
        "search_ms": spread(partial(search, generation, q, v, limit=30) for q, v in pairs),
        "reply_ms": spread(partial(library.examine, q, v) for q, v in pairs),
        "memory_mib": {"before": before, "opened": opened, "asked": memory()},
    }
    found["exhaustive_ms"] = spread(
        partial(dense.search_exhaustively, vector, limit=100) for vector in vectors[:50]
    )
    found["recall"] = recalls(generation, vectors)
    return found


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what `work` gives, and the seconds it took."""
    started = time.perf_counter()
    given = work()
    return given, time.perf_counter() - started


def spread(works: Iterable[Callable[[], Any]]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds, and CPU milliseconds for each, of all threads."""
    used = time.process_time()
    taken = [timed(work)[1] * 1000 for work in works]
    used = time.process_time() - used
    p50, p95 = (round(percentile(taken, share) or 0.0, 2) for share in (0.5, 0.95))
    return {"p50": p50, "p95": p95, "cpu": round(1000 * used / len(taken), 2)}


def memory() -> dict[str, float]:
    """Return resident (RSS), proportional (PSS) and unshared (USS) memory."""
    info = psutil.Process().memory_full_info()
    return {name: round(getattr(info, name) / 2**20, 1) for name in ("rss", "pss", "uss")}


def recalls(generation: Generation, vectors: NDArray[np.float32]) -> dict[str, float]:
    """Return the share of the truly nearest that a search finds: cosines in float32, of all."""
    best = np.full((len(vectors), max(_NEAREST)), -np.inf, dtype=np.float32)
    for start in range(0, len(generation), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(generation)))
        cosines = vectors @ generation.dense.vectors(rows).T
        both = np.concatenate([best, cosines], axis=1)
        best = -np.partition(-both, max(_NEAREST) - 1, axis=1)[:, : max(_NEAREST)]
    best = -np.sort(-best, axis=1)
    shares: dict[str, float] = {}
    for nearest in _NEAREST:
        # By cosine, not by row: equal vectors may stand for each other.
        least = best[:, nearest - 1] - 1e-6
        held = [
            (generation.dense.search(vector, limit=nearest)[1] >= bound).sum() / nearest
            for vector, bound in zip(vectors, least, strict=True)
        ]
        shares[f"at_{nearest}"] = round(float(np.mean(held)), 4)
    return shares


def _last_day(generation: Generation) -> datetime:
    return datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(days=int(generation.days.max()))


if __name__ == "__main__":
    main()
