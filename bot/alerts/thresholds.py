"""How close an article must come to a topic: the defaults, and the steps of looser and stricter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.alerts.types import WantedKind

TOPIC: Final = 0.62
"""The default: the least score of an article that a topic is told of."""
QUESTION: Final = 0.52
"""Loose, since a match only has the question asked anew."""
STORY: Final = 0.62
"""Of the meaning alone; a stricter step tells events apart no better and loses more of them."""
LADDER: Final = (0.52, 0.55, 0.58, 0.62, 0.66, 0.70, 0.75)
"""The steps between which people choose, loosest first."""


def default_threshold(kind: WantedKind) -> float:
    """Return where a new subscription of a kind begins."""
    return {"question": QUESTION, "story": STORY}.get(kind, TOPIC)


def looser(threshold: float) -> float:
    """Return the next step below a threshold, or the loosest."""
    return max((step for step in LADDER if step < threshold - 1e-6), default=LADDER[0])


def stricter(threshold: float) -> float:
    """Return the next step above a threshold, or the strictest."""
    return min((step for step in LADDER if step > threshold + 1e-6), default=LADDER[-1])
