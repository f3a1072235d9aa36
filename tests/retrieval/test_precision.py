"""The choice of number format: measured once, remembered, and never in the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from retrieval import precision

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.embedding import SentenceTransformerEmbedder

MODEL = object()  # nothing can be measured with it


@pytest.fixture
def measurements(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Stand in for the measurement; return the models it was asked to measure."""
    asked: list[Any] = []

    def measure(model: Any) -> dict[str, Any]:
        asked.append(model)
        return {"precision": "bfloat16", "cosine": 0.9999, "texts_per_second": {}}

    monkeypatch.setattr(precision, "measure", measure)
    return asked


def test_a_fixed_choice_looks_at_no_model() -> None:
    assert precision.fixed("bfloat16")(MODEL) == "bfloat16"
    assert precision.fixed("float32")(MODEL) == "float32"


def test_the_choice_is_measured_once_and_remembered(
    tmp_path: Path, measurements: list[Any]
) -> None:
    memory = tmp_path / "cache" / "precision.json"
    assert precision.measured(memory)(MODEL) == "bfloat16"
    assert precision.measured(memory)(MODEL) == "bfloat16"
    assert measurements == [MODEL]


def test_without_a_memory_it_is_measured_every_time(measurements: list[Any]) -> None:
    choose = precision.measured(None)
    assert [choose(MODEL), choose(MODEL)] == ["bfloat16", "bfloat16"]
    assert len(measurements) == 2


@pytest.mark.parametrize("part", ["processor", "capability", "torch"])
def test_another_machine_s_memory_is_ignored_and_replaced(
    tmp_path: Path, measurements: list[Any], part: str
) -> None:
    memory = tmp_path / "precision.json"
    precision.measured(memory)(MODEL)
    record = json.loads(memory.read_text(encoding="utf-8"))
    record["machine"][part] += " of another make"
    record["precision"] = "float32"
    memory.write_text(json.dumps(record), encoding="utf-8")
    assert precision.measured(memory)(MODEL) == "bfloat16"
    assert precision.measured(memory)(MODEL) == "bfloat16"
    assert len(measurements) == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b'{"machine": {}}'])
def test_a_memory_that_can_not_be_read_is_none(
    tmp_path: Path, measurements: list[Any], content: bytes
) -> None:
    memory = tmp_path / "precision.json"
    memory.write_bytes(content)
    assert precision.measured(memory)(MODEL) == "bfloat16"
    assert len(measurements) == 1


def test_a_format_that_is_none_is_not_believed(tmp_path: Path, measurements: list[Any]) -> None:
    memory = tmp_path / "precision.json"
    precision.measured(memory)(MODEL)
    text = memory.read_text(encoding="utf-8")
    assert '"bfloat16"' in text
    memory.write_text(text.replace('"bfloat16"', '"int8"'), encoding="utf-8")
    assert precision.measured(memory)(MODEL) == "bfloat16"
    assert len(measurements) == 2


def test_a_memory_that_can_not_be_written_does_no_harm(
    tmp_path: Path, measurements: list[Any]
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for memory in (tmp_path / "file" / "precision.json", tmp_path):
        assert precision.measured(memory)(MODEL) == "bfloat16"
    assert len(measurements) == 2


def test_measuring_the_real_model(
    embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "_SAMPLE", ["Rain fell all night."] * 4)
    before = embedder.embed_passages(["Rain fell all night."])
    report = precision.measure(embedder._model)
    assert report["precision"] in ("float32", "bfloat16")
    assert report["cosine"] >= 0.999
    assert set(report["texts_per_second"]) == {"float32", "bfloat16"}
    gain = report["texts_per_second"]["bfloat16"] / report["texts_per_second"]["float32"]
    assert (report["precision"] == "bfloat16") == (gain >= 1.15) or abs(gain - 1.15) < 0.01
    assert (embedder.embed_passages(["Rain fell all night."]) == before).all()
