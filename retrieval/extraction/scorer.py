"""The fitted weights, and what they say: probabilities of mentions, of pieces and of the reply.

All models are logistic regressions over named features; `weights.json` holds a number for
each name. A feature's size is told in three ways: as it is, as a share of the question's
largest, and by its place among the question's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from retrieval.extraction.confidence import CONFIDENCE_FEATURES
from retrieval.extraction.features import KIND_WANT, MENTION_FEATURES
from retrieval.extraction.logistic import Logistic
from retrieval.extraction.pieces import PIECE_FEATURES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_RELATIVE_MENTION = (
    "support", "support_least", "agreement", "agreement_least", "closeness", "closeness_mean",
    "context", "overlap", "burst", "title", "articles", "frequency",
)  # fmt: skip
_RELATIVE_PIECE = (
    "first", "mass", "overlap", "context", "own_overlap", "agreed", "lexical", "cosine",
    "best_in_sentence",
)  # fmt: skip
_DATED_PIECE = ("age", "score")  # features that know how old an article is
_JOINT_PIECE = ("lexical", "context", "overlap", "title", "first")  # times the cosine
_LOGARITHMIC_PIECE = ("first", "mass")
_TYPE = MENTION_FEATURES.index("type")


def _relative_names(names: Sequence[str]) -> tuple[str, ...]:
    return (*(f"{n}:share" for n in names), *(f"{n}:place" for n in names))


MENTION_INPUTS = (
    *(n for n in MENTION_FEATURES if n != "type"),
    *_relative_names(_RELATIVE_MENTION),
    *KIND_WANT,
)
PIECE_INPUTS = (
    *PIECE_FEATURES,
    *_relative_names(_RELATIVE_PIECE),
    *(f"{n}:log" for n in _LOGARITHMIC_PIECE),
)

CALIBRATION_INPUTS = ("confidence",)
_UNDATED = [n for n, name in enumerate(PIECE_FEATURES) if name not in _DATED_PIECE]
_COSINE = PIECE_FEATURES.index("cosine")
SUPPORT_INPUTS = (
    *(PIECE_FEATURES[n] for n in _UNDATED),
    *(f"{n}:log" for n in _LOGARITHMIC_PIECE),
    *(f"{n}:cosine" for n in _JOINT_PIECE),
)


def mention_inputs(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return what the mentions' model takes, from `features` (n, MENTION_FEATURES)."""
    kinds = np.zeros((len(features), len(KIND_WANT)))
    kinds[np.arange(len(features)), features[:, _TYPE].astype(int)] = 1.0
    relative = _relative(features, [MENTION_FEATURES.index(n) for n in _RELATIVE_MENTION])
    return np.hstack([np.delete(features, _TYPE, axis=1), relative, kinds])


def piece_inputs(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return what the pieces' model takes, from `features` (n, PIECE_FEATURES)."""
    relative = _relative(features, [PIECE_FEATURES.index(n) for n in _RELATIVE_PIECE])
    raised = features[:, [PIECE_FEATURES.index(n) for n in _LOGARITHMIC_PIECE]]
    return np.hstack([features, relative, np.log(raised + 0.003)])


def support_inputs(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return what the model of support takes, from `features` (n, PIECE_FEATURES)."""
    raised = features[:, [PIECE_FEATURES.index(n) for n in _LOGARITHMIC_PIECE]]
    joint = features[:, [PIECE_FEATURES.index(n) for n in _JOINT_PIECE]]
    return np.hstack(
        [features[:, _UNDATED], np.log(raised + 0.003), joint * features[:, [_COSINE]]]
    )


def _relative(features: NDArray[np.float32], columns: Sequence[int]) -> NDArray[np.float64]:
    """Return each column as a share of its largest value, then as places: 0 for the largest."""
    # By rows: sorting columns of what lies in rows takes several times as long.
    values = np.ascontiguousarray(features.T[list(columns)], dtype=np.float64)
    most = np.maximum(values.max(axis=1, initial=0.0), 1e-6)
    places = np.empty_like(values)
    order = np.argsort(-values, axis=1, kind="stable")
    np.put_along_axis(places, order, np.arange(len(features))[np.newaxis, :], axis=1)
    places /= max(1, len(features))
    return np.concatenate([(values.T / most), places.T], axis=1)


@dataclass(frozen=True, slots=True)
class Weights:
    """The models.

    `mention` and `piece` tell answers among those of one answerable question; `support` is of
    pieces too, but fitted on unanswerable questions as well; `confidence` tells answerable
    questions from others, and `calibration` makes of that the probability that the quotation
    holds the answer (Platt, Advances in Large Margin Classifiers, 1999).
    """

    mention: Logistic
    piece: Logistic
    support: Logistic
    confidence: Logistic
    calibration: Logistic

    def mentions(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each mention the probability that it is the answer."""
        return self.mention(mention_inputs(features)) if len(features) else np.zeros(0)

    def pieces(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each piece the probability that it holds the answer."""
        return self.piece(piece_inputs(features)) if len(features) else np.zeros(0)

    def supports(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each piece the probability that it answers, in a question that may have none.

        Dates play no part in it.
        """
        return self.support(support_inputs(features)) if len(features) else np.zeros(0)

    def reply(self, features: NDArray[np.float64]) -> float:
        """Return the probability that what is quoted holds the answer."""
        raw = self.confidence.logits(features[None, :])
        return float(self.calibration(raw[:, None])[0])

    def write(self, path: Path) -> None:
        """Write the weights as JSON. Raises OSError if the disk refuses."""
        record = {
            "mention": self.mention.as_json(),
            "piece": self.piece.as_json(),
            "support": self.support.as_json(),
            "confidence": self.confidence.as_json(),
            "calibration": self.calibration.as_json(),
        }
        path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def parse(cls, text: str) -> Weights:
        """Return the weights that the JSON `text` holds. Raises ValueError or KeyError."""
        record = json.loads(text)
        return cls(
            Logistic.from_json(record["mention"], MENTION_INPUTS),
            Logistic.from_json(record["piece"], PIECE_INPUTS),
            Logistic.from_json(record["support"], SUPPORT_INPUTS),
            Logistic.from_json(record["confidence"], CONFIDENCE_FEATURES),
            Logistic.from_json(record["calibration"], CALIBRATION_INPUTS),
        )


@cache
def default_weights() -> Weights:
    """Return the weights that come with the package."""
    folder = files("retrieval.extraction")
    return Weights.parse(folder.joinpath("weights.json").read_text("utf-8"))
