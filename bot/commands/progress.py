"""A sync's progress, drawn in the terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.index.sync import Progress as SyncProgress

_TITLES = {
    "read": "Reading articles",
    "load": "Loading the model",
    "split": "Cutting passages",
    "embed": "Embedding passages",
    "write": "Writing the index",
    "verify": "Verifying it",
    "done": "Done",
}


@contextmanager
def progress_bar() -> Iterator[Callable[[SyncProgress], None]]:
    """Give a listener that draws a sync's stages on stderr; silent when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _progress: None
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

        def draw(progress: SyncProgress) -> None:
            nonlocal stage
            if progress.stage != stage:
                stage = progress.stage
                bars.reset(task, description=_TITLES[stage], total=progress.total or None)
            bars.update(task, completed=progress.done, total=progress.total or None)

        yield draw
