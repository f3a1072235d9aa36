"""A graph's weights as int8, for processors that multiply bytes faster than floats."""

from __future__ import annotations

from typing import Any

import numpy as np

_MOST = 127  # of int8, the same on both sides of zero


def round_weights(graph: Any) -> int:
    """Replace the weights of an openvino graph's matrix products by int8; returns how many.

    Every output has a scale of its own, so that a column of small weights keeps its digits. A
    runtime that meets such weights may round the other factor as well, in groups of its row
    (Dettmers and others: LLM.int8(), 2022, on why by row and column).
    """
    from openvino import opset13 as operations

    rounded = 0
    for node in graph.get_ops():
        if node.get_type_name() != "MatMul" or any(_transposed(node)):
            continue
        constant = node.input_value(1).get_node()
        if constant.get_type_name() != "Constant":
            continue  # one text's attention: both factors are of the text
        weights = constant.data
        if weights.ndim != 2 or weights.dtype != np.float32:
            continue
        numbers, scales = rounded_columns(weights)
        whole = operations.convert(operations.constant(numbers), "f32")
        node.input(1).replace_source_output(
            operations.multiply(whole, operations.constant(scales)).output(0)
        )
        rounded += 1
    return rounded


def rounded_columns(weights: Any) -> tuple[Any, Any]:
    """Return int8 numbers (n, m) and float32 scales (1, m); their product is nearly `weights`."""
    scales = np.abs(weights).max(axis=0, keepdims=True) / np.float32(_MOST)
    scales[scales == 0] = 1
    return np.rint(weights / scales).astype(np.int8), scales


def _transposed(node: Any) -> tuple[bool, bool]:
    about = node.get_attributes()
    return bool(about["transpose_a"]), bool(about["transpose_b"])
