"""The process that takes documents apart: its limits, its end, and what comes after."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest

from retrieval.readers.confined import sandbox
from retrieval.readers.confined.extracted import Extracted, Task, Unreadable
from retrieval.readers.confined.sandbox import _Sandbox, _Worker
from tests.support.documents import SENTENCES, page_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HTML = Task("html", None, "2024-06-01")
# Runs in place of the worker and misbehaves on the first document.
HARMFUL = """
import resource, signal, sys
from retrieval.readers.confined import worker
def harm(task, data):
    if data == b"slow":
        signal.setitimer(signal.ITIMER_PROF, 0.2)
        while True: pass
    if data == b"hang":
        signal.pause()
    if data == b"large":
        resource.setrlimit(resource.RLIMIT_AS, (2**29, resource.RLIM_INFINITY))
        return bytearray(2**31)
    if data == b"crash":
        signal.raise_signal(signal.SIGSEGV)
    if data == b"noise":
        print("a library talks to standard output", flush=True)
    if data == b"raise":
        raise LookupError("odd")
    return worker.Extracted((data.decode(),))
worker._extract = harm
worker.main()
"""


@pytest.fixture
def harmful(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Sandbox]:
    """A sandbox whose workers do harm when told to."""
    (tmp_path / "harmful.py").write_text(HARMFUL)
    monkeypatch.setattr(sandbox, "WORKER", str(tmp_path / "harmful.py"))
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 3)
    made = _Sandbox()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"slow", "takes too long"),
        (b"hang", "takes too long"),
        (b"large", "takes too much memory"),
        (b"crash", "brought the program that reads such documents down"),
        (b"raise", "it is damaged (LookupError)"),
    ],
)
def test_harm_is_one_line_and_the_next_document_is_read(
    harmful: _Sandbox, data: bytes, said: str
) -> None:
    outcome = harmful.run(HTML, data)
    assert isinstance(outcome, Unreadable)
    assert said in outcome.problem
    assert harmful.run(HTML, b"next") == Extracted(("next",))


def test_what_a_library_prints_is_no_reply(harmful: _Sandbox) -> None:
    assert harmful.run(HTML, b"noise") == Extracted(("noise",))


def test_documents_that_come_at_once_get_their_own_replies(harmful: _Sandbox) -> None:
    documents = [f"document {n}".encode() for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda data: harmful.run(HTML, data), documents))
    assert outcomes == [Extracted((data.decode(),)) for data in documents]
    workers = [worker._process.pid for worker in harmful._idle]
    assert 1 <= len(workers) <= 2


def test_a_worker_is_used_again_and_ended_in_the_end(harmful: _Sandbox) -> None:
    harmful.run(HTML, b"one")
    (worker,) = harmful._idle
    pid = worker._process.pid
    harmful.run(HTML, b"two")
    assert [idle._process.pid for idle in harmful._idle] == [pid]
    assert psutil.pid_exists(pid)
    harmful.close()
    assert not psutil.pid_exists(pid)


def test_an_old_worker_is_replaced(harmful: _Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    harmful.run(HTML, b"one")
    (worker,) = harmful._idle
    monkeypatch.setattr(sandbox, "MOST_TASKS", 1)
    assert harmful.run(HTML, b"two") == Extracted(("two",))
    assert worker._process.poll() is not None
    assert harmful._idle == []


def test_a_worker_ends_when_its_pipe_is_closed() -> None:
    worker = _Worker()
    assert isinstance(worker.ask(HTML, page_of().encode()), Extracted)
    process = worker._process
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(20) == 0
    worker.end()


def test_a_process_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox.sys, "executable", "/nowhere/python")
    outcome = _Sandbox().run(HTML, b"x")
    assert isinstance(outcome, Unreadable)
    assert "can't be started (No such file or directory)" in outcome.problem


def test_the_real_worker_reads_a_page_from_any_folder_and_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "retrieval.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    made = _Sandbox()
    outcomes: list[object] = []
    thread = threading.Thread(target=lambda: outcomes.append(made.run(HTML, page_of().encode())))
    thread.start()
    thread.join()
    made.close()
    (outcome,) = outcomes
    assert isinstance(outcome, Extracted)
    assert list(SENTENCES) == list(outcome.paragraphs)[-4:]


def test_the_worker_knows_none_of_the_settings(
    harmful: _Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_TOKEN", "123:secret")
    monkeypatch.setenv("OTHER", "known")
    harmful.run(HTML, b"one")
    (worker,) = harmful._idle
    environment = psutil.Process(worker._process.pid).environ()
    assert "NEWSDESK_TOKEN" not in environment
    assert environment["OTHER"] == "known"
