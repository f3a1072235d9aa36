"""From one round of asking to figures, and from several rounds to their medians."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from retrieval.evaluation.metrics.latency import percentile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.replies.load import Round


def figures(result: Round, stalls: Sequence[float]) -> dict[str, Any]:
    """Return a round's figures; times in milliseconds."""
    seconds, replies = result.ended - result.begun, len(result.took)
    each = max(replies, 1)
    took = result.took or [math.nan]
    return {
        "replies": replies,
        "replies_a_second": round(replies / seconds, 2),
        "p50_ms": _milliseconds(took, 0.5),
        "p95_ms": _milliseconds(took, 0.95),
        "p99_ms": _milliseconds(took, 0.99),
        "longest_stall_ms": round(max(stalls, default=math.nan) * 1000, 1),
        "stretches_with_a_stall_over_50_ms": round(
            sum(one > 0.05 for one in stalls) / max(len(stalls), 1), 3
        ),
        "bot_user_ms": round(result.bot.user / each * 1000, 2),
        "bot_system_ms": round(result.bot.system / each * 1000, 2),
        "load_ms": round(sum(result.load) / each * 1000, 2),
        "others_cores": round(
            (sum(result.everyone) - sum(result.bot) - sum(result.load)) / seconds, 2
        ),
        "sends_a_reply": round(result.sends / each, 3),
        "unanswered": result.unanswered,
    }


def _milliseconds(seconds: Sequence[float], share: float) -> float:
    return round((percentile(seconds, share) or 0.0) * 1000, 1)


def medians(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the median of each figure."""
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def table(columns: Mapping[int, Mapping[str, Any]]) -> str:
    """Return a Markdown table with a column for each number of chats."""
    heads = [f"{chats} chats" for chats in columns]
    lines = ["| | " + " | ".join(heads) + " |", "|---" + "|--:" * len(heads) + "|"]
    for name in next(iter(columns.values())):
        cells = [f"{column[name]:.6g}" for column in columns.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
