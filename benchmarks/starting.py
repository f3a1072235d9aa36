"""Measures what a person waits for when a command starts, each in a process of its own.

    python -m benchmarks.starting DATA ARTICLES QUESTIONS.jsonl [--rounds 5] [--json FILE]

DATA is a data folder with an index of ARTICLES; it is only read. In a copy of it:

- `index_again_s`: `newsdesk index ARTICLES` when nothing has changed, after a first time
  (`index_first_s`) in which the database takes the articles and no passage is new;
- `ask_s`: `newsdesk ask QUESTION`, each time another question, from start to end.

Seconds on the clock, medians of the rounds; all of them are beside it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.replies.rig import copy_data
from retrieval.evaluation.dataset import read_questions

_CHECKOUT = Path(__file__).parents[1]
_FINE = (0, 3)  # 3: an abstention, which takes as long as an answer


def seconds_of(data: Path, *arguments: str) -> float:
    """Return the seconds that a command of Newsdesk takes. Ends the program if it fails."""
    command = [sys.executable, "-m", "bot", "--data", str(data), *arguments]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=_CHECKOUT, check=False, capture_output=True, text=True)
    took = time.perf_counter() - started
    if done.returncode not in _FINE:
        raise SystemExit(f"newsdesk {arguments[0]} ended with {done.returncode}: {done.stderr}")
    return took


def measure(data: Path, articles: Path, questions: list[str], rounds: int) -> dict[str, Any]:
    """Return all figures."""
    found: dict[str, Any] = {"index_first_s": seconds_of(data, "index", str(articles))}
    again = [seconds_of(data, "index", str(articles)) for _ in range(rounds)]
    asked = [seconds_of(data, "ask", question) for question in questions[:rounds]]
    found |= {"index_again_s": median(again), "ask_s": median(asked)}
    found |= {"index_again_all_s": again, "ask_all_s": asked}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    questions = [question.text for question in read_questions(options.questions)]
    with tempfile.TemporaryDirectory() as folder:
        data = copy_data(options.data, Path(folder))
        found = measure(data, options.articles.resolve(), questions, options.rounds)
    text = json.dumps(found, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
