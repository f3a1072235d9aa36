"""How sources are shown: a table for a person, records for a program."""

from __future__ import annotations

import sys
from datetime import UTC
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.sources.durations import show_interval
from bot.sources.problems import shown_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.store.records import Watched

_PIPE_WIDTH = 160  # columns where there is no terminal to ask


def shown_location(location: str) -> str:
    """Return a location as it may be shown: an address without its login."""
    return shown_url(location) if "://" in location else location


def record(watched: Watched) -> dict[str, Any]:
    """Return a source as docs/sources.md describes it."""
    source, state = watched.source, watched.state
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "location": shown_location(source.location),
        "every": source.every,
        "mirror": source.mirror,
        "enabled": source.enabled,
        "articles": watched.articles,
        "checked": _iso(state.checked),
        "due": _iso(state.due) if source.enabled else None,
        "failures": state.failures,
        "problem": state.problem,
    }


def print_table(sources: Sequence[Watched], *, now: datetime) -> None:
    """Print a table on stdout, as wide as the terminal."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("#", "name", "kind", "location"):
        table.add_column(name, overflow="fold")
    table.add_column("articles", justify="right")
    for name in ("checked", "next", "problem"):
        table.add_column(name, overflow="fold")
    for watched in sources:
        table.add_row(*_row(watched, now))
    Console(
        file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else _PIPE_WIDTH
    ).print(table)


def _row(watched: Watched, now: datetime) -> list[str]:
    source, state = watched.source, watched.state
    kind = f"{source.kind}, mirrored" if source.mirror else source.kind
    checked = f"{_distance(now, state.checked)} ago" if state.checked else "never"
    coming = "disabled" if not source.enabled else _coming(state.due, now)
    cells = [
        str(source.id),
        source.name,
        kind,
        shown_location(source.location),
        f"{watched.articles:,}",
        checked,
        coming,
        state.problem or "",
    ]
    return [escape(click.unstyle(cell)) for cell in cells]


def _coming(due: datetime | None, now: datetime) -> str:
    return f"in {_distance(due, now)}" if due is not None and due > now else "now"


def _distance(later: datetime, earlier: datetime) -> str:
    seconds = max(int((later - earlier).total_seconds()), 0)
    for size in (86400, 3600, 60):
        if seconds >= size:
            return show_interval(seconds // size * size)
    return f"{seconds}s"


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment is not None else None
