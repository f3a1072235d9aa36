"""Weights as int8: by hand, and for any weights near what they were."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

from retrieval.embedding import BUNDLED_MODEL
from retrieval.onnx.layout import GRAPH, folder_of
from retrieval.onnx.rounding import round_weights, rounded_columns
from tests.support.models import bundled_graphs


def test_each_column_has_a_scale_of_its_own() -> None:
    weights = np.array([[127, 0.5, 0], [-64, 0.25, 0], [1.4, -0.125, 0]], dtype=np.float32)
    numbers, scales = rounded_columns(weights)
    assert numbers.dtype == np.int8
    assert numbers.tolist() == [[127, 127, 0], [-64, 64, 0], [1, -32, 0]]
    np.testing.assert_allclose(scales, [[1, 0.5 / 127, 1]], rtol=1e-6)


@given(
    hn.arrays(
        np.float32,
        st.tuples(st.integers(1, 9), st.integers(1, 9)),
        elements=st.floats(-1e6, 1e6, width=32).filter(lambda x: x == 0 or abs(x) > 1e-20),
    )
)
def test_nothing_is_further_off_than_half_a_step(weights: np.ndarray) -> None:
    numbers, scales = rounded_columns(weights)
    assert np.abs(numbers.astype(int)).max() <= 127
    away = np.abs(numbers * scales.astype(float) - weights)
    assert (away <= scales * 0.501).all()


def test_a_model_s_weights_are_rounded_and_nothing_else() -> None:
    import openvino

    graph = openvino.Core().read_model(str(folder_of(bundled_graphs(), BUNDLED_MODEL) / GRAPH))
    products = [n for n in graph.get_ops() if n.get_type_name() == "MatMul"]
    before = len(graph.get_ops())
    assert round_weights(graph) == 36  # six layers: query, key, value, output and two wide ones
    assert len(products) == 48  # two more a layer are of the text itself
    added = len(graph.get_ops()) - before
    assert added == 36 * 3  # numbers and scales for the weights, made whole and multiplied
