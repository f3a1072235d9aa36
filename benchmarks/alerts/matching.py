"""How long one pass of new articles against all subscriptions takes.

    nice -n -15 python benchmarks/alerts/matching.py [--subscriptions 10000] [--passages 1000]

Subscriptions and articles are made up: vectors of 384 numbers around common centres, texts of words
with the frequencies of a language (Zipf). Of ten subscriptions six are topics, three words, one a
topic with words. Stems are the index's own, not remembered from an earlier pass. Everything is
timed that `newsdesk run` does between the articles' vectors and the matches. Prints a line for
people and one of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.alerts.matching import Matcher
from bot.alerts.thresholds import TOPIC
from bot.alerts.types import Candidate, Subscription, Wanted, Words
from retrieval.lexical import LexicalIndex, write_lexical

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DIMENSION = 384
VOCABULARY = 40_000
PASSAGE_WORDS = 90
PASSAGES_EACH = 4
CENTRES = 200


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time the matching of alerts.")
    parser.add_argument("--subscriptions", type=int, default=10_000)
    parser.add_argument("--passages", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    random = np.random.default_rng(7)
    centres = unit(random.standard_normal((CENTRES, DIMENSION)))
    wishes = [subscription(n, random, centres) for n in range(chosen.subscriptions)]
    articles = candidates(chosen.passages, random, centres)
    rounds = [one_round(wishes, articles) for _ in range(chosen.rounds)]
    total = [ready + match for ready, match, _ in rounds]
    result: dict[str, Any] = {
        "subscriptions": len(wishes),
        "articles": len(articles),
        "passages": sum(len(one.passages) for one in articles),
        "matches": rounds[0][2],
        "ready_s": round(statistics.median(one[0] for one in rounds), 3),
        "match_s": round(statistics.median(one[1] for one in rounds), 3),
        "total_s": round(statistics.median(total), 3),
        "slowest_s": round(max(total), 3),
        "rounds": len(rounds),
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
    }
    sys.stderr.write(
        f"{result['subscriptions']} subscriptions × {result['passages']} passages: "
        f"{result['total_s']} s (slowest {result['slowest_s']} s)\n"
    )
    sys.stdout.write(json.dumps(result) + "\n")


def one_round(wishes: list[Subscription], articles: list[Candidate]) -> tuple[float, float, int]:
    """Return seconds to make the subscriptions ready, seconds to match, and how many matched."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "lexical"
        write_lexical(place, added=[])
        lexical = LexicalIndex.open(place)
        start = time.perf_counter()
        matcher = Matcher(wishes, lexical.stems, lexical.inverse_frequency)
        ready = time.perf_counter()
        found = matcher.match(articles)
        end = time.perf_counter()
    return ready - start, end - ready, len(found)


def subscription(
    number: int, random: np.random.Generator, centres: NDArray[np.float32]
) -> Subscription:
    """Make up a subscription."""
    kind = number % 10
    topic = text(random, 4) if kind < 7 else ""
    words = Words()
    if kind >= 6:
        words = Words(tuple(text(random, int(random.integers(1, 3)), skip=50).split()))
    vector = near(centres, random, spread=1.6) if topic else None
    wanted = Wanted("topic", topic, words)
    created = NOW - timedelta(days=1)
    return Subscription(
        number, number // 5, None, wanted, "", TOPIC, "now", "active", None, created, None, vector
    )


def candidates(
    passages: int, random: np.random.Generator, centres: NDArray[np.float32]
) -> list[Candidate]:
    """Make up articles with so many passages in all."""
    return [
        Candidate(
            article_id=f"{start:016x}",
            story=f"{start:016x}",
            title=text(random, 9),
            source="Courier",
            url=None,
            published=NOW,
            arrived=NOW,
            passages=tuple(text(random, PASSAGE_WORDS) for _ in range(count)),
            vectors=np.stack([near(centres, random, spread=1.0) for _ in range(count)]),
        )
        for start in range(0, passages, PASSAGES_EACH)
        for count in [min(PASSAGES_EACH, passages - start)]
    ]


def near(
    centres: NDArray[np.float32], random: np.random.Generator, *, spread: float
) -> NDArray[np.float32]:
    """Return a unit vector around one of the centres."""
    centre = centres[random.integers(len(centres))]
    noise = random.standard_normal(DIMENSION) * spread / np.sqrt(DIMENSION)
    row: NDArray[np.float32] = unit((centre + noise)[None])[0]
    return row


def text(random: np.random.Generator, count: int, *, skip: int = 0) -> str:
    """Return so many words, frequent ones oftener."""
    # The inverse of the distribution whose density falls with 1/rank.
    ranks = (skip + 1) * (VOCABULARY / (skip + 1)) ** random.random(count)
    return " ".join(f"w{letters(int(rank))}" for rank in ranks)


def letters(number: int) -> str:
    """Write a number in letters, so that it passes for a word."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """Return rows of length 1."""
    rows = np.asarray(vectors, np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


if __name__ == "__main__":
    main()
