"""How a collection's vectors are searched: chosen by their number and by measurement.

One by one as long as that is a small part of a reply's time; beyond, by sketches, as long as they
lead to what searching one by one finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from retrieval.dense.flat import FlatVectors
    from retrieval.dense.sketches import Sketches

KindName: TypeAlias = Literal["exhaustive", "sketched"]


@dataclass(frozen=True, slots=True)
class DenseKind:
    """How vectors are searched; a generation's manifest keeps it.

    `candidates` are what the sketches hand to the vectors for a search of DEPTH, `recall` is the
    share of the true DEPTH nearest among them, measured when there were `measured_on` vectors.
    """

    name: KindName = "exhaustive"
    candidates: int = 0
    recall: float = 1.0
    measured_on: int = 0

    def __post_init__(self) -> None:
        if self.name not in ("exhaustive", "sketched"):
            raise ValueError(f"no kind of dense index: {self.name!r}")
        if self.name == "sketched" and self.candidates < 1:
            raise ValueError("a sketched index needs candidates")

    def candidates_for(self, limit: int) -> int:
        """Return how many candidates a search for `limit` rows takes."""
        return max(self.candidates, self.candidates * limit // DEPTH)


@dataclass(frozen=True, slots=True)
class ChoiceRule:
    """When sketches are worth it.

    Not up to `exhaustive_at_most` vectors, nor where more than `largest_share` of all would have
    to be candidates. There are `fewest` candidates or more. What was measured holds until the
    number of vectors has changed by the factor `growth`.
    """

    exhaustive_at_most: int = 50_000
    fewest: int = 1000
    largest_share: float = 1 / 16
    growth: float = 1.25


EXHAUSTIVE: Final = DenseKind()
RULE: Final = ChoiceRule()
DEPTH: Final = 100  # how far down the ranking is read before it is fused
_RECALL = 0.99  # of the DEPTH nearest; of the ten nearest it is higher
_MARGIN = 1.5  # questions lie farther from passages than passages from each other
_SAMPLE = 128  # stored vectors that take the part of questions


def holds(kind: DenseKind, count: int, rule: ChoiceRule) -> bool:
    """Return whether what was measured for `kind` still goes for `count` vectors."""
    return (
        kind.name == "sketched"
        and count > rule.exhaustive_at_most
        and kind.measured_on / rule.growth <= count <= kind.measured_on * rule.growth
    )


def measure(vectors: FlatVectors, sketches: Sketches, rule: ChoiceRule) -> DenseKind:
    """Return "sketched" with as many candidates as it takes, or EXHAUSTIVE if that is too many.

    Stored vectors are searched both ways, themselves left out of what they find.
    """
    most = int(len(vectors) * rule.largest_share)
    rows = np.unique(np.linspace(0, len(vectors) - 1, _SAMPLE).astype(np.int64))
    questions = vectors.vectors(rows)
    exact = vectors.search_many(questions, limit=DEPTH + 1)
    places = []
    for row, question, near in zip(rows.tolist(), questions, exact, strict=True):
        found = sketches.nearest(question[None], limit=most)[0]
        place = np.full(len(vectors), most, dtype=np.int64)
        place[found[found >= 0]] = np.arange(int((found >= 0).sum()))
        places.append(place[near[near != row][:DEPTH]])
    ranks = np.concatenate(places)
    needed = float(np.quantile(ranks, _RECALL, method="higher")) + 1
    candidates = max(rule.fewest, int(np.ceil(needed * _MARGIN)))
    if candidates > most:
        return EXHAUSTIVE
    recall = float((ranks < candidates).mean())
    return DenseKind("sketched", candidates, round(recall, 5), len(vectors))
