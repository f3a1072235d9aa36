"""Which articles tell the same story in words of their own. Pure.

MinHash groups only near-copies. Two reports of one event by different hands have vectors that are
close: on labelled pairs of articles up to three days apart (benchmarks/alerts/stories.py), the mean
of two cosines, of the articles' mean vectors and of their first passages, is at least ALIKE for
pairs of the same story alone, and for less than half of those.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.alerts.types import Candidate, Vectors

ALIKE = 0.825
WITHIN = timedelta(days=3)


def likeness(one: Candidate, other: Candidate) -> float:
    """Return how alike two articles are: the mean of two cosines."""
    return float(_summary(one) @ _summary(other))


def same_stories(new: Sequence[Candidate], earlier: Sequence[Candidate]) -> dict[str, str]:
    """Return for articles (by id) the one whose story they tell: of `earlier`, or newer ones.

    Each is compared with those before it alone, `earlier` first, and joins the one most like it:
    no chain leads from story to story.
    """
    found: dict[str, str] = {}
    heads = [(one, _summary(one)) for one in earlier if len(one.vectors)]
    known = {one.article_id for one, _ in heads}
    for one in new:
        if not len(one.vectors) or one.article_id in known:
            continue
        own = _summary(one)
        near = [(float(own @ its), head.article_id) for head, its in heads if _near(one, head)]
        best = max(near, default=(0.0, ""))
        if best[0] >= ALIKE:
            found[one.article_id] = best[1]
        else:
            heads.append((one, own))
    return found


def _near(one: Candidate, other: Candidate) -> bool:
    when = (one.published or one.arrived) - (other.published or other.arrived)
    return abs(when) <= WITHIN


def _summary(one: Candidate) -> Vectors:
    """Return an article's unit vector, whose product with another's is their likeness."""
    mean = one.vectors.mean(axis=0)
    mean = mean / max(float(np.linalg.norm(mean)), 1e-9)
    both = np.concatenate([mean, one.vectors[0]]) / np.sqrt(2)
    summary: Vectors = both.astype(np.float32)
    return summary
