"""Many texts through OpenVINO: the same vectors as sentence-transformers', in every format."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval import precision
from retrieval.embedding import BUNDLED_MODEL, EmbedderSpec
from retrieval.onnx.bulk import BulkEmbedder, OpenVinoRuntime, open_bulk
from retrieval.onnx.layout import GRAPH, UnusableModelError, folder_of
from retrieval.onnx.model import open_model
from retrieval.precision import fixed
from tests.support.models import bundled_graphs, link_graphs
from tests.support.programs import PATIENCE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.embedding import SentenceTransformerEmbedder
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


def folder() -> Path:
    return folder_of(bundled_graphs(), BUNDLED_MODEL)


@pytest.fixture(scope="module")
def whole(bundled: OnnxModel) -> BulkEmbedder:
    """Return the bundled model in float32."""
    return open_bulk(EmbedderSpec(), bundled, folder(), fixed("float32"))


@pytest.mark.parametrize("name", ["float32", "bfloat16", "int8"])
def test_every_format_gives_the_model_s_directions(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder, name: Precision
) -> None:
    bulk = open_bulk(EmbedderSpec(), bundled, folder(), fixed(name))
    found = bulk.embed_passages(NEWS)
    assert (found.shape, found.dtype) == ((5, 384), np.float32)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    cosines = (found * embedder.embed_passages(NEWS)).sum(axis=1)
    assert cosines.min() >= LEAST[bulk.precision]
    if bulk.precision != "float32":
        assert cosines.min() < 0.9999995, "it ran as float32"


def test_it_says_what_it_is(whole: BulkEmbedder, embedder: SentenceTransformerEmbedder) -> None:
    assert (whole.runtime, whole.precision) == ("openvino", "float32")
    assert whole.spec == embedder.spec
    assert (whole.dimension, whole.window) == (embedder.dimension, embedder.window)
    assert whole.count_tokens(NEWS) == embedder.count_tokens(NEWS)


def test_a_text_s_vector_does_not_depend_on_its_company(whole: BulkEmbedder) -> None:
    texts = [f"{n} of the {n * n} ships were late. " * (1 + n % 7) for n in range(150)]
    together = whole.embed_passages(texts)
    for n in (0, 63, 64, 149):
        np.testing.assert_allclose(together[n], whole.embed_passages([texts[n]])[0], atol=1e-6)


def test_several_threads_may_embed(whole: BulkEmbedder) -> None:
    expected = whole.embed_passages(NEWS)
    with ThreadPoolExecutor(6) as pool:
        for found in pool.map(lambda _n: whole.embed_passages(NEWS), range(12)):
            np.testing.assert_allclose(found, expected, atol=1e-6)


def test_no_texts_give_no_rows(whole: BulkEmbedder) -> None:
    assert whole.embed_passages([]).shape == (0, 384)


def test_prefixes_stand_before_the_texts(bundled: OnnxModel, whole: BulkEmbedder) -> None:
    spec = EmbedderSpec(query_prefix="query: ", passage_prefix="passage: ")
    bulk = open_bulk(spec, bundled, folder(), fixed("float32"))
    expected = whole.embed_passages(["query: Who won?", "passage: Who won?"])
    np.testing.assert_allclose(bulk.embed_questions(["Who won?"])[0], expected[0], atol=1e-6)
    np.testing.assert_allclose(bulk.embed_passages(["Who won?"])[0], expected[1], atol=1e-6)


def test_a_graph_that_can_t_be_read_is_no_use(tmp_path: Path, bundled: OnnxModel) -> None:
    for content in (b"", b"no graph at all", (folder() / GRAPH).read_bytes()[:5000]):
        (tmp_path / GRAPH).write_bytes(content)
        with pytest.raises(UnusableModelError, match="OpenVINO can't use it"):
            open_bulk(EmbedderSpec(), bundled, tmp_path, fixed("float32"))


def test_a_small_model_in_the_format_that_is_measured_as_fastest(
    tmp_path: Path, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retrieval.onnx.making import make_model

    monkeypatch.setattr(precision, "_SAMPLE", ["Rain fell all night."] * 4)
    model = make_model(tmp_path, small)
    home = folder_of(tmp_path, small)
    memory = tmp_path / "precision.json"
    bulk = open_bulk(EmbedderSpec(small), model, home, precision.measured(memory))
    known = json.loads(memory.read_text(encoding="utf-8"))
    offers = OpenVinoRuntime(open_model(tmp_path, small), home / GRAPH).offers
    assert list(known["texts_per_second"]) == list(known["cosine"]) == list(offers)
    assert known["precision"] == bulk.precision
    assert known["machine"]["runtime"].startswith("openvino 20")
    cosines = (bulk.embed_passages(NEWS) * model.embed(NEWS)).sum(axis=1)
    assert cosines.min() >= 0.98


PROGRAM = """
import json, sys
asked = []
sys.addaudithook(lambda event, about: asked.append(event) if event.startswith("socket.") else None)
from pathlib import Path
from bot.building import load_passage_embedder
from bot.settings import load_settings
bulk = load_passage_embedder(load_settings(data=Path(sys.argv[1]), precision="float32"))
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
