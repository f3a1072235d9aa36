"""Which model a graph belongs to: by its name and by its files as they are."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from retrieval.embedding import BUNDLED_MODEL
from retrieval.onnx.layout import (
    RECORD,
    Record,
    UnusableModelError,
    fingerprint,
    folder_of,
    read_record,
    write_record,
)
from tests.support.models import BUNDLED

if TYPE_CHECKING:
    from pathlib import Path

RECORDED = Record("a/b", "f00d", {"torch": "2"}, 384, 256, ("Pooling",), 17, {"x": "1"}, "")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "1_Pooling" / "config.json").write_text("{}")
    return folder


def test_a_record_comes_back(tmp_path: Path) -> None:
    write_record(tmp_path, RECORDED)
    assert read_record(tmp_path) == RECORDED


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", "null", '{"format": 1}', '{"format": 0}', '{"format": 1, "x": 2}']
)
def test_anything_else_is_no_record(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_text(text)
    with pytest.raises(UnusableModelError):
        read_record(tmp_path)


def test_models_have_folders_of_their_own(tmp_path: Path) -> None:
    names = ["a/b", "c/b", "/srv/models/b", "b", "b.c", "b c", "ä/..", "x" * 300]
    folders = [folder_of(tmp_path, name) for name in names]
    assert len(set(folders)) == len(names)
    assert {folder.parent for folder in folders} == {tmp_path}
    for folder in folders:
        folder.mkdir()


def test_a_fingerprint_is_the_files(model: Path) -> None:
    before = fingerprint(str(model))
    assert fingerprint(str(model)) == before
    weights = model / "1_Pooling" / "config.json"
    about = weights.stat()
    os.utime(weights, ns=(about.st_atime_ns, about.st_mtime_ns + 1))
    later = fingerprint(str(model))
    weights.write_text("{ }")
    os.utime(weights, ns=(about.st_atime_ns, about.st_mtime_ns))
    longer = fingerprint(str(model))
    weights.rename(model / "1_Pooling" / "other.json")
    assert len({before, later, longer, fingerprint(str(model))}) == 4


def test_the_bundled_model_goes_by_its_name() -> None:
    assert fingerprint(BUNDLED_MODEL) == fingerprint(str(BUNDLED))


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-model", "/no/such/place", ""])
def test_a_model_that_is_not_here_has_none(name: str) -> None:
    with pytest.raises(UnusableModelError):
        fingerprint(name)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("news/tiny", "models--news--tiny"),
        ("tiny", "models--sentence-transformers--tiny"),
    ],
)
def test_a_model_of_the_hub_is_its_copy_here(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch, name: str, folder: str
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    for revision in ("aaaa", "bbbb"):
        shutil.copytree(model, tmp_path / folder / "snapshots" / revision)
    reference = tmp_path / folder / "refs" / "main"
    reference.parent.mkdir()
    reference.write_text("aaaa")
    first = fingerprint(name)
    assert first == fingerprint(str(tmp_path / folder / "snapshots" / "aaaa"))
    reference.write_text("bbbb")
    assert fingerprint(name) != first
