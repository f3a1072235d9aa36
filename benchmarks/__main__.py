"""Measures all there is to measure, one after the other, and writes a page of it.

    python -m benchmarks [ARTICLES.jsonl[.gz] QUESTIONS.jsonl] [--index DATA] [--out DIR]
        [--work DIR] [--parts NAME ...] [--peers OPTION ...]

`make bench` installs what it is compared with and runs this. Without files a collection is
generated. Results that are in `--out` already are kept: delete a file to measure that part again.
Hours for a large collection; see README.md.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.page import write_page
from benchmarks.peers.generated import generated_files

_CHECKOUT = Path(__file__).parents[1]
_PARTS = ("peers", "starting", "replies", "memory", "growth")
_OWN = Path("peers/whole/newsdesk")  # the data folder that the comparison leaves in --work


def parsed(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="ARTICLES QUESTIONS")
    parser.add_argument(
        "--index", type=Path, help="data folder of an index with these passages: spares embedding"
    )
    parser.add_argument("--out", type=Path, default=Path("build/bench/results"))
    parser.add_argument("--work", type=Path, default=Path("build/bench"))
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=list(_PARTS))
    parser.add_argument("--peers", default="", help="options of benchmarks.peers, as one word")
    parser.add_argument("--sizes", nargs="+", default=["10000", "100000", "1000000", "3000000"])
    parser.add_argument("--memory", default="50000", help="questions asked while memory is noted")
    options = parser.parse_args(arguments)
    if len(options.files) not in (0, 2):
        parser.error("name both ARTICLES and QUESTIONS, or neither")
    return options


def commands(options: argparse.Namespace) -> dict[str, list[str]]:
    """Return what is run for each part."""
    work, out = options.work.resolve(), options.out.resolve()
    files = options.files or generated_files(work / "peers")
    articles, questions = (str(file.resolve()) for file in files)
    index = ["--index", str(options.index.resolve())] if options.index else []
    own = str(work / _OWN)
    given = [articles, questions] if options.files else []
    return {
        "peers": [
            "peers",
            *given,
            *index,
            "--work",
            str(work / "peers"),
            "--json",
            str(out / "peers.json"),
            *shlex.split(options.peers),
        ],
        "starting": ["starting", own, articles, questions, "--json", str(out / "starting.json")],
        "replies": ["replies", own, questions, "--json", str(out / "replies.json")],
        "memory": [
            "replies",
            own,
            questions,
            "--memory",
            options.memory,
            "--json",
            str(out / "memory.json"),
        ],
        "growth": [
            "growth",
            str(work / "growth"),
            "--index",
            own,
            "--questions",
            questions,
            "--sizes",
            *options.sizes,
            "--json",
            str(out / "growth.json"),
        ],
    }


def main() -> None:
    """Run what has no result yet, then write the page."""
    options = parsed()
    options.out.mkdir(parents=True, exist_ok=True)
    failed = []
    for part, command in commands(options).items():
        if part not in options.parts or (options.out / f"{part}.json").exists():
            continue
        print(f"{time.strftime('%H:%M:%S')} {part} ...", file=sys.stderr, flush=True)
        run = [sys.executable, "-m", f"benchmarks.{command[0]}", *command[1:]]
        if subprocess.run(run, cwd=_CHECKOUT, check=False).returncode:
            failed.append(part)
    write_page(options.out)
    print(f"the page is {options.out / 'README.md'}, or index.html beside it", file=sys.stderr)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
