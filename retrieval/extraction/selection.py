"""Which pieces to quote within the room there is: as likely as can be that one has the answer.

Two pieces that hold the same likely answers are worth little more than one, so a piece counts by
what it adds. This is maximum coverage under a budget; greedy choice by gain for its length, begun
from each of the best pieces, comes close to the best. (Khuller, Moss, Naor: The Budgeted Maximum
Coverage Problem, Information Processing Letters 1999.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from retrieval.extraction.features import Candidate
    from retrieval.extraction.pieces import Piece

_STARTS = 12  # pieces that a selection is begun from
_POOL = 60  # pieces that one is filled up with
_DISCOUNT = 0.5  # gain is divided by length to this power
_SHORTEST = 40
_WORTHWHILE = 0.2  # of the likeliest piece's chance; what is less likely only distracts
_ALIKE = 0.75  # of the shorter text's words


def select(
    pieces: Sequence[Piece],
    chances: NDArray[np.float64],
    masses: Sequence[dict[str, float]],
    *,
    room: int = 300,
    most: int = 4,
) -> list[int]:
    """Return the numbers of the pieces to quote, likeliest first.

    `chances`: that a piece holds the answer; `masses`: its words that may be the answer, each
    with its probability. Together the pieces take at most `room` code points, joined by spaces;
    a first piece that is longer stands alone.
    """
    floor = _WORTHWHILE * float(chances.max(initial=0.0))
    order = [int(n) for n in np.argsort(-chances, kind="stable")[:_POOL] if chances[n] >= floor]
    best: list[int] = []
    best_value = -1.0
    for first in order[:_STARTS]:
        chosen, value = _fill(first, order, pieces, chances, masses, room, most)
        if value > best_value:
            best, best_value = chosen, value
    return sorted(best, key=lambda n: (-chances[n], n))


def word_masses(
    pieces: Sequence[Piece],
    candidates: Sequence[Candidate],
    chances: NDArray[np.float64],
    known: AbstractSet[str],
) -> list[dict[str, float]]:
    """Return for each piece its words that may be the answer → the likeliest mention with them."""
    found = []
    for piece in pieces:
        mass: dict[str, float] = {}
        for number in piece.held:
            chance = float(chances[number])
            for word in candidates[number].parts:
                if word not in known and chance > mass.get(word, 0.0):
                    mass[word] = chance
        found.append(mass)
    return found


def _fill(
    first: int,
    order: Sequence[int],
    pieces: Sequence[Piece],
    chances: NDArray[np.float64],
    masses: Sequence[dict[str, float]],
    room: int,
    most: int,
) -> tuple[list[int], float]:
    """Return a selection that starts with `first`, and the probability that it has the answer."""
    chosen = [first]
    refused: set[int] = set()
    covered = set(masses[first])
    left = room - len(pieces[first].text) - 1
    miss = 1 - float(chances[first])
    while len(chosen) < most and left >= _SHORTEST:
        best, best_rate, best_gain = -1, 0.0, 0.0
        for n in order:
            length = len(pieces[n].text)
            if length > left or n in chosen or n in refused:
                continue
            if any(overlap(pieces[n], pieces[c]) for c in chosen):
                continue
            gain = float(chances[n]) * _new_share(masses[n], covered)
            rate = gain / length**_DISCOUNT
            if rate > best_rate:
                best, best_rate, best_gain = n, rate, gain
        if best < 0:
            break
        if any(alike(pieces[best].stems, pieces[c].stems) for c in chosen):
            refused.add(best)
            continue
        chosen.append(best)
        covered.update(masses[best])
        left -= len(pieces[best].text) + 1
        miss *= 1 - best_gain
    return chosen, 1 - miss


def _new_share(mass: dict[str, float], covered: AbstractSet[str]) -> float:
    total = sum(mass.values())
    return sum(v for w, v in mass.items() if w not in covered) / total if total else 0.0


def alike(one: AbstractSet[str], other: AbstractSet[str]) -> bool:
    """Whether two texts say the same in nearly the same words, given their stems."""
    shared = len(one & other)
    return shared >= _ALIKE * max(1, min(len(one), len(other)))


def overlap(one: Piece, other: Piece) -> bool:
    """Whether two pieces are of one sentence and share some of it."""
    return (
        one.sentence == other.sentence
        and one.span.start < other.span.end
        and other.span.start < one.span.end
    )
