"""The figures of growing collections as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.pacing import table

if TYPE_CHECKING:
    from collections.abc import Mapping


def growth_table(sizes: Mapping[Any, Mapping[str, Any]]) -> str:
    """Return a Markdown table with a column for each size."""

    def pair(spread: dict[str, float]) -> str:
        return f"{spread['p50']:.1f} / {spread['p95']:.1f}"

    rows = {
        f"{found['passages']:,}": {
            "kind": found["kind"],
            "build s": found["build_s"],
            "sync of 1 % s": found["sync_s"],
            "dense ms": pair(found["dense_ms"]),
            "every vector ms": pair(found["exhaustive_ms"]),
            "search ms": pair(found["search_ms"]),
            "reply ms": pair(found["reply_ms"]),
            "recall@10": found["recall"]["at_10"],
            "recall@100": found["recall"]["at_100"],
            "open s": f"{found['open_s']} / {found['open_unverified_s']}",
            "start to answer s": min(found.get("start_to_answer_s", [0.0])) or "",
            "RSS / PSS MiB": "{rss:.0f} / {pss:.0f}".format(**found["memory_mib"]["asked"]),
        }
        for found in sizes.values()
    }
    return table(rows, list(next(iter(rows.values()))))
