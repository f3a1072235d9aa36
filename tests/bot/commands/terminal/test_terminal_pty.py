"""The real program on a real pseudo-terminal, with the sample articles and the model."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pty", reason="pseudo-terminals are POSIX's")
from tests.support.pseudo_terminal import Terminal

ROOT = Path(__file__).parents[4]
PROGRAM = [sys.executable, "-m", "bot", "--data"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chat") / "d"
    subprocess.run(
        [*PROGRAM, folder, "index", ROOT / "seeds"], check=True, capture_output=True, cwd=ROOT
    )
    return folder


def surroundings(**more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NEWSDESK_", "NO_COLOR"))}
    return {**kept, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **more}


def test_a_question_its_quotation_and_out(data):
    argv = [*PROGRAM, str(data), "chat"]
    with Terminal(argv, surroundings(NO_COLOR="1"), columns=100, rows=40) as terminal:
        terminal.until("›", "Loading the model")
        terminal.type("Who is Lavrov meeting in India?\r")
        terminal.until("Sources", "open")
        terminal.type("1")
        terminal.until("q back", "Paragraph 1 of")
        assert "Subrahmanyam Jaishankar" in terminal.screen.marked("1")
        terminal.type("n")
        terminal.until("Paragraph 2 of")
        terminal.type("q")
        terminal.until("Sources", "/help", gone="q back")
        terminal.type("When did he arrive?\r")
        terminal.until("Understood as: When did Sergei Lavrov arrive")
        terminal.until("/help")
        terminal.type("/quit\r")
        assert terminal.wait() == 0
    assert not {code for code in terminal.screen.seen_codes if code.startswith(("38;", "48;"))}
    kept = data / "chat_history"
    assert kept.stat().st_mode & 0o777 == 0o600
    lines = kept.read_text().splitlines()
    assert lines == ["Who is Lavrov meeting in India?", "When did he arrive?", "/quit"]


def test_leaving_does_not_wait_for_the_model(data):
    argv = [*PROGRAM, str(data), "chat", "--no-history"]
    before = (data / "chat_history").read_text() if (data / "chat_history").exists() else None
    with Terminal(argv, surroundings(), columns=40, rows=24) as terminal:
        terminal.until("›")
        terminal.type("/length short\r")
        terminal.until("Answers are short", "short answers")
        terminal.type("\x03")
        terminal.until("Ctrl-C again leaves")
        terminal.type("\x03")
        assert terminal.wait() == 0
    after = (data / "chat_history").read_text() if (data / "chat_history").exists() else None
    assert before == after


def test_plain_sends_no_control_sequences(data):
    argv = [*PROGRAM, str(data), "chat", "--plain"]
    with Terminal(argv, surroundings(), columns=80, rows=30) as terminal:
        terminal.until("Ask about the articles")
        terminal.type("Who is Lavrov meeting in India?\n/cite 1\n")
        terminal.until("Paragraph 1 of", "**Sergei Lavrov")
        terminal.type("\x04")
        assert terminal.wait() == 0
    assert "\x1b" not in terminal.raw
