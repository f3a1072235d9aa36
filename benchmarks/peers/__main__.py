"""Measures Newsdesk beside txtai, Haystack, LlamaIndex and a bare FAISS index.

    python -m benchmarks.peers [ARTICLES.jsonl[.gz] QUESTIONS.jsonl] [--articles N]
        [--slice 5000] [--rounds 3] [--asked 200] [--askers 64] [--budget 60] [--judged N]
        [--systems NAME ...] [--index DATA] [--work DIR] [--json FILE]

Run it from the repository's root with the packages of the extra `peers` installed (`make bench`
does both). Without files, a collection is generated. Systems take turns in every round, each in a
process of its own. A run that was stopped goes on where it was when it is started again with the
same options. Progress goes to stderr, a table to stdout. See README.md for what each figure means.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.peers.generated import write_generated
from benchmarks.peers.report import report, table
from benchmarks.peers.running import Runner, tell
from benchmarks.peers.systems import BASE, SYSTEMS, missing

_GENERATED = 1000  # articles of a generated collection


def parsed(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="ARTICLES QUESTIONS")
    parser.add_argument("--articles", type=int, help="take only the first N articles")
    parser.add_argument("--slice", type=int, default=5000, help="passages that are ingested")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--asked", type=int, default=200, help="questions a round, at most")
    parser.add_argument("--askers", type=int, default=64, help="askers at once")
    parser.add_argument("--judged", type=int, help="questions that quality is judged on, at most")
    parser.add_argument("--budget", type=float, default=60, help="seconds of asking, at most")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument(
        "--index", type=Path, help="data folder of an index with these passages: spares embedding"
    )
    parser.add_argument("--work", type=Path, default=Path("build/peers"))
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args(arguments)
    if len(options.files) not in (0, 2):
        parser.error("name both ARTICLES and QUESTIONS, or neither")
    if BASE not in options.systems:
        parser.error(f"--systems must name {BASE}: the others are put in ratio to it")
    return options


def in_turns(systems: list[str], rounds: int) -> list[tuple[int, str]]:
    """Return (round, system) in the order of running: every round begins with another system."""
    return [
        (n, systems[(n + place) % len(systems)])
        for n in range(rounds)
        for place in range(len(systems))
    ]


class Benchmark:
    """All jobs of a run, in order; their results by kind, system and round."""

    def __init__(self, options: argparse.Namespace, runner: Runner, files: list[Path]) -> None:
        self.options = options
        self.runner = runner
        self.questions = str(files[1])
        self.articles = str(files[0])
        self.found: dict[str, dict[str, dict[int, dict[str, Any]]]] = {}

    def run(self) -> dict[str, Any]:
        """Do all jobs; return what they found."""
        options = self.options
        job = {"job": "prepare", "articles": self.articles, "questions": self.questions}
        self.sizes = self.runner.need(
            "prepare", job | {"limit": options.articles, "slice": options.slice}
        )
        tell(str({k: {n: v[n] for n in ("articles", "passages")} for k, v in self.sizes.items()}))
        for turn, system in in_turns(options.systems, options.rounds):
            self._do("ingest", system, turn, "slice")
        for system in self._having("ingest"):
            self._do("judge", system, 0, "slice", urls=self.sizes["slice"]["urls"] or None)
        index = str(options.index.resolve()) if options.index else None
        self.runner.need("vectors", {"job": "vectors", "index": index})
        whole = [s for s in options.systems if SYSTEMS[s].whole]
        for system in whole:
            self._do("build", system, 0, "whole")
        for turn, system in in_turns(self._having("build"), options.rounds):
            self._do("search", system, turn, "whole")
        for system in self._having("build"):
            self._do("judge", system, 0, "whole", urls=None)
        return {"sizes": self.sizes, "found": self.found, "failed": self.runner.failed}

    def _having(self, kind: str) -> list[str]:
        return list(self.found.get(f"{kind} {'slice' if kind == 'ingest' else 'whole'}", {}))

    def _do(self, kind: str, system: str, turn: int, collection: str, **more: Any) -> None:
        folder = self.runner.work / collection
        record = self.runner.run(
            f"{kind}-{collection}-{turn}-{system}",
            {
                "job": kind,
                "system": system,
                "turn": turn * self.options.asked,
                "collection": str(folder),
                "folder": str(folder / system),
                "questions": self.questions,
                "asked": self.options.asked,
                "askers": self.options.askers,
                "budget": self.options.budget,
                "judged": self.options.judged,
            }
            | more,
        )
        if record is not None:
            rounds = self.found.setdefault(f"{kind} {collection}", {}).setdefault(system, {})
            rounds[turn] = record


def main() -> None:
    """Run the benchmark and print its table."""
    options = parsed()
    if lacking := sorted(set(missing()) & set(options.systems)):
        raise SystemExit(
            f"not installed here: {', '.join(lacking)}\n`make bench` installs all of them into "
            "their own environment; or leave them out with --systems"
        )
    options.work = options.work.resolve()
    runner = Runner(options.work)
    files = [path.resolve() for path in options.files]
    told = vars(options) | {
        "files": [str(file) for file in files],
        "index": str(options.index) if options.index else None,
    }
    told = {k: v for k, v in told.items() if k not in ("work", "json")}
    runner.claim(told)
    if not files:
        tell("no articles named: a collection is generated")
        files = list(write_generated(options.work, options.articles or _GENERATED))
    named = told | {"files": [file.name for file in files], "index": bool(options.index)}
    figures = report(Benchmark(options, runner, files).run(), named)
    text = json.dumps(figures, indent=1) + "\n"
    for place in {options.work / "results.json", options.json or options.work / "results.json"}:
        place.write_text(text, encoding="utf-8")
    print(table(figures))
    if figures["failed"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
