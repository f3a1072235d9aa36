"""The index's home: the swap, what is kept, and who may change it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import IndexBusyError, NoRollbackError
from tests.support.articles import make_article
from tests.support.indexes import sync_fake

if TYPE_CHECKING:
    from datetime import datetime

    from retrieval.index.home import IndexHome

HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from retrieval.index.home import IndexHome
with IndexHome(Path(sys.argv[1])).lock(now=datetime(2026, 3, 14, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


def grow(home: IndexHome, count: int) -> None:
    for n in range(count):
        sync_fake(home, [make_article(f"article {n}", f"Text number {n}.")])


def test_nothing_is_current_at_first(home: IndexHome) -> None:
    assert home.current() is None
    assert home.numbers() == []


def test_a_swap_names_the_current_generation(home: IndexHome) -> None:
    grow(home, 2)
    assert home.current() == 2
    home.swap(1)
    assert home.current() == 1
    assert home.open().number == 1
    assert sorted(p.name for p in home.path.iterdir() if p.suffix == ".new") == []


def test_a_rollback_returns_to_the_last_good_generation(home: IndexHome, now: datetime) -> None:
    grow(home, 2)
    assert home.rollback(now=now).number == 1
    assert home.open().number == 1
    with pytest.raises(NoRollbackError, match="no good generation before 1"):
        home.rollback(now=now)
    assert home.current() == 1


def test_a_rollback_waits_for_nobody(home: IndexHome, now: datetime) -> None:
    grow(home, 2)
    with home.lock(now=now), pytest.raises(IndexBusyError):
        home.rollback(now=now)
    assert home.current() == 2


def test_two_generations_are_kept(home: IndexHome) -> None:
    grow(home, 4)
    assert home.numbers() == [3, 4]
    assert sorted(p.name for p in home.generations.iterdir()) == ["000003", "000004"]


def test_pruning_removes_leftovers_and_all_but_what_is_kept(home: IndexHome) -> None:
    grow(home, 3)
    (home.generations / "000009.new").mkdir()
    (home.generations / "000009.new" / "articles.jsonl").write_text("{", encoding="utf-8")
    home.swap(2)
    home.prune(keep={2})
    assert home.numbers() == [2]
    assert [p.name for p in home.generations.iterdir()] == ["000002"]


def test_pruning_nothing_is_no_error(home: IndexHome) -> None:
    home.path.mkdir(parents=True)
    home.prune(keep={2})


def test_numbers_go_on_after_leftovers(home: IndexHome) -> None:
    grow(home, 1)
    (home.generations / "000002.new").mkdir()
    (home.generations / "000002.new" / "dense.faiss").write_bytes(b"half")
    grow(home, 2)
    assert home.current() == 2
    assert home.open().manifest.articles == 2


def test_the_home_is_free_again_after_the_lock(home: IndexHome, now: datetime) -> None:
    with home.lock(now=now):
        assert (home.path / "HOLDER").exists()
    assert not (home.path / "HOLDER").exists()
    with pytest.raises(ZeroDivisionError), home.lock(now=now):
        raise ZeroDivisionError
    assert not (home.path / "HOLDER").exists()
    with home.lock(now=now):
        pass


def test_a_second_holder_is_told_who_has_it(home: IndexHome, now: datetime) -> None:
    with home.lock(now=now), pytest.raises(IndexBusyError) as caught, home.lock(now=now):
        pass
    assert f"process {os.getpid()} since 2026-03-14T09:30:00" in str(caught.value)


def test_a_sync_beside_a_sync_is_refused_and_changes_nothing(
    home: IndexHome, now: datetime
) -> None:
    grow(home, 1)
    with home.lock(now=now), pytest.raises(IndexBusyError):
        sync_fake(home, [make_article("other", "Other text.")])
    assert home.current() == 1


def test_another_process_s_lock_holds_here(home: IndexHome, now: datetime) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(IndexBusyError, match=f"process {other.pid} "), home.lock(now=now):
            pass
        other.kill()  # a process that dies gives the lock back
        other.wait()
    with home.lock(now=now):
        pass


def test_a_holder_that_can_not_be_read_is_another_process(home: IndexHome, now: datetime) -> None:
    with home.lock(now=now):
        (home.path / "HOLDER").write_text("{", encoding="utf-8")
        with pytest.raises(IndexBusyError, match="another process"), home.lock(now=now):
            pass
