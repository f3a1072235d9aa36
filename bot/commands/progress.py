"""A sync's progress, drawn in the terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.collection.events import Indexing, Visiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.collection.events import SyncEvent

_VISITING = "Visiting sources"
_TITLES = {
    "read": "Comparing articles",
    "load": "Loading the model",
    "split": "Cutting passages",
    "embed": "Embedding passages",
    "write": "Writing the index",
    "verify": "Verifying it",
    "done": "Done",
}


@contextmanager
def progress_bar() -> Iterator[Callable[[SyncEvent], None]]:
    """Give a listener that draws a sync's stages on stderr; silent when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _event: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("Starting", total=None)
        stage = ""

        def draw(event: SyncEvent) -> None:
            nonlocal stage
            match event:
                case Visiting(done=done, total=total):
                    title = _VISITING
                case Indexing(stage=name, done=done, total=total):
                    title = _TITLES[name]
                case _:
                    return
            if title != stage:
                stage = title
                bars.reset(task, description=title, total=total or None)
            bars.update(task, completed=done, total=total or None)

        yield draw
