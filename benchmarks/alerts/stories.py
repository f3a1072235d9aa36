"""Judges how well near-duplicates and cosines tell that two articles tell the same story.

    python benchmarks/alerts/stories.py DATA [--labels FILE]

DATA is a data folder with an index of the articles that FILE labels (default: stories.jsonl beside
this script): pairs published at most three days apart whose mean cosine is at least 0.5. Label 1:
one alert for both is enough; 0: not; 2: the same event, told on or from another side. Borderline
pairs are left out of the precision and unwanted in the strict one.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measures import Sample, average_precision, most_recall, precision_recall
from pairs import BORDERLINE, WANTED

from bot.building import index_home
from bot.settings import load_settings
from bot.store.stories import alike, signature

if TYPE_CHECKING:
    from measures import Floats
    from numpy.typing import NDArray

    from retrieval.index.generation import Generation

PRECISION = 0.95
PER_DAY = 0.04  # how much less alike two articles count for each day between them


def vectors(generation: Generation, row: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return an article's mean vector, of unit length, and that of its first passage."""
    start, count = (int(generation.article_table[name][row]) for name in ("first", "count"))
    own = generation.dense.vectors(np.arange(start, start + count))
    middle = own.mean(axis=0)
    return middle / np.linalg.norm(middle), own[0]


def compared(generation: Generation, rows: list[tuple[int, int]]) -> dict[str, Floats]:
    """Return each measure's values of the pairs in `rows`."""
    days = generation.article_table["day"].astype(np.int64)
    means, leads, gaps, same = [], [], [], []
    for one, other in rows:
        mine, theirs = vectors(generation, one), vectors(generation, other)
        means.append(float(mine[0] @ theirs[0]))
        leads.append(float(mine[1] @ theirs[1]))
        gaps.append(abs(int(days[one] - days[other])))
        signatures = [signature(generation.article(row).text) for row in (one, other)]
        same.append(all(signatures) and alike(*(s for s in signatures if s)))
    mean, lead = np.array(means, dtype=np.float64), np.array(leads, dtype=np.float64)
    both = (mean + lead) / 2
    return {
        "near-duplicates": np.array(same, dtype=np.float64),
        "mean vectors": mean,
        "first passages": lead,
        "both": both,
        "both, less 0.04 a day": both - PER_DAY * np.array(gaps),
    }


def main() -> None:
    """Print a line for each measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--labels", type=Path, default=Path(__file__).with_name("stories.jsonl"))
    options = parser.parse_args()
    generation = index_home(load_settings(data=Path(options.data))).open()
    records = [json.loads(line) for line in options.labels.read_text(encoding="utf-8").splitlines()]
    found = [tuple(generation.article_row(i) for i in r["articles"]) for r in records]
    held = [n for n, pair in enumerate(found) if None not in pair]
    rows = [(int(found[n][0] or 0), int(found[n][1] or 0)) for n in held]
    labels = np.array([records[n]["label"] for n in held])
    weights = np.array([float(records[n]["weight"]) for n in held])
    print(f"{len(held)} pairs: {np.bincount(labels, minlength=3).tolist()} not, same, borderline")
    for name, scores in compared(generation, rows).items():
        everything = Sample(scores, labels == WANTED, weights, np.zeros(len(held), np.int64))
        clear = everything.taken(labels != BORDERLINE)
        threshold = 1.0 if name == "near-duplicates" else most_recall(clear, PRECISION)
        precision, recall = precision_recall(clear, clear.scores >= threshold)
        strict = precision_recall(everything, scores >= threshold)[0]
        print(
            f"{name:22} AP {average_precision(clear):.3f}; at {threshold:.3f}: precision "
            f"{precision:.3f} (strict {strict:.3f}), recall {recall:.3f}, "
            f"{int((clear.scores >= threshold).sum())} clear pairs"
        )


if __name__ == "__main__":
    main()
