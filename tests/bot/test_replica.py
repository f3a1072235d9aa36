"""The second process for answers: the same replies, and nothing lost when it ends or can't help."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from multiprocessing import spawn
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.replica import Replica
from bot.settings import load_settings
from retrieval.answering import ExtractiveAnswerer
from retrieval.index.home import IndexHome
from retrieval.library import Library
from tests.support.collections import index_paths

NOW = datetime(2022, 6, 1, tzinfo=UTC)
TOWNS = {"Avaldsnes": "12 horses", "Birkeland": "31 lanterns", "Cederby": "47 violins"}
QUESTIONS = [f"What did the festival in {town} count?" for town in TOWNS] * 4


@pytest.fixture
def library(tmp_path, embedder):
    for town, prize in TOWNS.items():
        (tmp_path / f"{town}.txt").write_text(
            f"Festival in {town}\n\nThe town of {town} counted {prize} at its spring festival.\n"
        )
    settings = load_settings(data=tmp_path / "data")
    index_paths(settings, [tmp_path], now=NOW, embedder=embedder)
    return Library(IndexHome(tmp_path / "data" / "index").open())


class Counting(Replica):
    """A replica that counts what it was given and what came back."""

    def __init__(self):
        super().__init__()
        self.given = self.done = 0

    async def work_out(self, *question):
        self.given += 1
        found = await super().work_out(*question)
        self.done += found is not None
        return found


@pytest.fixture
async def replica():
    replica = Counting()
    yield replica
    await asyncio.to_thread(replica.close)


def process_of(replica):
    """The number of its process."""
    return next(iter(replica._pool._processes))


def desk_of(library, embedder, replica=None):
    return Desk(library, embedder, clock=lambda: NOW, replica=replica)


async def asked(desk):
    return await asyncio.gather(*(desk.ask(question) for question in QUESTIONS))


async def until_ready(desk, replica):
    async with asyncio.timeout(60):
        while not replica.ready:
            await asyncio.gather(*(desk.ask(question) for question in QUESTIONS[:2]))
            await asyncio.sleep(0.05)


def told(timed):
    return timed.reply, timed.hits, timed.further, timed.turn


async def test_replies_are_the_same_wherever_they_are_worked_out(library, embedder, replica):
    async with desk_of(library, embedder) as alone:
        expected = [told(timed) for timed in await asked(alone)]
    async with desk_of(library, embedder, replica) as desk:
        await until_ready(desk, replica)
        assert [told(timed) for timed in await asked(desk)] == expected
        assert replica.done == replica.given > 0
        assert replica.waiting == 0


async def test_one_question_at_a_time_starts_nothing(library, embedder, replica):
    async with desk_of(library, embedder, replica) as desk:
        for question in QUESTIONS[:3]:
            await desk.ask(question)
    assert (replica.given, replica._starts) == (0, 0)


async def test_a_killed_replica_loses_no_question_and_comes_back(library, embedder, replica):
    async with desk_of(library, embedder, replica) as desk:
        expected = [told(timed) for timed in await asked(desk)]
        await until_ready(desk, replica)
        first = process_of(replica)
        os.kill(first, signal.SIGKILL)
        assert [told(timed) for timed in await asked(desk)] == expected
        assert replica.done < replica.given
        await until_ready(desk, replica)
        assert process_of(replica) != first
        assert [told(timed) for timed in await asked(desk)] == expected


async def test_one_that_keeps_ending_is_given_up(library, embedder, replica, monkeypatch):
    monkeypatch.setattr(spawn, "_python_exe", b"/bin/false")
    async with desk_of(library, embedder, replica) as desk:
        async with asyncio.timeout(60):
            while replica._starts < 3 or replica._starting:
                await asked(desk)
                await asyncio.sleep(0.02)
        await asked(desk)
    assert replica._starts == 3
    assert not replica.ready


async def test_a_new_generation_answers_from_its_own(library, embedder, replica, tmp_path):
    async with desk_of(library, embedder, replica) as desk:
        await until_ready(desk, replica)
        (tmp_path / "Dovrefall.txt").write_text(
            "Festival in Dovrefall\n\nThe town of Dovrefall counted 58 canoes at its festival.\n"
        )
        settings = load_settings(data=tmp_path / "data")
        index_paths(settings, [tmp_path], now=NOW, embedder=embedder)
        desk.swap(Library(IndexHome(tmp_path / "data" / "index").open()))
        question = "What did the festival in Dovrefall count?"
        replies = await asyncio.gather(*(desk.ask(question) for _ in range(12)))
        assert replica.done == replica.given > 0
    assert {timed.reply.generation for timed in replies} == {2}
    assert all("58 canoes" in timed.reply.sentences[0].text for timed in replies)


async def test_an_answerer_that_cannot_be_sent_answers_here(library, embedder, replica):
    library = Library(library.generation, ExtractiveAnswerer(calibrate=lambda value: value / 2))
    async with desk_of(library, embedder) as alone:
        expected = [told(timed) for timed in await asked(alone)]
    async with desk_of(library, embedder, replica) as desk:
        assert [told(timed) for timed in await asked(desk)] == expected
    assert (replica.ready, replica._starts) == (False, 0)


async def test_it_is_given_the_generation_that_is_gone(library, embedder, replica, tmp_path):
    """The folder was deleted meanwhile: what is open here still answers."""
    async with desk_of(library, embedder, replica) as desk:
        expected = [told(timed) for timed in await asked(desk)]
        library.generation.folder.rename(tmp_path / "elsewhere")
        async with asyncio.timeout(60):
            while replica._starts == 0 or replica._starting:
                await asyncio.sleep(0.02)
                await asked(desk)
        assert [told(timed) for timed in await asked(desk)] == expected


PROCESS = "next(iter(replica._pool._processes))"
PARENT = """
import pathlib, sys, time
from bot.replica import Replica
from retrieval.index.home import IndexHome
from retrieval.library import Library

if __name__ == "__main__":
    replica = Replica()
    replica.wake(Library(IndexHome(pathlib.Path(sys.argv[1])).open()))
    while not replica.ready:
        time.sleep(0.02)
    print(next(iter(replica._pool._processes)), flush=True)
    time.sleep(600)
"""


def test_a_parent_killed_while_it_starts_leaves_no_traceback(library, tmp_path):
    script = PARENT.replace("    while not replica.ready:\n        time.sleep(0.02)\n", "")
    (tmp_path / "parent.py").write_text(script.replace(PROCESS, "'started'"))
    command = [sys.executable, str(tmp_path / "parent.py"), str(tmp_path / "data" / "index")]
    known = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for moment in range(6):
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=known
        ) as parent:
            assert parent.stdout.readline() == "started\n"
            time.sleep(moment * 0.02)
            parent.kill()
            assert "Traceback" not in parent.stderr.read()


def test_it_ends_with_a_parent_that_is_killed(library, tmp_path):
    (tmp_path / "parent.py").write_text(PARENT)
    command = [sys.executable, str(tmp_path / "parent.py"), str(tmp_path / "data" / "index")]
    known = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=known
    ) as parent:
        number = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{number}/cmdline").exists() and Path(f"/proc/{number}/cmdline").read_bytes():
        assert time.monotonic() < deadline, "the second process outlived its parent"
        time.sleep(0.02)
