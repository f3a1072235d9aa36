"""The choice of number format: measured once, remembered, and never in the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from retrieval import precision
from retrieval.embedding import TorchRuntime

if TYPE_CHECKING:
    from pathlib import Path
    from typing import NoReturn

    from retrieval.embedding import SentenceTransformerEmbedder
    from retrieval.precision import Precision


class Offered:
    """A runtime that nothing can be measured with."""

    def __init__(self, *offers: Precision, name: str = "a runtime 1.0") -> None:
        self.name = name
        self.offers = offers

    def open(self, chosen: Precision, /) -> NoReturn:
        raise AssertionError(f"{chosen} was opened")


RUNTIME = Offered("float32", "bfloat16")


@pytest.fixture
def measurements(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Stand in for the measurement; return the runtimes it was asked to measure."""
    asked: list[Any] = []

    def measure(runtime: Any) -> dict[str, Any]:
        asked.append(runtime)
        return {"precision": "bfloat16", "cosine": {}, "texts_per_second": {}}

    monkeypatch.setattr(precision, "measure", measure)
    return asked


def test_a_fixed_choice_opens_nothing() -> None:
    every = Offered("float32", "bfloat16", "int8")
    for name in every.offers:
        assert precision.fixed(name)(every) == name


def test_a_fixed_choice_that_is_not_offered_gives_the_next_finer() -> None:
    assert precision.fixed("int8")(Offered("float32", "bfloat16")) == "bfloat16"
    assert precision.fixed("int8")(Offered("float32")) == "float32"
    assert precision.fixed("bfloat16")(Offered("float32", "int8")) == "float32"


@pytest.mark.parametrize(
    ("rates", "cosines", "chosen"),
    [
        ((30, 60, 100), (1, 0.9999, 0.998), "int8"),
        ((30, 60, 65), (1, 0.9999, 0.998), "bfloat16"),  # not worth more rounding
        ((30, 60, 100), (1, 0.9999, 0.98), "bfloat16"),  # int8 is too far off
        ((30, 60, 100), (1, 0.99, 0.998), "int8"),  # only bfloat16 is too far off
        ((30, 20, 34), (1, 0.9999, 0.998), "int8"),
        ((30, 20, 32), (1, 0.9999, 0.998), "float32"),
        ((30, 31, 10), (1, 0.9999, 0.998), "float32"),
    ],
)
def test_the_fastest_format_that_agrees_and_is_worth_it(
    rates: tuple[float, ...], cosines: tuple[float, ...], chosen: str
) -> None:
    names: tuple[Precision, ...] = ("float32", "bfloat16", "int8")
    found = precision.fastest(
        dict(zip(names, rates, strict=True)), dict(zip(names, cosines, strict=True))
    )
    assert found == chosen


def test_the_choice_is_measured_once_and_remembered(
    tmp_path: Path, measurements: list[Any]
) -> None:
    memory = tmp_path / "cache" / "precision.json"
    assert precision.measured(memory)(RUNTIME) == "bfloat16"
    assert precision.measured(memory)(RUNTIME) == "bfloat16"
    assert measurements == [RUNTIME]


def test_without_a_memory_it_is_measured_every_time(measurements: list[Any]) -> None:
    choose = precision.measured(None)
    assert [choose(RUNTIME), choose(RUNTIME)] == ["bfloat16", "bfloat16"]
    assert len(measurements) == 2


@pytest.mark.parametrize("part", ["processor", "runtime"])
def test_another_machine_s_memory_is_ignored_and_replaced(
    tmp_path: Path, measurements: list[Any], part: str
) -> None:
    memory = tmp_path / "precision.json"
    precision.measured(memory)(RUNTIME)
    record = json.loads(memory.read_text(encoding="utf-8"))
    record["machine"][part] += " of another make"
    record["precision"] = "float32"
    memory.write_text(json.dumps(record), encoding="utf-8")
    assert precision.measured(memory)(RUNTIME) == "bfloat16"
    assert precision.measured(memory)(RUNTIME) == "bfloat16"
    assert len(measurements) == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b'{"machine": {}}'])
def test_a_memory_that_can_not_be_read_is_none(
    tmp_path: Path, measurements: list[Any], content: bytes
) -> None:
    memory = tmp_path / "precision.json"
    memory.write_bytes(content)
    assert precision.measured(memory)(RUNTIME) == "bfloat16"
    assert len(measurements) == 1


def test_a_format_that_is_none_is_not_believed(tmp_path: Path, measurements: list[Any]) -> None:
    memory = tmp_path / "precision.json"
    precision.measured(memory)(RUNTIME)
    text = memory.read_text(encoding="utf-8")
    assert '"bfloat16"' in text
    memory.write_text(text.replace('"bfloat16"', '"int4"'), encoding="utf-8")
    assert precision.measured(memory)(RUNTIME) == "bfloat16"
    assert len(measurements) == 2


def test_a_memory_that_can_not_be_written_does_no_harm(
    tmp_path: Path, measurements: list[Any]
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for memory in (tmp_path / "file" / "precision.json", tmp_path):
        assert precision.measured(memory)(RUNTIME) == "bfloat16"
    assert len(measurements) == 2


def test_measuring_the_real_model(
    embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "_SAMPLE", ["Rain fell all night."] * 4)
    before = embedder.embed_passages(["Rain fell all night."])
    report = precision.measure(TorchRuntime(embedder._model))
    rates, cosines = report["texts_per_second"], report["cosine"]
    assert report["precision"] in ("float32", "bfloat16")
    assert list(rates) == list(cosines) == ["float32", "bfloat16"]
    assert cosines["float32"] == pytest.approx(1, abs=1e-5)
    assert 0.999 <= cosines["bfloat16"] < 1
    assert min(rates.values()) > 0
    assert (embedder.embed_passages(["Rain fell all night."]) == before).all()
