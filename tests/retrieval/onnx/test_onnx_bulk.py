"""Many texts at once: the same vectors as sentence-transformers', in every format."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval import precision
from retrieval.errors import EmbeddingError
from retrieval.onnx.layout import UnusableModelError
from retrieval.onnx.making import make_model
from retrieval.onnx.model import open_model
from retrieval.onnx.runtime import OpenVino
from tests.support.models import link_graphs
from tests.support.programs import PATIENCE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.embedding import SentenceTransformerEmbedder
    from retrieval.onnx.bulk import BulkGraph
    from retrieval.onnx.model import OnnxModel
    from retrieval.precision import Precision

NEWS = [
    "The ferry to the northern islands left at noon, two days after the storm had ended.",
    "Дождь шёл всю ночь, и утром река вышла из берегов.",
    "The council could not agree on the budget for the third time this year. " * 9,
    "Rain.",
    "She said that the bridge, which had been closed since April, would open again in March.",
]
LEAST: dict[Precision, float] = {"float32": 0.999999, "bfloat16": 0.9995, "int8": 0.99}


@pytest.fixture(scope="module")
def whole(bundled: OnnxModel) -> BulkGraph:
    """Return the bundled model in float32."""
    return bundled.bulk("float32")


@pytest.mark.parametrize("name", ["float32", "bfloat16", "int8"])
def test_every_format_gives_the_model_s_directions(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder, name: Precision
) -> None:
    found = bundled.bulk(name).embed(NEWS)
    assert (found.shape, found.dtype) == ((5, 384), np.float32)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    cosines = (found * embedder.embed_passages(NEWS)).sum(axis=1)
    assert cosines.min() >= LEAST[name]


def test_int8_is_not_float32(bundled: OnnxModel, whole: BulkGraph) -> None:
    cosines = (bundled.bulk("int8").embed(NEWS) * whole.embed(NEWS)).sum(axis=1)
    assert cosines.max() < 0.99999


def test_a_text_s_vector_does_not_depend_on_its_company(whole: BulkGraph) -> None:
    texts = [f"{n} of the {n * n} ships were late. " * (1 + n % 7) for n in range(150)]
    together = whole.embed(texts)
    for n in (0, 63, 64, 149):
        np.testing.assert_allclose(together[n], whole.embed([texts[n]])[0], atol=1e-6)


def test_several_threads_may_embed(whole: BulkGraph) -> None:
    texts = [f"{n} of the {n * n} ships were late. " * (1 + n % 3) for n in range(90)]
    expected = whole.embed(texts)
    with ThreadPoolExecutor(6) as pool:
        for found in pool.map(lambda _n: whole.embed(texts), range(6)):
            np.testing.assert_allclose(found, expected, atol=1e-6)


def test_no_texts_give_no_rows(whole: BulkGraph) -> None:
    assert whole.embed([]).shape == (0, 384)


def test_a_vector_that_never_came_is_an_error(
    bundled: OnnxModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = bundled.bulk("float32")
    monkeypatch.setattr(graph._requests, "start_async", lambda *_given: None)
    with pytest.raises(EmbeddingError):
        graph.embed(NEWS)


def test_a_file_that_is_no_graph_is_no_use(tmp_path: Path) -> None:
    for content in (b"", b"no graph at all"):
        (tmp_path / "model.onnx").write_bytes(content)
        with pytest.raises(UnusableModelError, match="OpenVINO can't use it"):
            OpenVino(tmp_path / "model.onnx").compile("float32", many=True)


def test_a_small_model_in_the_format_that_is_measured_as_fastest(
    tmp_path: Path, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "_SAMPLE", ["Rain fell all night."] * 4)
    exact = make_model(tmp_path, small)
    memory = tmp_path / "precision.json"
    model = open_model(tmp_path, small, precision.measured(memory))
    known = json.loads(memory.read_text(encoding="utf-8"))
    assert list(known["texts_per_second"]) == list(known["cosine"])
    assert next(iter(known["cosine"])) == "float32"
    assert known["precision"] == model.precision
    assert known["machine"]["runtime"].startswith("openvino 20")
    for found in (model.embed(NEWS), model.bulk().embed(NEWS)):
        assert (found * exact.embed(NEWS)).sum(axis=1).min() >= 0.98


PROGRAM = """
import json, sys
asked = []
sys.addaudithook(lambda event, about: asked.append(event) if event.startswith("socket.") else None)
from pathlib import Path
from bot.building import load_embedder
from bot.settings import load_settings
bulk = load_embedder(load_settings(data=Path(sys.argv[1]), precision="float32"))
shape = bulk.embed_passages(["The harbour reopened."]).shape
print(json.dumps([bulk.runtime, shape, asked, sorted(sys.modules)]))
"""


def test_it_runs_without_torch_and_tells_nobody(tmp_path: Path) -> None:
    link_graphs(tmp_path / "data")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "data")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    runtime, shape, asked, modules = json.loads(done.stdout)
    assert (runtime, shape) == ("openvino", [1, 384])
    assert asked == []
    assert "openvino" in modules
    assert {"torch", "openvino_telemetry"}.isdisjoint(modules)
