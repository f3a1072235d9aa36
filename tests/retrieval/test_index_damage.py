"""Damage to a generation: never served, always named, and the one before it steps in."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import DamagedIndexError, NothingIndexedError
from retrieval.index.generation import Generation
from retrieval.index.home import IndexHome
from tests.support.articles import make_article
from tests.support.indexes import rows, sync_fake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST = [make_article("a", "The ferry left.\nNobody was hurt."), make_article("b", "Rain fell.")]
SECOND = [make_article("c", "The council met on Friday to vote.", title="Council")]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> IndexHome:
    home = IndexHome(tmp_path_factory.mktemp("data") / "index")
    sync_fake(home, FIRST)
    sync_fake(home, SECOND)
    return home


@pytest.fixture
def damaged(pristine: IndexHome, tmp_path: Path) -> IndexHome:
    shutil.copytree(pristine.path, tmp_path / "index")
    return IndexHome(tmp_path / "index")


def flip_first(path: Path) -> None:
    flip(path, 0)


def flip_middle(path: Path) -> None:
    flip(path, path.stat().st_size // 2)


def flip_last(path: Path) -> None:
    flip(path, path.stat().st_size - 1)


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def delete(path: Path) -> None:
    path.unlink()


DAMAGE = [flip_first, flip_middle, flip_last, cut, empty, lengthen, delete]


def files(home: IndexHome, number: int) -> list[Path]:
    """Return a generation's files, but for locks and files without a byte to damage."""
    found = sorted(home.folder(number).rglob("*"))
    return [p for p in found if p.is_file() and p.suffix != ".lock" and p.stat().st_size]


@pytest.mark.parametrize("hurt", DAMAGE)
def test_every_file_s_damage_is_noticed_and_survived(
    pristine: IndexHome, damaged: IndexHome, hurt: Callable[[Path], None]
) -> None:
    good = rows(pristine.open())
    before = rows(Generation(pristine.folder(1)))
    assert len(files(damaged, 2)) >= 10
    for path in files(damaged, 2):
        if path.name == "manifest.json":
            continue
        content = path.read_bytes()
        hurt(path)
        with pytest.raises(DamagedIndexError) as caught:
            Generation(damaged.folder(2))
        assert path.name in str(caught.value)
        warnings: list[str] = []
        fallback = damaged.open(warn=warnings.append)
        assert fallback.number == 1
        assert rows(fallback) == before
        assert len(warnings) == 1
        assert path.name in warnings[0]
        path.write_bytes(content)
    assert rows(damaged.open()) == good


def test_noticing_damage_leaves_no_thread_behind(damaged: IndexHome) -> None:
    flip_first(files(damaged, 2)[0])
    with pytest.raises(DamagedIndexError) as caught:
        Generation(damaged.folder(2))
    assert caught.tb is not None  # whatever the error holds on to is still held
    assert not [one for one in threading.enumerate() if one.name.startswith("checksum")]


@pytest.mark.parametrize("hurt", [flip_first, cut, empty, delete])
def test_a_manifest_that_can_not_be_read_is_damage(
    damaged: IndexHome, hurt: Callable[[Path], None]
) -> None:
    path = damaged.folder(2) / "manifest.json"
    if hurt is cut:  # the last byte is a line break that JSON can do without
        hurt(path)
    hurt(path)
    with pytest.raises(DamagedIndexError, match=r"manifest\.json"):
        Generation(damaged.folder(2))
    assert damaged.open().number == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"number": 2', '"number": 3'),
        ('"model": "fake"', '"model": "fbke"'),
        ('"limit": 16', '"limit": 17'),
        ('"news"', '"mews"'),
        ("2026-03-14", "2026-03-15"),
        ('"dimension": 16', '"dimension": 17'),
        ('"articles": 3', '"articles": 2'),
    ],
)
def test_a_manifest_that_was_altered_is_damage(damaged: IndexHome, old: str, new: str) -> None:
    path = damaged.folder(2) / "manifest.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DamagedIndexError):
        Generation(damaged.folder(2))


def test_damage_of_both_generations_is_an_error_that_names_the_current_one(
    damaged: IndexHome,
) -> None:
    for number in (1, 2):
        (damaged.folder(number) / "dense.faiss").unlink()
    warnings: list[str] = []
    with pytest.raises(DamagedIndexError, match=r"000002/dense\.faiss"):
        damaged.open(warn=warnings.append)
    assert len(warnings) == 2


def test_a_generation_that_is_gone_is_told_and_survived(damaged: IndexHome) -> None:
    shutil.rmtree(damaged.folder(2))
    warnings: list[str] = []
    assert damaged.open(warn=warnings.append).number == 1
    assert len(warnings) == 1


@pytest.mark.parametrize("content", [b"", b"two", b"\xff", b"-1", b"000002 000001"])
def test_a_damaged_pointer_opens_the_newest_generation(damaged: IndexHome, content: bytes) -> None:
    (damaged.path / "CURRENT").write_bytes(content)
    with pytest.raises(DamagedIndexError, match="CURRENT"):
        damaged.current()
    warnings: list[str] = []
    assert damaged.open(warn=warnings.append).number == 2
    assert len(warnings) == 1
    assert "CURRENT" in warnings[0]


def test_a_damaged_pointer_is_written_anew_as_its_message_says(damaged: IndexHome) -> None:
    (damaged.path / "CURRENT").write_bytes(b"two")
    with pytest.raises(DamagedIndexError, match="next `newsdesk index` writes it anew"):
        damaged.current()
    sync_fake(damaged, SECOND)
    assert damaged.current() == damaged.open().number


def test_a_generation_that_never_became_current_is_not_opened(damaged: IndexHome) -> None:
    damaged.swap(1)
    assert damaged.open().number == 1


def test_a_sync_goes_on_from_the_last_good_generation(damaged: IndexHome) -> None:
    flip_middle(damaged.folder(2) / "passages.npy")
    warnings: list[str] = []
    result = sync_fake(damaged, SECOND, warn=warnings.append)
    assert len(warnings) == 1
    assert (result.generation, result.articles, len(result.added)) == (3, 3, 1)
    assert damaged.open().number == 3


def test_the_last_good_generation_is_kept_beside_the_new_one(damaged: IndexHome) -> None:
    flip_middle(damaged.folder(2) / "passages.npy")
    sync_fake(damaged, SECOND)
    flip_middle(damaged.folder(3) / "passages.npy")
    assert damaged.open().number == 1


def test_nothing_at_all_is_not_damage(tmp_path: Path) -> None:
    with pytest.raises(NothingIndexedError, match="newsdesk index"):
        IndexHome(tmp_path / "index").open()


def test_a_pointer_without_generations_is_damage(damaged: IndexHome) -> None:
    shutil.rmtree(damaged.generations)
    with pytest.raises(DamagedIndexError, match="missing"):
        damaged.open()
