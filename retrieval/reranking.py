"""Re-ranks retrieved passages by a weighted sum of their signals.

The weights are learnt listwise: the softmax over a question's passages is to put its weight on
those that hold the answer. (Cao, Qin, Liu, Tsai, Li: Learning to Rank: From Pairwise Approach to
Listwise Approach, ICML 2007.)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_SPREAD = 5.0  # how much of the learnt score is one unit of a hit's score


@dataclass(frozen=True, slots=True)
class RankingModel:
    """A linear model: signal names, their means and deviations where it was fitted, weights."""

    signals: tuple[str, ...]
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    weight: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse numbers that don't belong together."""
        shape = (len(self.signals),)
        if not self.mean.shape == self.deviation.shape == self.weight.shape == shape:
            raise ValueError("a ranking model needs one mean, deviation and weight a signal")

    @classmethod
    def parse(cls, text: str) -> RankingModel:
        """Return the model that the JSON `text` holds. Raises ValueError, KeyError."""
        rows = json.loads(text)["signals"]
        return cls(
            signals=tuple(row["name"] for row in rows),
            mean=np.array([row["mean"] for row in rows], dtype=np.float64),
            deviation=np.array([row["deviation"] for row in rows], dtype=np.float64),
            weight=np.array([row["weight"] for row in rows], dtype=np.float64),
        )

    def to_text(self) -> str:
        """Return the model as JSON that `parse` reads."""
        rows = [
            {"name": name, "mean": round(m, 6), "deviation": round(d, 6), "weight": round(w, 4)}
            for name, m, d, w in zip(
                self.signals,
                self.mean.tolist(),
                self.deviation.tolist(),
                self.weight.tolist(),
                strict=True,
            )
        ]
        return json.dumps({"signals": rows}, indent=1) + "\n"

    def scores(self, signals: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return one score a passage (n,): 1 for the best, less for the others."""
        table = np.stack([signals[name] for name in self.signals], axis=1)
        raw = (table - self.mean) / self.deviation @ self.weight
        scores: NDArray[np.float64] = 1.0 + (raw - raw.max(initial=-np.inf)) / _SPREAD
        return scores


@cache
def default_model() -> RankingModel:
    """Return the model that comes with the package."""
    return RankingModel.parse(files("retrieval").joinpath("ranking.json").read_text("utf-8"))
