"""What is wrong with a data folder after a kill, and after the sync that follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.crash.states import leftovers, read_index, read_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.crash.states import IndexState, StoreState


@dataclass(frozen=True)
class Whole:
    """All that a data folder holds at a moment at which nothing runs."""

    store: StoreState
    index: IndexState


def read_whole(data: Path) -> Whole:
    return Whole(read_store(data), read_index(data))


@dataclass(frozen=True)
class Expected:
    """A folder before the action, after an undisturbed one, and after the sync that follows it."""

    before: Whole
    after: Whole
    final: Whole
    now: str  # the moment of the action, as the database writes it


def after_kill(data: Path, expected: Expected) -> Iterator[str]:
    """Yield what is wrong before anything has mended it."""
    store, index = read_store(data), read_index(data)
    yield from store.problems
    yield from index.problems
    if index.passages not in (expected.before.index.passages, expected.after.index.passages):
        yield "the index opens in a state that was never committed"
    yield from _halves(store, expected.before.store, expected.after.store)
    for source in store.visited(expected.now):
        if store.routes().get(source) != expected.after.store.routes().get(source):
            yield f"source {source} counts as visited though its articles are not all there"
    yield from _unfounded_success(store, index, expected)


def _halves(store: StoreState, before: StoreState, after: StoreState) -> Iterator[str]:
    """Yield where the store holds a part of what one transaction writes."""
    known = {*before.digests().items(), *after.digests().items()}
    for article in store.digests().items():
        if article not in known:
            yield f"article {article} is in no known version"
    bands = {(d, before.bands().get(i)) for i, d in before.digests().items()}
    bands |= {(d, after.bands().get(i)) for i, d in after.digests().items()}
    found = store.bands()
    for article, digest in store.digests().items():
        if (digest, found.get(article)) not in bands:
            yield f"article {article} has another version's bands"
    stories: dict[str, list[str]] = {}
    for row in store.articles():
        stories.setdefault(row["story"], []).append(row["id"])
    yield from (f"story {name} is misnamed" for name, ids in stories.items() if min(ids) != name)
    for source in {*before.routes(), *after.routes()}:
        old = before.routes().get(source, frozenset())
        new = after.routes().get(source, frozenset())
        keys = {key for key, _, _ in new}
        # A mirror's arrivals are one transaction, its dropping of what is gone another.
        undropped = new | {route for route in old if route[0] not in keys}
        if store.routes().get(source, frozenset()) not in (old, new, undropped):
            yield f"source {source} has a part of its routes"


def _unfounded_success(store: StoreState, index: IndexState, expected: Expected) -> Iterator[str]:
    for run in store.runs[len(expected.before.store.runs) :]:
        if run["finished"] is None or run["problem"] is not None:
            continue
        reached = expected.after
        if store.tables != reached.store.tables or index.passages != reached.index.passages:
            yield "the journal tells of a success that is not there"


def after_recovery(data: Path, expected: Expected) -> Iterator[str]:
    """Yield where the folder differs from one whose sync nobody disturbed."""
    found, final = read_whole(data), expected.final
    yield from found.store.problems
    yield from found.index.problems
    for table in {*found.store.tables, *final.store.tables}:
        there, wanted = found.store.of(table), final.store.of(table)
        if there != wanted:
            yield f"{table}: {len(wanted - there)} rows missing, {len(there - wanted)} too many"
    if found.index.passages != final.index.passages:
        yield "the index differs from the undisturbed one"
    yield from (f"left behind: {name}" for name in leftovers(data))
    for run in found.store.runs:
        if run["finished"] is None:
            yield f"run {run['id']} looks as if it still ran"
    if found.store.runs[-1]["problem"] is not None:
        yield "the sync after the kill failed"
