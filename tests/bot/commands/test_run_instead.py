"""What `newsdesk run` does where there is no token."""

import os
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.commands.run import _is_asked


@contextmanager
def stdin(monkeypatch, file):
    with open(file, encoding="utf-8", closefd=True) as stream:  # noqa: PTH123 - a descriptor too
        monkeypatch.setattr("sys.stdin", stream)
        yield stream


@pytest.mark.parametrize("line", ["Who won?\n", "x"])
def test_a_question_through_a_pipe_is_seen_and_not_read(monkeypatch, line):
    reader, writer = os.pipe()
    os.write(writer, line.encode())
    os.close(writer)
    with stdin(monkeypatch, reader) as stream:
        assert _is_asked(stream.fileno())
        assert stream.read() == line


def test_a_pipe_that_ended_or_stays_silent_asks_nothing(monkeypatch):
    reader, writer = os.pipe()
    with stdin(monkeypatch, reader) as stream:
        assert not _is_asked(stream.fileno())
        os.close(writer)
        assert not _is_asked(stream.fileno())


def test_a_file_asks_and_nothing_at_all_does_not(monkeypatch, tmp_path):
    (tmp_path / "questions").write_text("Who won?\n")
    with stdin(monkeypatch, tmp_path / "questions") as stream:
        assert _is_asked(stream.fileno())
    with stdin(monkeypatch, os.devnull) as stream:
        assert not _is_asked(stream.fileno())


def test_a_terminal_is_a_person(monkeypatch):
    master, slave = os.openpty()
    os.write(master, b"typed ahead\n")
    with stdin(monkeypatch, slave) as stream:
        assert not _is_asked(stream.fileno())
    os.close(master)


def test_without_a_token_the_help_names_the_playground(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSDESK_TELEGRAM_TOKEN", raising=False)
    outcome = CliRunner().invoke(cli, ["run"])
    assert "newsdesk playground" in str(outcome.exception)
