"""What was written is kept for its owner alone, and never without end."""

import stat

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.terminal.history import LONGEST, BoundedHistory


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


async def newest_first(history):
    return [entry async for entry in history.load()]


async def test_it_is_there_the_next_time(tmp_path):
    path = tmp_path / "new" / "history"
    first = BoundedHistory(path)
    for entry in ("Who won?", "two\nlines", "  "):
        first.append_string(entry)
    again = BoundedHistory(path)
    assert again.get_strings() == ["Who won?", "two lines"]
    assert await newest_first(again) == ["two lines", "Who won?"]


def test_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "history"
    path.write_text("old\n")
    path.chmod(0o644)
    BoundedHistory(path).append_string("Who won?")
    assert mode_of(path) == 0o600
    fresh = tmp_path / "fresh"
    BoundedHistory(fresh).append_string("Who won?")
    assert mode_of(fresh) == 0o600


def test_entries_and_file_are_bounded(tmp_path):
    path = tmp_path / "history"
    history = BoundedHistory(path, most=3)
    for n in range(500):
        history.append_string(f"question {n}")
        assert len(path.read_text().splitlines()) <= 3 + 100
    assert history.get_strings() == ["question 497", "question 498", "question 499"]
    assert BoundedHistory(path, most=3).get_strings() == history.get_strings()
    assert mode_of(path) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["history"]
    history.append_string("x" * (LONGEST + 1))
    assert history.get_strings()[-1] == "question 499"


def test_forgetting_deletes_it(tmp_path):
    path = tmp_path / "history"
    history = BoundedHistory(path)
    history.append_string("Who won?")
    history.forget()
    assert not path.exists()
    assert history.get_strings() == []
    history.forget()


def test_without_a_file_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    history = BoundedHistory(None)
    history.append_string("Who won?")
    assert history.get_strings() == ["Who won?"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_the_history_alone(tmp_path):
    (tmp_path / "file").write_text("in the way")
    told = []
    history = BoundedHistory(tmp_path / "file" / "history", warn=told.append)
    history.append_string("one")
    history.append_string("two")
    assert history.get_strings() == ["one", "two"]
    assert len(told) == 1
    assert "can't be kept" in told[0]


@given(st.lists(st.text(max_size=30), max_size=12))
def test_what_is_read_back_is_what_is_at_hand(tmp_path_factory, entries):
    path = tmp_path_factory.mktemp("h") / "history"
    history = BoundedHistory(path, most=5)
    for entry in entries:
        history.append_string(entry)
    assert BoundedHistory(path, most=5).get_strings() == history.get_strings()
