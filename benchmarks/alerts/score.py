"""Compares ways to score an article against a topic, and shows what thresholds give.

    python benchmarks/alerts/score.py DATA [--labels FILE] [--judge DATA FILE]

DATA is a data folder with an index of the articles that FILE labels (default: labels.jsonl beside
this script). Borderline pairs are left out of fits and counted in "strict" precision as unwanted.
"flow" weighs each pair by what it stands for, so that its precision is that of the alerts sent;
"pairs" counts each once. Thresholds are fitted on other topics than they are judged on. --judge
adds what the same thresholds give on another collection, which takes no part in the fit.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measures import (
    Sample,
    average_precision,
    best_f,
    cross_validated,
    f_measure,
    most_recall,
    precision_recall,
)
from pairs import BORDERLINE, WANTED, read_pairs
from signals import SHIPPED, scores, signals, titles

from bot.alerts.thresholds import LADDER
from bot.building import index_home
from bot.settings import load_settings
from retrieval.embedding import SentenceTransformerEmbedder
from retrieval.precision import measured

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pairs import Pair

YEAR = 365  # days


class Collection:
    """A collection's labelled pairs with every candidate's scores of all its articles."""

    def __init__(self, data: str, labels: Path) -> None:
        generation = index_home(load_settings(data=Path(data))).open()
        embedder = SentenceTransformerEmbedder(
            generation.manifest.embedder, precision=measured(None)
        )
        self.pairs = read_pairs(labels, generation)
        self.topics = sorted({pair.topic for pair in self.pairs})
        vectors = embedder.embed_questions(self.topics)
        found = signals(generation, self.topics, vectors)
        rows = sorted({pair.row for pair in self.pairs})
        found["title"] = titles(generation, embedder, rows, vectors)
        self.scores = scores(found)
        days = np.asarray(generation.article_table["day"], dtype=np.int64)
        self.last_year = days > days.max() - YEAR

    def sample(self, name: str, pairs: list[Pair]) -> Sample:
        """Return `pairs` with their scores by the candidate `name`."""
        topics = [self.topics.index(pair.topic) for pair in pairs]
        return Sample(
            self.scores[name][[pair.row for pair in pairs], topics],
            np.array([pair.label == WANTED for pair in pairs]),
            np.array([pair.weight for pair in pairs]),
            np.array(topics),
        )

    def clear(self, name: str) -> Sample:
        """Return the pairs that are not borderline."""
        return self.sample(name, [pair for pair in self.pairs if pair.label != BORDERLINE])


def compare(collection: Collection) -> None:
    """Print a line for each candidate."""
    head = "AP    F0.5: P    R    F     at       P>=.9: P    R     at"
    print(f"{'':20}flow  {head}\n{'':20}pairs {head}")
    for name in collection.scores:
        flow = collection.clear(name)
        for what, sample in (("flow ", flow), ("pairs", flow.unweighted())):
            f, sure = cross_validated(sample, best_f), cross_validated(sample, most_recall)
            print(
                f"{name if sample is flow else '':20}{what} {average_precision(sample):.3f}"
                f" {f.precision:.3f} {f.recall:.3f} {f_measure(f.precision, f.recall):.3f}"
                f" {f.threshold:.3f}±{f.spread:.3f}"
                f"   {sure.precision:.3f} {sure.recall:.3f} {sure.threshold:.3f}±{sure.spread:.3f}"
            )


def show_ladder(collection: Collection, name: str) -> None:
    """Print what each step of the ladder gives."""
    alerts = collection.scores[name]
    clear, all_pairs = collection.clear(name), collection.sample(name, collection.pairs)
    thousand = len(alerts) / 1000
    recent = alerts[collection.last_year]
    print(
        "step  alerts a topic: in 1000 articles  a week median  none | flow P  strict R | pairs P R"
    )
    for step in LADDER:
        sent: NDArray[np.int64] = (alerts >= step).sum(axis=0)
        weekly = (recent >= step).sum(axis=0).mean() * 7 / YEAR
        flow = precision_recall(clear, clear.scores >= step)
        strict = precision_recall(all_pairs, all_pairs.scores >= step)[0]
        alone = precision_recall(clear.unweighted(), clear.scores >= step)
        print(
            f"{step:.2f}  {sent.mean() / thousand:21.2f} {weekly:17.2f} {np.median(sent):7.0f}"
            f" {(sent == 0).mean():5.2f} | {flow[0]:.3f}  {strict:.3f}  {flow[1]:.3f}"
            f" | {alone[0]:.3f}  {alone[1]:.3f}"
        )


def describe(data: str, collection: Collection) -> None:
    """Print what was labelled."""
    labels = np.bincount([pair.label for pair in collection.pairs], minlength=3)
    print(
        f"\n{data}: {len(collection.topics)} topics, {len(collection.pairs)} pairs: "
        f"{labels[WANTED]} wanted, {labels[0]} not, {labels[BORDERLINE]} borderline; "
        f"{int(collection.last_year.sum())} articles in the last year"
    )


def main() -> None:
    """Compare, and print the ladder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--labels", type=Path, default=Path(__file__).with_name("labels.jsonl"))
    parser.add_argument("--judge", nargs=2, metavar=("DATA", "FILE"))
    options = parser.parse_args()
    collection = Collection(options.data, options.labels)
    describe(options.data, collection)
    compare(collection)
    print()
    show_ladder(collection, SHIPPED)
    if options.judge:
        other = Collection(options.judge[0], Path(options.judge[1]))
        describe(options.judge[0], other)
        for name in other.scores:
            threshold = best_f(collection.clear(name))
            clear = other.clear(name)
            precision, recall = precision_recall(clear, clear.scores >= threshold)
            print(
                f"{name:20}AP {average_precision(clear):.3f}, at {threshold:.3f}: "
                f"precision {precision:.3f}, recall {recall:.3f}"
            )
        show_ladder(other, SHIPPED)


if __name__ == "__main__":
    main()
