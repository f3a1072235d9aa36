"""Logistic regression with a ridge penalty, in numpy: fitting, and plain numbers to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_STEPS = 30
_CLOSE = 1e-4


@dataclass(frozen=True, slots=True)
class Logistic:
    """Names of the features and one weight each, for features as they come; and the intercept."""

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    intercept: float

    def __call__(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the probability of each row of `features` (n, names)."""
        return sigmoid(self.logits(features))

    def logits(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the logarithm of the odds of each row."""
        return np.asarray(features @ self.weights + self.intercept, dtype=np.float64)

    def as_json(self) -> dict[str, float]:
        """Return the weights by name."""
        named = {n: round(float(w), 5) for n, w in zip(self.names, self.weights, strict=True)}
        return {"intercept": round(self.intercept, 5)} | named

    @classmethod
    def from_json(cls, record: dict[str, float], names: Sequence[str]) -> Logistic:
        """Read the weights of the features `names`. Raises KeyError where one is missing."""
        weights = np.array([record[n] for n in names], dtype=np.float64)
        return cls(tuple(names), weights, float(record["intercept"]))


def sigmoid(x: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return 1 / (1 + e^-x)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -35, 35))), dtype=np.float64)


def fit_logistic(
    features: NDArray[np.floating],
    labels: NDArray[np.integer],
    names: Sequence[str],
    *,
    ridge: float,
) -> Logistic:
    """Fit by Newton's method; `ridge` penalises weights of features scaled to unit variance."""
    x = np.asarray(features, dtype=np.float64)
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale[scale < 1e-9] = 1.0
    x = np.hstack([(x - mean) / scale, np.ones((len(x), 1))])
    y = np.asarray(labels, dtype=np.float64)
    penalty = np.full(x.shape[1], ridge)
    penalty[-1] = 1e-6
    w = np.zeros(x.shape[1])
    w[-1] = np.log((y.mean() + 1e-6) / (1 - y.mean() + 1e-6))
    for _ in range(_STEPS):
        p = sigmoid(x @ w)
        gradient = x.T @ (p - y) + penalty * w
        curvature = (x * (p * (1 - p) + 1e-9)[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        # Newton's step overshoots where positives are rare; halve it until the loss falls.
        size, before = 1.0, _loss(x, y, w, penalty)
        while size > 1e-3 and _loss(x, y, w - size * step, penalty) > before:
            size /= 2
        w -= size * step
        if np.abs(step).max() < _CLOSE:
            break
    weights = w[:-1] / scale
    return Logistic(tuple(names), weights, float(w[-1] - weights @ mean))


def _loss(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    w: NDArray[np.float64],
    penalty: NDArray[np.float64],
) -> float:
    logits = x @ w
    return float((np.logaddexp(0, logits) - y * logits).sum() + 0.5 * (penalty * w * w).sum())
