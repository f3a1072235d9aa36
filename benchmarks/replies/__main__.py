"""Measures the bot from a question's arrival at Telegram to the acceptance of the reply.

    python -m benchmarks.replies DATA QUESTIONS.jsonl [--chats 1 16 64 256] [--seconds 30]
        [--rounds 3] [--think 0] [--rates lifted|telegram] [--telegram lean|full] [--json FILE]
        [--memory 50000 [--step 1000]] [--profile FILE] [--starts 3]
        [--environment NAME=VALUE ...]

DATA is a data folder with an index; the bot gets a copy of it and runs in a process of its own, as
`newsdesk run` does, against a Telegram on loopback in another process. With each number of chats
each chat asks its next question once it has its reply. Rounds of all numbers take turns; the
figures are the medians of the rounds. See README.md for what each figure means.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.replies.figures import figures, medians, table
from benchmarks.replies.load import Order
from benchmarks.replies.rig import Askers, Bot, asking, copy_data, running
from benchmarks.replies.watching import memory_of, stalls
from retrieval.evaluation.dataset import read_questions

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

MEMORY_CHATS = 16
WARM_UP = 50


def _running(
    options: argparse.Namespace, askers: Askers, data: Path, place: Path, **how: Any
) -> AbstractContextManager[Bot]:
    further = dict(pair.split("=", 1) for pair in options.environment)
    return running(askers, data, place, rates=options.rates, further=further, **how)


def first_answer(options: argparse.Namespace, askers: Askers, data: Path, place: Path) -> float:
    """Return the seconds from the start of `newsdesk run` to the first reply."""
    with _running(options, askers, data, place, plain=True) as bot:
        result = askers.carry_out(Order(1, replies=1, lead_in=0.0))
        return result.ended - bot.started


def measure(options: argparse.Namespace, askers: Askers, data: Path, place: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"start_to_first_answer_seconds": []}
    for _ in range(options.starts):
        seconds = first_answer(options, askers, data, place)
        found["start_to_first_answer_seconds"].append(round(seconds, 2))
    with _running(options, askers, data, place) as bot:
        askers.carry_out(Order(4, replies=WARM_UP, lead_in=0.0))
        found["memory_after_warm_up"] = memory(bot)
        rounds: dict[int, list[dict[str, Any]]] = {chats: [] for chats in options.chats}
        for _ in range(options.rounds):
            for chats in options.chats:
                rounds[chats].append(one_round(options, askers, bot, chats))
                print(json.dumps({"chats": chats, **rounds[chats][-1]}), flush=True)
        found["memory_at_the_end"] = memory(bot)
    found["rounds"] = rounds
    found["medians"] = {chats: medians(each) for chats, each in rounds.items()}
    return found


def one_round(options: argparse.Namespace, askers: Askers, bot: Bot, chats: int) -> dict[str, Any]:
    order = Order(chats, options.seconds, think=options.think, pid=bot.pid)
    result = askers.carry_out(order)
    return figures(result, stalls(bot.lag, result.begun, result.ended))


def memory(bot: Bot) -> dict[str, float]:
    found = memory_of(bot.pid)
    return {"rss_mib": round(found.rss, 1), "uss_mib": round(found.uss, 1)}


def remember(options: argparse.Namespace, askers: Askers, data: Path, place: Path) -> list[Any]:
    """Ask thousands of questions; returns the bot's memory after each step."""
    rows = []
    with _running(options, askers, data, place) as bot:
        askers.carry_out(Order(4, replies=WARM_UP, lead_in=0.0))
        for asked in range(0, options.memory + 1, options.step):
            if asked:
                order = Order(MEMORY_CHATS, replies=options.step, lead_in=0.0, pid=bot.pid)
                askers.carry_out(order)
            rows.append({"replies": asked, **memory(bot)})
            print(json.dumps(rows[-1]), flush=True)
    return rows


def profile(options: argparse.Namespace, askers: Askers, data: Path, place: Path) -> dict[str, Any]:
    """Profile the bot with the first number of chats; returns the round's figures."""
    with _running(options, askers, data, place, profile=str(options.profile.resolve())) as bot:
        askers.carry_out(Order(4, replies=WARM_UP, lead_in=0.0))
        order = Order(options.chats[0], options.seconds, pid=bot.pid, profiled=True)
        result = askers.carry_out(order)
        found = figures(result, stalls(bot.lag, result.begun, result.ended))
    from benchmarks.replies.parts import report

    print(report(options.profile, found["replies"]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--chats", type=int, nargs="+", default=[1, 16, 64, 256])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--think", type=float, default=0.0)
    parser.add_argument("--rates", choices=["lifted", "telegram"], default="lifted")
    parser.add_argument("--telegram", choices=["lean", "full"], default="lean")
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--step", type=int, default=1000)
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--environment", nargs="*", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started ends too
    questions = [question.text for question in read_questions(options.questions)]
    most = max([*options.chats, MEMORY_CHATS])
    with (
        tempfile.TemporaryDirectory() as folder,
        asking(options.telegram, most, questions) as askers,
    ):
        place = Path(folder)
        data = copy_data(options.data, place)
        if options.memory:
            found: Any = {"memory": remember(options, askers, data, place)}
        elif options.profile:
            found = profile(options, askers, data, place)
        else:
            found = measure(options, askers, data, place)
            print(table(found["medians"]))
    print(json.dumps(found, indent=1))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
