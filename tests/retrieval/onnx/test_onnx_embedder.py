"""The light embedder: questions and passages with the graph, and torch where there is none."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.embedding import BUNDLED_MODEL, EmbedderSpec, SentenceTransformerEmbedder
from retrieval.errors import EmbeddingError
from retrieval.onnx.embedder import LightEmbedder, open_embedder
from retrieval.onnx.layout import UnusableModelError
from retrieval.precision import fixed
from tests.support.models import BUNDLED, bundled_graphs

if TYPE_CHECKING:
    from pathlib import Path
    from typing import NoReturn

    from retrieval.onnx.bulk import BulkGraph
    from retrieval.onnx.model import OnnxModel

TEXTS = ["The ferry left at noon.", "", "Дождь шёл всю ночь.", "word " * 300]


def never() -> NoReturn:
    raise AssertionError("the model was loaded")


def loaded(name: str) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(EmbedderSpec(name), precision=fixed("float32"))


def test_it_is_the_model_without_loading_it(embedder: SentenceTransformerEmbedder) -> None:
    light = open_embedder(EmbedderSpec(), bundled_graphs(), never, fixed("float32"))
    assert isinstance(light, LightEmbedder)
    assert (light.runtime, light.precision) == ("openvino", "float32")
    assert light.spec == embedder.spec == EmbedderSpec(BUNDLED_MODEL)
    assert (light.dimension, light.window) == (embedder.dimension, embedder.window) == (384, 254)
    assert light.count_tokens(TEXTS) == embedder.count_tokens(TEXTS)
    expected = embedder.embed_questions(TEXTS)
    np.testing.assert_allclose(light.embed_questions(TEXTS), expected, atol=1e-4)
    np.testing.assert_allclose(light.embed_passages(TEXTS), expected, atol=1e-4)


def test_prefixes_stand_before_the_texts(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder
) -> None:
    spec = EmbedderSpec(str(BUNDLED), query_prefix="query: ", passage_prefix="passage: ")
    light = LightEmbedder(spec, bundled)
    expected = embedder.embed_questions(["query: Who won?", "passage: Who won?"])
    np.testing.assert_allclose(light.embed_questions(["Who won?"])[0], expected[0], atol=1e-4)
    np.testing.assert_allclose(light.embed_passages(["Who won?"])[0], expected[1], atol=1e-4)


class Slow:
    """A model whose graph for many texts is loaded when it is let go, or not at all."""

    def __init__(self, model: OnnxModel, *failures: Exception) -> None:
        self.record, self.precision, self.embed = model.record, model.precision, model.embed
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.loads = 0
        self._model = model
        self._failures = list(failures)

    def bulk(self) -> BulkGraph:
        self.loads += 1
        self.begun.set()
        assert self.may_end.wait(60)
        if self._failures:
            raise self._failures.pop(0)
        return self._model.bulk()


def test_questions_are_answered_while_passages_wait_for_what_loads_once(bundled: OnnxModel) -> None:
    slow = Slow(bundled)
    light = LightEmbedder(EmbedderSpec(), slow)  # type: ignore[arg-type]
    with ThreadPoolExecutor(4) as pool:
        passages = [pool.submit(light.embed_passages, [text]) for text in TEXTS]
        assert slow.begun.wait(60)
        assert light.embed_questions(["Who won?"]).shape == (1, 384)
        assert not any(p.done() for p in passages)
        slow.may_end.set()
        rows = np.vstack([p.result() for p in passages])
    assert slow.loads == 1
    np.testing.assert_allclose(rows, bundled.embed(TEXTS), atol=1e-4)


def test_what_can_t_be_loaded_is_an_error_and_tried_again(bundled: OnnxModel) -> None:
    slow = Slow(bundled, UnusableModelError("no room"))
    slow.may_end.set()
    light = LightEmbedder(EmbedderSpec(), slow)  # type: ignore[arg-type]
    with pytest.raises(EmbeddingError, match="no room"):
        light.embed_passages(TEXTS)
    assert light.embed_questions(TEXTS).shape == (4, 384)
    assert light.embed_passages(TEXTS).shape == (4, 384)


def test_the_first_opening_makes_the_graph_that_embeds_both(tmp_path: Path, small: str) -> None:
    expected = loaded(small).embed_questions(TEXTS)
    for _ in range(2):
        light = open_embedder(EmbedderSpec(small), tmp_path, never, fixed("float32"))
        assert isinstance(light, LightEmbedder)
        np.testing.assert_allclose(light.embed_questions(TEXTS), expected, atol=1e-5)
        np.testing.assert_allclose(light.embed_passages(TEXTS), expected, atol=1e-5)


def test_where_no_graph_can_be_had_the_model_does_both(
    tmp_path: Path, small: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "models").write_text("a file")
    model = loaded(small)
    with caplog.at_level(logging.INFO, "retrieval.onnx"):
        opened = open_embedder(
            EmbedderSpec(small), tmp_path / "models", lambda: model, fixed("float32")
        )
    assert opened is model
    assert len(caplog.records) == 1
    assert "Texts are embedded with torch" in caplog.text


def test_a_model_that_does_not_exist_is_the_error_it_was(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="can't load the model"):
        open_embedder(
            EmbedderSpec("/no/model"), tmp_path, lambda: loaded("/no/model"), fixed("float32")
        )
    assert not list(tmp_path.iterdir())
