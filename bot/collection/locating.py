"""A path or an address, as a person gives it → the source that it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.sources.detecting import detect_address, detect_path, is_address
from bot.sources.problems import shown_url
from bot.store.errors import UnknownSourceError
from bot.store.records import Source, SourceState, Watched

if TYPE_CHECKING:
    from bot.collection.syncing import Collection
    from bot.sources.fetching import Fetcher
    from bot.store.records import SourceKind


@dataclass(frozen=True, slots=True)
class Located:
    """What a location is. `feeds`: addresses of feeds that a page says it has."""

    kind: SourceKind
    location: str
    name: str
    feeds: tuple[str, ...] = ()


async def locate(location: str, fetcher: Fetcher) -> Located:
    """Tell what a location is; an address is fetched once. Raises SourceError."""
    if is_address(location):
        address = location.strip()
        found = await detect_address(address, fetcher)
        return Located(found.kind, address, found.title or shown_url(address), found.feeds)
    return await asyncio.to_thread(locate_path, location)


def locate_path(location: str) -> Located:
    """Tell a folder from a file. Raises SourceError if it is neither."""
    path = Path(location).resolve()
    return Located(detect_path(path), str(path), path.name or str(path))


async def known_source(collection: Collection, location: str) -> Watched | None:
    """Return the source that has this location already, or None."""
    place = await asyncio.to_thread(place_of, location)
    try:
        return await collection.store.sources.get(place)
    except UnknownSourceError:
        return None


async def source_at(collection: Collection, location: str, *, dry: bool = False) -> Watched:
    """Return the source at a location, added if it isn't there yet; `dry` adds nothing.

    A source that was not added has the number 0. Raises SourceError, StoreError.
    """
    if (known := await known_source(collection, location)) is not None:
        return known
    found = await locate(location, collection.fetcher)
    every = collection.settings.source_every
    if dry:
        source = Source(
            id=0,
            kind=found.kind,
            location=found.location,
            name=found.name,
            every=every,
            mirror=False,
            enabled=True,
            created=collection.clock(),
        )
        return Watched(source, SourceState(), 0)
    added = await collection.store.sources.add(
        found.kind, found.location, every=every, name=found.name
    )
    return Watched(added, SourceState(), 0)


def place_of(location: str) -> str:
    """Return the one spelling of a location under which its source is known."""
    return location.strip() if is_address(location) else str(Path(location).resolve())
