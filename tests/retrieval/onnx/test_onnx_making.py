"""Graphs are made whole and compared with the model, or there is none; damage is found."""

from __future__ import annotations

import json
import shutil
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval.embedding import load_model, unit_rows
from retrieval.onnx import export, making
from retrieval.onnx.layout import (
    GRAPH,
    RECORD,
    TOKENIZER,
    UnusableModelError,
    folder_of,
    read_record,
)
from retrieval.onnx.making import make_model
from retrieval.onnx.model import open_model
from retrieval.precision import fixed
from tests.support.models import small_model

TEXTS = ["Who won?", "", "Rain fell on the harbour. " * 9, "Кто победил?", "  A FERRY "]


def unlike(model: Any, found: Any) -> float:
    """Return how far the vectors are from those of the model itself, texts one at a time."""
    expected = np.concatenate([model.encode([text]) for text in TEXTS])
    return float(np.abs(found.embed(TEXTS) - unit_rows(expected)).max())


@pytest.mark.parametrize(
    "kind", [{}, {"pooling": "cls"}, {"pooling": "max"}, {"dense": True}], ids=str
)
def test_a_graph_is_the_model(tmp_path: Path, kind: dict[str, Any]) -> None:
    name = small_model(tmp_path / "model", **kind)
    make_model(tmp_path / "models", name)
    opened = open_model(tmp_path / "models", name, fixed("float32"))
    assert unlike(load_model(name), opened) < 1e-5
    assert opened.record.max_tokens == 24
    assert opened.record.dimension == (8 if kind.get("dense") else 16)
    assert opened.record.modules[:2] == ("Transformer", "Pooling")
    assert not list((tmp_path / "models").glob("*.new"))


def test_making_warns_of_nothing_and_leaves_torch_as_it_was(tmp_path: Path, small: str) -> None:
    from torch.onnx._internal.torchscript_exporter import onnx_proto_utils

    before = onnx_proto_utils._add_onnxscript_fn
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        make_model(tmp_path, small)
    assert [str(one.message) for one in told] == []
    assert onnx_proto_utils._add_onnxscript_fn is before


def cut(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def turn(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("file", "harm"),
    [
        *((GRAPH, harm) for harm in (cut, turn, Path.unlink)),
        *((TOKENIZER, harm) for harm in (cut, turn, Path.unlink)),
        *((RECORD, harm) for harm in (cut, Path.unlink)),
    ],
)
def test_a_damaged_graph_is_found_and_made_anew(
    tmp_path: Path, small: str, file: str, harm: Any
) -> None:
    make_model(tmp_path, small)
    harm(folder_of(tmp_path, small) / file)
    with pytest.raises(UnusableModelError):
        open_model(tmp_path, small, fixed("float32"))
    make_model(tmp_path, small)
    assert unlike(load_model(small), open_model(tmp_path, small, fixed("float32"))) < 1e-5


def test_a_graph_of_another_model_is_not_used(tmp_path: Path, small: str) -> None:
    other = small_model(tmp_path / "other", seed=1)
    make_model(tmp_path, other)
    shutil.copytree(folder_of(tmp_path, other), folder_of(tmp_path, small))
    with pytest.raises(UnusableModelError, match="changed"):
        open_model(tmp_path, small, fixed("float32"))


def test_a_graph_that_is_whole_and_no_graph_is_not_used(tmp_path: Path, small: str) -> None:
    make_model(tmp_path, small)
    folder = folder_of(tmp_path, small)
    (folder / GRAPH).write_bytes(b"no graph" * 99)
    record = json.loads((folder / RECORD).read_text())
    record["sums"][GRAPH] = export.checksum(folder / GRAPH)
    (folder / RECORD).write_text(json.dumps(record))
    with pytest.raises(UnusableModelError, match="OpenVINO can't use"):
        open_model(tmp_path, small, fixed("float32"))


def test_an_exchanged_model_gets_a_graph_of_its_own(tmp_path: Path, own: str) -> None:
    make_model(tmp_path / "models", own)
    shutil.rmtree(own)
    small_model(Path(own), seed=2)
    with pytest.raises(UnusableModelError, match="changed"):
        open_model(tmp_path / "models", own, fixed("float32"))
    make_model(tmp_path / "models", own)
    assert unlike(load_model(own), open_model(tmp_path / "models", own, fixed("float32"))) < 1e-5


def test_vectors_that_would_differ_are_not_kept_and_it_is_tried_once(
    tmp_path: Path, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Path(own) / "config_sentence_transformers.json"
    known = json.loads(settings.read_text())
    # sentence-transformers then puts words in front of every text, which a graph doesn't.
    known |= {"prompts": {"q": "the question is: "}, "default_prompt_name": "q"}
    settings.write_text(json.dumps(known))
    with pytest.raises(UnusableModelError, match="vectors would differ"):
        make_model(tmp_path / "models", own)
    folder = folder_of(tmp_path / "models", own)
    assert [file.name for file in folder.iterdir()] == [RECORD]
    assert "would differ" in read_record(folder).refused

    def never(_name: str) -> Any:
        raise AssertionError("it was loaded again")

    monkeypatch.setattr(making, "load_model", never)
    with pytest.raises(UnusableModelError, match="vectors would differ"):
        make_model(tmp_path / "models", own)
    monkeypatch.setattr(making, "_PACKAGES", ("torch",))  # as if other versions were installed
    with pytest.raises(AssertionError, match="loaded again"):
        make_model(tmp_path / "models", own)


def test_a_model_with_parts_of_its_own_has_none(
    tmp_path: Path, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    class Scale(torch.nn.Module):
        def forward(self, features: dict[str, Any]) -> dict[str, Any]:
            return features

    model = load_model(small)
    model.append(Scale())
    monkeypatch.setattr(making, "load_model", lambda _name: model)
    with pytest.raises(UnusableModelError, match="part of its own, Scale"):
        make_model(tmp_path, small)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda model: setattr(model.tokenizer, "padding_side", "left"), "tokenizer"),
        (lambda model: setattr(model.tokenizer, "pad_token", None), "padding"),
    ],
)
def test_a_tokenizer_of_another_kind_has_none(
    tmp_path: Path, small: str, monkeypatch: pytest.MonkeyPatch, change: Any, reason: str
) -> None:
    model = load_model(small)
    change(model)
    monkeypatch.setattr(making, "load_model", lambda _name: model)
    with pytest.raises(UnusableModelError, match=reason):
        make_model(tmp_path, small)


def test_a_model_that_is_too_large_has_none(
    tmp_path: Path, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_MOST", 1000)
    with pytest.raises(UnusableModelError, match="too large"):
        make_model(tmp_path, small)


def test_a_folder_that_can_t_be_written_is_no_obstacle(tmp_path: Path, small: str) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(UnusableModelError, match="can't be written"):
        make_model(tmp_path / "models", small)


def test_what_a_killed_program_left_is_cleared_away(tmp_path: Path, small: str) -> None:
    folder = folder_of(tmp_path, small)
    left = folder.with_name(f"{folder.name}.new")
    left.mkdir()
    (left / GRAPH).write_bytes(b"half")
    make_model(tmp_path, small)
    open_model(tmp_path, small, fixed("float32"))
    assert not left.exists()


def test_two_at_once_make_one(tmp_path: Path, small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []

    def load(name: str) -> Any:
        loaded.append(name)
        return load_model(name)

    monkeypatch.setattr(making, "load_model", load)
    with ThreadPoolExecutor(2) as pool:
        for made in pool.map(lambda _n: make_model(tmp_path, small), range(2)):
            assert made.embed(["Rain"]).shape == (1, 16)
    assert loaded == [small]
