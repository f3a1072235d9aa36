"""`newsdesk index`: sources in, a new generation of the index out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from bot.building import index_home
from bot.commands.index_view import outcome, record, tell
from bot.commands.output import print_json, say, warn
from bot.commands.progress import progress_bar
from bot.errors import BotError, ExitCode
from retrieval.errors import NothingIndexedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.collection.events import SyncReport
    from bot.collection.syncing import Collection
    from bot.settings import Settings
    from bot.store.records import Watched


@click.command()
@click.argument("locations", nargs=-1, metavar="[PATH|URL]...")
@click.option("--json", "as_json", is_flag=True, help="Print what happened as one JSON object.")
@click.option("--dry-run", is_flag=True, help="Print what would change; write nothing.")
@click.option("--if-empty", is_flag=True, help="Do nothing if something is indexed already.")
@click.option("--rebuild", is_flag=True, help="Make the index anew from the stored articles.")
@click.option("--rollback", is_flag=True, help="Return to the last good generation of the index.")
@click.pass_obj
def index(
    settings: Settings,
    locations: tuple[str, ...],
    as_json: bool,
    dry_run: bool,
    if_empty: bool,
    rebuild: bool,
    rollback: bool,
) -> ExitCode:
    """Bring the index up to date from your sources: folders, files, feeds, sitemaps, links.

    A PATH or URL that is new becomes a source (`newsdesk sources list` shows them); without one,
    all sources are visited. An edited article takes the place of its old version; only new text
    is embedded. The bot may run meanwhile.

    \b
    newsdesk index articles/                     a folder: text, Markdown, JSONL, HTML, PDF, Word
    newsdesk index news.jsonl.gz                 one article a line: url, title, published, text
    newsdesk index https://news.example/feed     a feed, a sitemap or a single page
    newsdesk index --dry-run                     what would change
    """  # noqa: D301 - click reads the backspace
    if rollback:
        if locations or dry_run or rebuild:
            raise click.UsageError("--rollback goes alone")
        return asyncio.run(_rollback(settings, as_json=as_json))
    if rebuild and dry_run:
        raise click.UsageError("--rebuild makes everything anew; --dry-run has nothing to tell")
    if if_empty and index_home(settings).numbers():
        return ExitCode.DONE
    work = _sync(settings, locations, dry=dry_run, rebuild=rebuild)
    report, missing = asyncio.run(work)
    tell(report, missing, as_json=as_json)
    if as_json:
        print_json(record(report, missing))
    return outcome(report, missing)


async def _sync(
    settings: Settings, locations: Sequence[str], *, dry: bool, rebuild: bool
) -> tuple[SyncReport, list[str]]:
    """Return what the sync did, and a line for each location that is no source."""
    from bot.collection.naming import one_article
    from bot.collection.opening import open_collection

    missing: list[str] = []
    async with open_collection(settings, warn=warn) as collection:
        if not locations:
            await _need_something(collection)
        sources = await _sources(collection, locations, missing, dry=dry) if locations else None
        with progress_bar() as on_event:
            report = await collection.sync(
                trigger="command",
                sources=sources,
                dry=dry,
                rebuild=rebuild,
                tell=on_event,
                named=one_article if locations else None,
            )
    return report, missing


async def _need_something(collection: Collection) -> None:
    """Raise NothingIndexedError where there is neither a source nor an index."""
    if not collection.home.numbers() and not await collection.store.sources.list():
        raise NothingIndexedError(
            f"nothing is indexed in {collection.settings.data}, and there is no source",
            "name a file, a folder or an address: newsdesk index PATH",
        )


async def _sources(
    collection: Collection, locations: Sequence[str], missing: list[str], *, dry: bool
) -> list[Watched]:
    from bot.collection.locating import source_at

    found: dict[str, Watched] = {}
    for location in locations:
        try:
            watched = await source_at(collection, location, dry=dry)
            found[watched.source.location] = watched
        except BotError as error:
            missing.append(str(error))
    return list(found.values())


async def _rollback(settings: Settings, *, as_json: bool) -> ExitCode:
    from bot.collection.opening import open_collection

    async with open_collection(settings, warn=warn) as collection:
        number = await collection.rollback()
    if as_json:
        print_json({"generation": number})
    say(f"Generation {number} is in use again. The next `newsdesk index` brings back the newer.")
    return ExitCode.DONE
