"""Latency: how long replies took."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least `share` of the values do not exceed.

    The nearest-rank percentile: value number ceil(share * n) in order. None without values.
    """
    if not values:
        return None
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]
