"""`newsdesk backup`: everything in the database to one file, while the bot may run."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.output import print_json, say
from bot.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.settings import Settings
    from bot.store.archive import Manifest


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was saved as one JSON object.")
@click.pass_obj
def backup(settings: Settings, file: Path, as_json: bool) -> ExitCode:
    """Save articles, sources, syncs, chats and feedback to FILE. The bot may run meanwhile.

    A backup of that name is replaced, once the new one is whole. The index isn't in it: it can be
    made again from the articles. The file holds people's questions, so keep it as safe as the
    database.
    """
    manifest = asyncio.run(_backup(settings, file))
    if as_json:
        print_json({"file": str(file), **counted(manifest)})
    else:
        say(f"Saved {told(manifest)} to {file}.")
    return ExitCode.DONE


async def _backup(settings: Settings, file: Path) -> Manifest:
    from bot.store.backup import backup as save
    from bot.store.engine import open_store
    from bot.store.urls import database_url, need_database

    url = database_url(settings)
    need_database(url)
    async with await open_store(url, clock=lambda: datetime.now(UTC)) as store:
        with row_bar("Saving") as on_progress:
            return await save(store, file, on_progress=on_progress)


@contextmanager
def row_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Give a listener (rows done, in all) that draws on stderr; silent if that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def draw(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield draw


def counted(manifest: Manifest) -> dict[str, Any]:
    """Return what a backup holds, for JSON: its schema, its moment, rows by table."""
    return {
        "schema": manifest.revision,
        "made": manifest.made,
        "rows": {name: table.rows for name, table in manifest.tables.items()},
    }


def told(manifest: Manifest) -> str:
    """Return what a backup holds, in words."""
    rows = {name: table.rows for name, table in manifest.tables.items()}
    named = (("articles", "article"), ("sources", "source"), ("chats", "chat"))
    parts = [f"{rows[name]} {one if rows[name] == 1 else name}" for name, one in named]
    return f"{parts[0]}, {parts[1]} and {parts[2]}"
