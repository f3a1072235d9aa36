"""The light embedder: questions without the model, passages with it, and both agree."""

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
from retrieval.onnx.making import make_model
from retrieval.precision import fixed
from tests.support.embedders import FakeEmbedder
from tests.support.models import BUNDLED, bundled_graphs, small_model

if TYPE_CHECKING:
    from pathlib import Path
    from typing import NoReturn

    from retrieval.embedding import Embedder
    from retrieval.onnx.model import OnnxModel

TEXTS = ["The ferry left at noon.", "", "Дождь шёл всю ночь.", "word " * 300]


def never() -> NoReturn:
    raise AssertionError("the model was loaded")


def loaded(name: str) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(EmbedderSpec(name), precision=fixed("float32"))


def test_questions_and_counts_need_no_model(embedder: SentenceTransformerEmbedder) -> None:
    light = open_embedder(EmbedderSpec(), bundled_graphs(), never, fixed("float32"))
    assert isinstance(light, LightEmbedder)
    assert light.spec == embedder.spec == EmbedderSpec(BUNDLED_MODEL)
    assert (light.dimension, light.window) == (embedder.dimension, embedder.window) == (384, 254)
    assert light.count_tokens(TEXTS) == embedder.count_tokens(TEXTS)
    found = light.embed_questions(TEXTS)
    np.testing.assert_allclose(found, embedder.embed_questions(TEXTS), atol=1e-4)


def test_passages_are_the_model_s_own(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder
) -> None:
    light = LightEmbedder(EmbedderSpec(), bundled, lambda: embedder)
    np.testing.assert_array_equal(light.embed_passages(TEXTS), embedder.embed_passages(TEXTS))
    found = light.embed_questions(TEXTS)
    np.testing.assert_array_equal(found, bundled.embed(TEXTS))


def test_prefixes_stand_before_the_texts(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder
) -> None:
    spec = EmbedderSpec(str(BUNDLED), query_prefix="query: ", passage_prefix="passage: ")
    model = SentenceTransformerEmbedder(spec, precision=fixed("float32"))
    light = LightEmbedder(spec, bundled, lambda: model)
    expected = embedder.embed_questions(["query: Who won?", "passage: Who won?"])
    np.testing.assert_allclose(light.embed_questions(["Who won?"])[0], expected[0], atol=1e-4)
    np.testing.assert_allclose(light.embed_passages(["Who won?"])[0], expected[1], atol=1e-5)


def test_the_model_is_loaded_once_however_many_ask(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder
) -> None:
    loads = []
    together = threading.Barrier(4)

    def load() -> Embedder:
        loads.append(threading.get_ident())
        return embedder

    def embed(text: str) -> np.ndarray:
        together.wait()
        return light.embed_passages([text])

    light = LightEmbedder(EmbedderSpec(), bundled, load)
    with ThreadPoolExecutor(4) as pool:
        rows = np.vstack(list(pool.map(embed, TEXTS)))
    assert len(loads) == 1
    np.testing.assert_allclose(rows, embedder.embed_passages(TEXTS), atol=1e-5)


def test_questions_are_answered_while_the_model_loads(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def load() -> Embedder:
        begun.set()
        assert may_end.wait(60)
        return embedder

    light = LightEmbedder(EmbedderSpec(), bundled, load)
    with ThreadPoolExecutor(1) as pool:
        passages = pool.submit(light.embed_passages, TEXTS)
        assert begun.wait(60)
        assert light.embed_questions(["Who won?"]).shape == (1, 384)
        assert not passages.done()
        may_end.set()
        assert passages.result().shape == (len(TEXTS), 384)


def test_a_model_that_can_t_be_loaded_is_an_error_and_tried_again(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder
) -> None:
    outcomes = [EmbeddingError("no room"), None]

    def load() -> Embedder:
        if (error := outcomes.pop(0)) is not None:
            raise error
        return embedder

    light = LightEmbedder(EmbedderSpec(), bundled, load)
    with pytest.raises(EmbeddingError, match="no room"):
        light.embed_passages(TEXTS)
    assert light.embed_questions(TEXTS).shape == (4, 384)
    assert light.embed_passages(TEXTS).shape == (4, 384)


def test_a_model_that_was_exchanged_meanwhile_embeds_both(
    tmp_path: Path, small: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = loaded(small_model(tmp_path / "other", seed=3))
    light = LightEmbedder(EmbedderSpec(small), make_model(tmp_path, small), lambda: other)
    before = light.embed_questions(TEXTS)
    with caplog.at_level(logging.INFO, "retrieval.onnx"):
        light.embed_passages(TEXTS)
    after = light.embed_questions(TEXTS)
    np.testing.assert_allclose(after, other.embed_questions(TEXTS), atol=1e-5)
    assert np.abs(after - before).max() > 0.01
    assert "has changed" in caplog.text


def test_another_length_of_vectors_is_an_error(tmp_path: Path, small: str) -> None:
    light = LightEmbedder(
        EmbedderSpec(small), make_model(tmp_path, small), lambda: FakeEmbedder(dimension=5)
    )
    with pytest.raises(EmbeddingError, match="5 numbers, not 16") as caught:
        light.embed_passages(TEXTS)
    assert caught.value.remedy


def test_the_first_opening_makes_the_graph_that_embeds_both(tmp_path: Path, small: str) -> None:
    spec = EmbedderSpec(small)
    for _ in range(2):
        light = open_embedder(spec, tmp_path, never, fixed("float32"))
        assert isinstance(light, LightEmbedder)
        expected = loaded(small).embed_questions(TEXTS)
        np.testing.assert_allclose(light.embed_questions(TEXTS), expected, atol=1e-5)
        np.testing.assert_allclose(light.embed_passages(TEXTS), expected, atol=1e-4)
        assert light.for_passages() is light.for_passages()


def test_where_the_graph_can_t_embed_many_texts_the_model_does(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    def bulk() -> NoReturn:
        raise UnusableModelError("another processor")

    light = LightEmbedder(EmbedderSpec(), bundled, lambda: embedder, bulk)
    with caplog.at_level(logging.INFO, "retrieval.onnx"):
        assert light.for_passages() is embedder
    assert "another processor" in caplog.text
    found = light.embed_questions(TEXTS)
    np.testing.assert_array_equal(found, bundled.embed(TEXTS))


def test_a_runtime_that_gives_other_vectors_is_not_used(
    tmp_path: Path, small: str, caplog: pytest.LogCaptureFixture
) -> None:
    own, other = loaded(small), loaded(small_model(tmp_path / "other", seed=3))
    light = LightEmbedder(
        EmbedderSpec(small), make_model(tmp_path, small), lambda: own, lambda: other
    )
    with caplog.at_level(logging.INFO, "retrieval.onnx"):
        assert light.for_passages() is own
    assert "differs here" in caplog.text


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
    assert "Everything is embedded with torch" in caplog.text


def test_a_model_that_does_not_exist_is_the_error_it_was(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="can't load the model"):
        open_embedder(
            EmbedderSpec("/no/model"), tmp_path, lambda: loaded("/no/model"), fixed("float32")
        )
    assert not list(tmp_path.iterdir())
