"""The bundled model's graph, against sentence-transformers itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.embedding import BUNDLED_MODEL
from retrieval.errors import EmbeddingError
from retrieval.onnx.model import open_model
from retrieval.precision import fixed
from tests.support.models import bundled_graphs

if TYPE_CHECKING:
    from retrieval.embedding import SentenceTransformerEmbedder
    from retrieval.onnx.model import OnnxModel
    from retrieval.precision import Precision

WORDS = "harbour ferry council storm bridge market vote flood museum teacher island wheat".split()
TEXTS = [
    "",
    " ",
    "?",
    "Why?",
    "\n\n  Who opened the museum?\t",
    "WHO CLOSED THE BRIDGE AT ORM?",
    "who closed the bridge at orm?",
    "How many people live on the island of Tarn, and how many lived there in 1950?",
    "What did the mayor of Vello say on 3 May 2024 about the €4.5m for the ferry?",
    "Wie hoch war das Wasser am Pegel, als die Brücke gesperrt wurde?",
    "¿Quién ganó las elecciones del domingo?",
    "Où les pêcheurs ont-ils manifesté hier ?",
    "Кто открыл новый мост через реку?",
    "किसने पुल बंद किया?",
    "誰が橋を閉じたのですか。",
    "누가 다리를 닫았습니까?",
    "من أغلق الجسر؟",
    "מי סגר את הגשר?",
    "Ποιος έκλεισε τη γέφυρα;",
    "ใครปิดสะพาน",
    "🌊🌊🌊",
    "a\u0301 \u200b combining\ufeff marks \u0000 and controls",
    "[CLS] [SEP] [MASK] written out",
    "x" * 400,
    "The ferry left at noon. " * 9,
    "rain " * 253 + "harbour",
    "rain " * 254 + "harbour",
    "storm and flood " * 2000,
    *(f"What about the {a} and the {b}?" for a, b in zip(WORDS, WORDS[3:], strict=False)),
    *(" ".join([word] * n) for n, word in enumerate(WORDS, start=2)),
]


def test_vectors_are_sentence_transformers(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder
) -> None:
    assert len(TEXTS) >= 48
    expected = embedder.embed_questions(TEXTS)
    for found in (bundled.embed(TEXTS), np.vstack([bundled.embed([text]) for text in TEXTS])):
        assert found.dtype == np.float32
        assert found.shape == (len(TEXTS), 384)
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-6)
        assert (expected * found).sum(axis=1).min() >= 0.99999
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_order_is_the_texts(bundled: OnnxModel) -> None:
    texts = [f"{'long ' * (n * 7 % 30)}text number {n}" for n in range(70)]
    together = bundled.embed(texts)
    for n in (0, 1, 37, 69):
        np.testing.assert_array_equal(together[n], bundled.embed([texts[n]])[0])


def test_no_texts_give_no_rows(bundled: OnnxModel) -> None:
    assert bundled.embed([]).shape == (0, 384)
    assert bundled.tokens.count([]) == []


def test_tokens_are_counted_like_the_model_s_and_without_a_limit(
    bundled: OnnxModel, embedder: SentenceTransformerEmbedder
) -> None:
    assert bundled.tokens.count(["rain " * 300, "", "rain", "rain, rain"]) == [300, 0, 1, 3]
    assert bundled.tokens.count(TEXTS) == embedder.count_tokens(TEXTS)


def test_counting_leaves_the_limit_of_embedding_alone(bundled: OnnxModel) -> None:
    bundled.tokens.count(["rain " * 1000])
    same = bundled.embed(["rain " * 254, "rain " * 254 + "harbour"])
    np.testing.assert_allclose(same[0], same[1], atol=1e-6)


def test_several_threads_may_embed(bundled: OnnxModel) -> None:
    texts = [f"Question number {n} of the day?" for n in range(24)]
    together = bundled.embed(texts)
    with ThreadPoolExecutor(4) as pool:
        apart = list(pool.map(lambda text: bundled.embed([text])[0], texts))
    np.testing.assert_array_equal(np.stack(apart), together)


class Broken:
    """A request whose graph gives one value everywhere, or fails."""

    def __init__(self, value: float | None) -> None:
        self.value = value

    def infer(self, _inputs: object) -> None:
        if self.value is None:
            raise RuntimeError("out of luck")

    def get_output_tensor(self, _number: int) -> SimpleNamespace:
        return SimpleNamespace(data=np.full((1, 384), self.value, dtype=np.float32))


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), 0.0])
def test_a_graph_that_gives_no_vectors_is_an_error(
    bundled: OnnxModel, monkeypatch: pytest.MonkeyPatch, value: float | None
) -> None:
    monkeypatch.setattr(bundled, "_requests", SimpleNamespace(own=Broken(value)))
    with pytest.raises(EmbeddingError):
        bundled.embed(["Rain."])


@pytest.mark.parametrize("name", ["bfloat16", "int8"])
def test_a_coarser_format_gives_nearly_the_same_directions(
    bundled: OnnxModel, name: Precision
) -> None:
    coarse = open_model(bundled_graphs(), BUNDLED_MODEL, fixed(name))
    assert coarse.precision in (name, "bfloat16", "float32")
    cosines = (coarse.embed(TEXTS) * bundled.embed(TEXTS)).sum(axis=1)
    assert cosines.min() >= (0.98 if coarse.precision == "int8" else 0.999)
    assert np.median(cosines) >= 0.997
