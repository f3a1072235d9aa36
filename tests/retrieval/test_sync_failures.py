"""Syncs that fail: what was current stays so, and work that is done is not done twice."""

from __future__ import annotations

import errno
import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from retrieval.errors import EmbeddingError, IndexWriteError
from retrieval.index.home import IndexHome
from retrieval.index.sync import Progress, sync
from tests.support.articles import make_article
from tests.support.embedders import FakeEmbedder
from tests.support.indexes import options, rows, stored_articles, sums, sync_fake

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.types import Article

OLD = [make_article("old", "The ferry left at noon.\nNobody was hurt.")]
NEW = [make_article("new", "A storm came from the west.", title="Storm")]


def many(count: int) -> list[Article]:
    return [make_article(f"article {n}", f"Text number {n} of many.") for n in range(count)]


@pytest.fixture
def indexed(home: IndexHome) -> IndexHome:
    sync_fake(home, OLD)
    return home


@pytest.mark.parametrize("error", [KeyboardInterrupt(), EmbeddingError("no"), MemoryError()])
def test_a_failure_while_embedding_keeps_what_was_there_and_what_was_done(
    indexed: IndexHome, error: BaseException
) -> None:
    articles = many(1300)
    before = sums(indexed.generations)
    failing = FakeEmbedder(fail_at=1100, error=error)
    with pytest.raises(type(error)):
        sync_fake(indexed, articles, embedder=failing)
    assert sums(indexed.generations) == before
    assert indexed.current() == 1
    assert len(failing.embedded) == 1024

    going_on = FakeEmbedder()
    result = sync_fake(indexed, articles, embedder=going_on)
    assert set(going_on.embedded) | set(failing.embedded) == {a.text for a in articles}
    assert len(going_on.embedded) == result.embedded == 1300 - 1024
    assert result.reused == 1024
    assert not indexed.spool.exists()
    generation = indexed.open()
    questions = FakeEmbedder().embed_questions([a.text for a in articles])
    for n in range(0, 1300, 100):
        row, cosines = generation.dense.search(questions[n], limit=1)
        assert generation.passage(int(row[0])).text == articles[n].text
        assert cosines[0] == pytest.approx(1.0, abs=1e-3)


def test_a_spool_cut_off_before_its_first_vectors_is_no_obstacle(indexed: IndexHome) -> None:
    with pytest.raises(KeyboardInterrupt):
        sync_fake(indexed, NEW, embedder=FakeEmbedder(fail_at=0))
    assert sync_fake(indexed, NEW).embedded == 1


def test_another_model_s_spool_is_not_used(home: IndexHome) -> None:
    articles = many(600)
    with pytest.raises(KeyboardInterrupt):
        sync_fake(home, articles, embedder=FakeEmbedder(dimension=24, fail_at=512))
    result = sync_fake(home, articles)
    assert (result.embedded, result.reused) == (600, 0)


def test_a_failure_before_the_first_generation_leaves_nothing_to_ask(home: IndexHome) -> None:
    with pytest.raises(KeyboardInterrupt):
        sync_fake(home, NEW, embedder=FakeEmbedder(fail_at=0))
    assert home.current() is None
    assert home.numbers() == []
    assert sync_fake(home, NEW).generation == 1


def test_a_model_that_can_not_be_loaded_changes_nothing(indexed: IndexHome) -> None:
    def fail() -> FakeEmbedder:
        raise EmbeddingError("no such model")

    before = sums(indexed.path)
    with pytest.raises(EmbeddingError):
        sync(indexed, NEW, options(), load_embedder=fail)
    assert sums(indexed.path) == before


def no_space(*_args: Any, **_kwargs: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def refuse(path_part: str, method: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Return a fault: the disk refuses `Path.method` where the path has `path_part` in it."""

    def install(monkeypatch: pytest.MonkeyPatch) -> None:
        real = getattr(Path, method)

        def call(self: Path, *args: Any, **kwargs: Any) -> Any:
            if path_part in str(self) and (method != "open" or args[:1] != ("rb",)):
                no_space()
            return real(self, *args, **kwargs)

        monkeypatch.setattr(Path, method, call)

    return install


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "spool": refuse("vectors.spool", "open"),
    "folder": refuse(".new", "mkdir"),
    "article lines": refuse("articles.jsonl", "open"),
    "tables": lambda monkeypatch: monkeypatch.setattr(np, "save", no_space),
    "word index": refuse("lexical", "mkdir"),
    "manifest": refuse("manifest.json", "write_text"),
    "sync to disk": lambda monkeypatch: monkeypatch.setattr(os, "fsync", no_space),
    "rename": refuse("000002.new", "rename"),
    "pointer": refuse("CURRENT.new", "open"),
    "swap": refuse("CURRENT.new", "replace"),
    "holder": refuse("HOLDER", "write_text"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_full_disk_leaves_the_old_generation(
    indexed: IndexHome, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    before, files = rows(indexed.open()), sums(indexed.folder(1))
    with monkeypatch.context() as patch:
        FAULTS[fault](patch)
        with pytest.raises(IndexWriteError, match="No space left on device") as caught:
            sync_fake(indexed, NEW)
    message = str(caught.value)
    assert str(indexed.path) in message
    assert "\n" not in message
    del caught
    gc.collect()  # a file that was left open is told now, not in another test
    assert indexed.current() == 1
    assert rows(indexed.open()) == before
    assert sums(indexed.folder(1)) == files
    assert not list(indexed.generations.glob("*.new"))
    result = sync_fake(indexed, NEW)
    assert result.articles == 2
    assert set(stored_articles(indexed.open())) == {OLD[0].id, NEW[0].id}


@pytest.mark.parametrize("stage", ["read", "load", "split", "embed", "write", "verify"])
def test_an_interruption_at_any_stage_leaves_the_old_generation(
    indexed: IndexHome, stage: str
) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.stage == stage:
            raise KeyboardInterrupt

    files = sums(indexed.folder(1))
    with pytest.raises(KeyboardInterrupt):
        sync(indexed, NEW, options(), load_embedder=FakeEmbedder, on_progress=interrupt)
    assert indexed.current() == 1
    assert sums(indexed.folder(1)) == files
    assert sorted(p.name for p in indexed.generations.iterdir()) == ["000001"]
    assert sync_fake(indexed, NEW).articles == 2


def test_a_folder_that_can_not_be_made_is_a_write_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(IndexWriteError, match="can't write the index"):
        sync_fake(IndexHome(tmp_path / "file" / "index"), NEW)


def test_the_next_generation_leaves_the_files_of_the_last_alone(indexed: IndexHome) -> None:
    before = sums(indexed.folder(1))
    sync_fake(indexed, [make_article("old", "The ferry left at one.\nNobody was hurt."), *NEW])
    assert sums(indexed.folder(1)) == before
