"""`newsdesk restore`: a backup into the database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.backup import counted, row_bar, told
from bot.commands.output import print_json, say
from bot.errors import ExitCode

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.archive import Manifest


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what the database holds.")
@click.option("--json", "as_json", is_flag=True, help="Print what was restored as one JSON object.")
@click.pass_obj
def restore(settings: Settings, file: Path, replace: bool, as_json: bool) -> ExitCode:
    """Put the backup FILE into the database, all of it or nothing.

    The backup may come from SQLite or PostgreSQL, whichever the database is now. Without
    --replace, only an empty database takes it.
    """
    manifest = asyncio.run(_restore(settings, file, replace=replace))
    if as_json:
        print_json({"file": str(file), **counted(manifest)})
    else:
        say(f"Restored {told(manifest)} from {file}.")
    return ExitCode.DONE


async def _restore(settings: Settings, file: Path, *, replace: bool) -> Manifest:
    from bot.store.archive import verify
    from bot.store.backup import restore as put_back
    from bot.store.engine import open_store
    from bot.store.urls import database_url, parse_url

    url = database_url(settings)
    parse_url(url)
    await asyncio.to_thread(verify, file)  # before a database is made for it
    async with await open_store(url, clock=lambda: datetime.now(UTC)) as store:
        with row_bar("Restoring") as on_progress:
            return await put_back(store, file, replace=replace, on_progress=on_progress)
