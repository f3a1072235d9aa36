"""Measures syncs and reloads on a real collection.

    python benchmarks/reload.py DATA ARTICLES.jsonl[.gz] QUESTIONS.jsonl [--reloads N] [--asked N]

DATA is a data folder with an index of ARTICLES; all work is done on copies. Printed as one JSON
object: seconds of a sync that changes nothing, seconds from the start of a sync that adds one
article until a reply cites it, and what became of the questions that were asked while one reload
after the other put in another version of one article: how many failed, and how many quoted
another version than their generation holds.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import shutil
import statistics
import tempfile
import time
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from bot.collection.events import Finished
from bot.collection.locating import source_at
from bot.collection.opening import open_collection
from bot.collection.reloading import Reloader
from bot.desk import Desk, open_desk, reopen_library
from bot.settings import load_settings
from retrieval.evaluation.dataset import read_questions
from retrieval.types import Answer

if TYPE_CHECKING:
    from bot.collection.events import SyncReport
    from bot.collection.syncing import Collection

ROUNDS = 5
ASKERS = 8
MARKED = "How many lanterns did the Birkelandsby festival count?"
EVERY = 4  # each fourth question asks for the article that changes


def marked(count: int, name: str) -> str:
    """Return a line whose article says a number that tells its version."""
    article = {
        "url": f"https://news.example/{name}",
        "title": f"Lanterns at the {name} festival",
        "published": datetime.now(UTC).date().isoformat(),
        "text": f"The {name} festival counted {count} lanterns on Sunday, its organisers said.",
    }
    return json.dumps(article) + "\n"


class Stage:
    """A copy of a collection with a desk, a reloader and a file whose articles can be changed."""

    def __init__(self, collection: Collection, desk: Desk, folder: Path) -> None:
        self.collection = collection
        self.desk = desk
        self.folder = folder
        self.reloader = Reloader(collection, self.swap)

    async def swap(self) -> None:
        """Answer from the generation that is current."""
        settings, embedder = self.collection.settings, self.desk.embedder
        self.desk.swap(await asyncio.to_thread(reopen_library, settings, embedder))

    async def reload(self) -> SyncReport:
        """Reload to the end, as an admin's command does."""
        reload, _ = self.reloader.start("benchmark")
        last = [event async for event in reload.watch()][-1]
        if not isinstance(last, Finished):
            raise SystemExit(str(last))
        return last.report

    def append(self, line: str) -> None:
        """Add a line to the packed file of articles."""
        with gzip.open(self.folder / "articles.jsonl.gz", "at", encoding="utf-8") as stream:
            stream.write(line)


async def nothing_changed(stage: Stage) -> list[float]:
    reports = [await stage.reload() for _ in range(ROUNDS)]
    if any(report.written or report.embedded for report in reports):
        raise RuntimeError("something changed")
    return [report.seconds for report in reports]


async def one_added(stage: Stage) -> list[float]:
    """Return the seconds from each sync's start until the new article is cited."""
    seconds = []
    for n in range(ROUNDS):
        name = f"Avaldsnes{n}"
        await asyncio.to_thread(stage.append, marked(100 + n, name))
        started = time.perf_counter()
        await stage.reload()
        reply = (await stage.desk.ask(f"How many lanterns did the {name} festival count?")).reply
        seconds.append(time.perf_counter() - started)
        if not isinstance(reply, Answer) or f"{100 + n} lanterns" not in reply.sentences[0].text:
            raise RuntimeError(f"the new article is not quoted: {reply}")
    return seconds


async def under_load(
    stage: Stage, questions: list[str], *, reloads: int, asked: int
) -> dict[str, float]:
    changing = stage.folder / "changing.jsonl"
    changing.write_text(marked(0, "Birkelandsby"), encoding="utf-8")
    held = {(await stage.reload()).generation: 0}
    jobs = iter([MARKED if n % EVERY == 0 else q for n, q in zip(range(asked), cycle(questions))])
    replies, failed, times = [], 0, []

    async def ask() -> None:
        nonlocal failed
        for question in jobs:
            try:
                timed = await stage.desk.ask(question)
            except Exception:  # noqa: BLE001 - counted
                failed += 1
            else:
                times.append(timed.took_ms)
                if question == MARKED:
                    replies.append(timed.reply)

    askers = [asyncio.create_task(ask()) for _ in range(ASKERS)]
    seconds = []
    for count in range(1, reloads + 1):
        changing.write_text(marked(count, "Birkelandsby"), encoding="utf-8")
        report = await stage.reload()
        held[report.generation] = count
        seconds.append(report.seconds)
    during = sum(not asker.done() for asker in askers)
    await asyncio.gather(*askers)
    mixed = sum(
        not isinstance(reply, Answer)
        or f"counted {held[reply.generation]} lanterns"
        not in " ".join(sentence.text for sentence in reply.sentences)
        for reply in replies
    )
    return {
        "reloads": reloads,
        "questions": asked,
        "failed": failed,
        "marked_questions": len(replies),
        "mixed": mixed,
        "generations_answered_from": len({reply.generation for reply in replies}),
        "still_asking_at_the_last_reload": during,
        "reload_seconds_median": round(statistics.median(seconds), 2),
        "reply_ms_p50": round(statistics.median(times), 1),
        "reply_ms_p95": round(statistics.quantiles(times, n=20)[-1], 1),
    }


async def run(options: argparse.Namespace, place: Path) -> dict[str, object]:
    folder = place / "articles"
    folder.mkdir()
    shutil.copytree(options.data, place / "data")
    shutil.copy(options.articles, folder / "articles.jsonl.gz")
    settings = load_settings(data=place / "data")
    desk = await asyncio.to_thread(open_desk, settings)
    async with (
        desk,
        open_collection(settings, embedder=lambda: desk.embedder) as collection,
    ):
        await source_at(collection, str(folder))
        stage = Stage(collection, desk, folder)
        first = await stage.reload()
        questions = [q.text for q in read_questions(options.questions)]
        for question in questions[:20]:
            await desk.ask(question)
        return {
            "articles": first.articles,
            "passages": first.passages,
            "taking_over_seconds": round(first.seconds, 2),
            "nothing_changed_seconds": [round(s, 2) for s in await nothing_changed(stage)],
            "one_added_seconds": [round(s, 2) for s in await one_added(stage)],
            "under_load": await under_load(
                stage, questions, reloads=options.reloads, asked=options.asked
            ),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--reloads", type=int, default=20)
    parser.add_argument("--asked", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(asyncio.run(run(options, Path(place))), indent=1))


if __name__ == "__main__":
    main()
