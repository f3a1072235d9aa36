"""`newsdesk sources`: what is watched for articles."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from bot.collection.locating import Located, locate, locate_path, place_of
from bot.collection.opening import make_fetcher
from bot.commands.output import print_json, say, spinner, warn
from bot.commands.sources_view import print_table, record, shown_location
from bot.sources.detecting import is_address
from bot.sources.durations import parse_interval
from bot.sources.opml import Outline, parse_opml, write_opml
from bot.sources.problems import ContentError, FetchError, SourceError
from bot.store.engine import open_store
from bot.store.errors import SourceExistsError, UnknownSourceError
from bot.store.records import SourceKind
from bot.store.urls import database_url

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeVar

    from bot.settings import Settings
    from bot.store.engine import Store
    from bot.store.records import Watched

    T = TypeVar("T")

_ON_DISK = ("folder", "file")
_LARGEST_LIST = 10 * 1024 * 1024


class _Interval(click.ParamType[int]):
    name = "interval"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return seconds; a wrong interval is a usage error."""
        try:
            return value if isinstance(value, int) else parse_interval(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.group()
def sources() -> None:
    """Say where articles come from: folders, files, feeds, sitemaps, links.

    \b
    newsdesk sources add articles/                        a folder, with what is below it
    newsdesk sources add https://news.example/feed.xml    a feed, a sitemap or a single page
    newsdesk sources list                                 what is watched, and how it goes
    newsdesk sources import subscriptions.opml            the feeds of a feed reader

    A SOURCE is named by its number, its name or its location.
    """  # noqa: D301 - click reads the backspace


@sources.command()
@click.argument("location")
@click.option("--name", default="", help="What to call it (default: its title, else its address).")
@click.option("--every", type=_Interval(), help="Pause between two visits: 15m, 2h, 1d.")
@click.option("--mirror", is_flag=True, help="Drop articles that the source no longer has.")
@click.option(
    "--kind",
    type=click.Choice(get_args(SourceKind)),
    help="What it is; else Newsdesk looks, fetching an address once.",
)
@click.pass_obj
def add(
    settings: Settings,
    location: str,
    name: str,
    every: int | None,
    mirror: bool,
    kind: SourceKind | None,
) -> None:
    """Watch LOCATION: a folder, a file or an address from http:// or https:// on."""
    found = _located(settings, location, kind)

    async def work(store: Store) -> None:
        added = await store.sources.add(
            found.kind,
            found.location,
            every=every or settings.source_every,
            name=name or found.name,
            mirror=mirror,
        )
        say(f"Added number {added.id}: {added.name} ({added.kind}).")

    _with_store(settings, work)
    for feed in found.feeds:
        say(f"The page has a feed, which brings new articles too: newsdesk sources add {feed}")


@sources.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print the sources as one JSON object.")
@click.pass_obj
def list_sources(settings: Settings, as_json: bool) -> None:
    """Show what is watched: articles brought, last and next visit, and what is wrong."""
    found = _with_store(settings, lambda store: store.sources.list())
    if as_json:
        print_json({"sources": [record(watched) for watched in found]})
    elif found:
        print_table(found, now=datetime.now(UTC))
    else:
        say("Nothing is watched yet: newsdesk sources add FOLDER, FILE or ADDRESS")


@sources.command()
@click.argument("source")
@click.option("--with-articles", is_flag=True, help="Remove the articles that it alone brought.")
@click.pass_obj
def remove(settings: Settings, source: str, with_articles: bool) -> None:
    """Watch SOURCE no more. Its articles stay, unless you say otherwise."""

    async def work(store: Store) -> None:
        watched = await _get(store, source)
        gone = await store.sources.remove(watched.source.id, keep_articles=not with_articles)
        articles = f"; {len(gone)} articles removed" if with_articles else "; its articles stay"
        say(f"Removed {watched.source.name}{articles}.")

    _with_store(settings, work)


@sources.command()
@click.argument("source")
@click.pass_obj
def enable(settings: Settings, source: str) -> None:
    """Visit SOURCE again."""

    async def work(store: Store) -> None:
        watched = await _get(store, source)
        await store.sources.enable(watched.source.id)
        say(f"Enabled {watched.source.name}.")

    _with_store(settings, work)


@sources.command()
@click.argument("source")
@click.pass_obj
def disable(settings: Settings, source: str) -> None:
    """Visit SOURCE no more until it is enabled again. Its articles stay."""

    async def work(store: Store) -> None:
        watched = await _get(store, source)
        await store.sources.disable(watched.source.id)
        say(f"Disabled {watched.source.name}.")

    _with_store(settings, work)


@sources.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_opml(settings: Settings, file: Path) -> None:
    """Watch the feeds of an OPML file, as every feed reader exports them."""
    outlines = parse_opml(_read(file))

    async def work(store: Store) -> tuple[int, int]:
        added = there = 0
        for outline in outlines:
            try:
                await store.sources.add(
                    outline.kind,
                    outline.location,
                    every=outline.every or settings.source_every,
                    name=outline.name or shown_location(outline.location),
                    mirror=outline.mirror,
                )
                added += 1
            except SourceExistsError:
                there += 1
        return added, there

    added, there = _with_store(settings, work)
    say(f"Added {added} of {len(outlines)} sources; {there} were there already.")


@sources.command(name="export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.pass_obj
def export_opml(settings: Settings, file: Path | None) -> None:
    """Write the watched addresses as OPML to FILE, or to stdout."""
    found = _with_store(settings, lambda store: store.sources.list())
    written = write_opml(_outline(watched) for watched in found)
    local = sum(watched.source.kind in _ON_DISK for watched in found)
    if local:
        warn(f"{local} folders and files are left out; they belong to this machine")
    if any(shown_location(w.source.location) != w.source.location for w in found):
        warn("logins in addresses are left out; add them after the import")
    if file is None:
        click.echo(written, nl=False)
    else:
        file.write_bytes(written)
        say(f"Wrote {len(found) - local} sources to {file}.")


def _located(settings: Settings, location: str, kind: SourceKind | None) -> Located:
    """Tell what a location is; `kind` spares an address the look."""
    if not is_address(location):
        if kind is not None and kind not in _ON_DISK:
            raise click.UsageError(f"a {kind} has an address from http:// or https:// on")
        return locate_path(location)
    if kind in _ON_DISK:
        raise click.UsageError(f"an address is no {kind}; leave --kind out")
    address = location.strip()
    if kind is not None:
        return Located(kind, address, shown_location(address))

    async def look() -> Located:
        async with make_fetcher(settings) as fetcher:
            return await locate(address, fetcher)

    try:
        with spinner(f"Looking at {shown_location(address)} ..."):
            return asyncio.run(look())
    except FetchError as error:
        remedy = f"{error.remedy}; " if error.remedy else ""
        raise SourceError(error.problem, f"{remedy}--kind adds it without looking") from None


def _with_store(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    async def run() -> T:
        async with await open_store(
            database_url(settings), clock=lambda: datetime.now(UTC)
        ) as store:
            return await work(store)

    return asyncio.run(run())


async def _get(store: Store, wanted: str) -> Watched:
    try:
        return await store.sources.get(wanted)
    except UnknownSourceError:
        place = await asyncio.to_thread(place_of, wanted)
        if place == wanted:
            raise
        return await store.sources.get(place)


def _read(file: Path) -> bytes:
    if file.stat().st_size > _LARGEST_LIST:
        raise ContentError(f"{file} is too large for an OPML file", "check the file")
    return file.read_bytes()


def _outline(watched: Watched) -> Outline:
    source = watched.source
    return Outline(
        source.kind, shown_location(source.location), source.name, source.every, source.mirror
    )
