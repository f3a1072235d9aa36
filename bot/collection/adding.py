"""Addresses that a person gives → sources to visit at once, or the line that says why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.collection.locating import locate
from bot.errors import BotError
from bot.sources.problems import shown_url
from bot.store.errors import SourceExistsError, UnknownSourceError
from bot.store.records import SourceState, Watched
from bot.store.shelf import Shelf
from retrieval.readers import canonical_url
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.collection.syncing import Collection
    from bot.sources.opml import Outline


@dataclass(frozen=True, slots=True)
class Found:
    """A source to visit. `new`: it was added just now; `feeds` are those that its page names."""

    watched: Watched
    new: bool
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """An address that gave no source, and why in one line."""

    problem: str


Added: TypeAlias = Found | Article | Refused
"""An `Article` is in the collection already, so that its address needs no source."""


async def add_address(collection: Collection, address: str) -> Added:
    """Make an address a source as its kind is, unless its article is there already.

    The address of a source that is known gives that source. Raises StoreError.
    """
    address = address.strip()
    known = await _known(collection, address)
    if known is not None:
        return Found(known, new=False)
    if (article := await _article_at(collection, address)) is not None:
        return article
    try:
        located = await locate(address, collection.fetcher)
        source = await collection.store.sources.add(
            located.kind,
            located.location,
            every=collection.settings.source_every,
            name=located.name,
        )
    except SourceExistsError:  # another added it meanwhile
        known = await _known(collection, address)
        return Found(known, new=False) if known else Refused(shown_url(address))
    except BotError as error:
        return Refused(str(error))
    return Found(Watched(source, SourceState(), 0), new=True, feeds=located.feeds)


async def add_outlines(collection: Collection, outlines: Iterable[Outline]) -> list[Watched]:
    """Add the sources of a subscription list; returns those that weren't there yet."""
    added: list[Watched] = []
    for outline in outlines:
        try:
            source = await collection.store.sources.add(
                outline.kind,
                outline.location,
                every=outline.every or collection.settings.source_every,
                name=outline.name or shown_url(outline.location),
                mirror=outline.mirror,
            )
        except SourceExistsError:
            continue
        added.append(Watched(source, SourceState(), 0))
    return added


async def settle(collection: Collection, found: Iterable[Found]) -> list[str]:
    """Say what is wrong with sources after their visit.

    A new page that gave no article is no source: it is removed again.
    """
    problems: list[str] = []
    for one in found:
        source = one.watched.source
        try:
            after = await collection.store.sources.get(source.id)
        except UnknownSourceError:
            continue
        if after.state.problem is None:
            continue
        told = after.state.problem
        where = shown_url(source.location)
        problems.append(told if where in told else f"{where}: {told}")
        if one.new and source.kind == "link" and not after.articles:
            await collection.store.sources.remove(source.id)
    return problems


async def _known(collection: Collection, address: str) -> Watched | None:
    try:
        return await collection.store.sources.get(address)
    except UnknownSourceError:
        return None


async def _article_at(collection: Collection, address: str) -> Article | None:
    store = collection.store
    url = canonical_url(address)
    found = await Shelf(store.database).at([url]) if url else None
    return await store.articles.get(found) if found else None
