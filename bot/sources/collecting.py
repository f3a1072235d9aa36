"""One visit to a source, whatever its kind: steps as they come, and a state to remember."""

from __future__ import annotations

import logging
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from bot.sources.events import Complete
from bot.sources.feed_source import visit_feed
from bot.sources.folder import FolderVisit
from bot.sources.pages import visit_link
from bot.sources.problems import FetchError, Problem, SourceError
from bot.sources.running import in_thread
from bot.sources.schedule import next_due
from bot.sources.sitemap_source import visit_sitemap
from bot.sources.visit import Visit
from retrieval.readers import read_page

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping
    from datetime import datetime

    from bot.sources.events import Event, Step
    from bot.sources.fetching import Fetcher
    from bot.sources.visit import PageReader
    from bot.store.records import SourceKind, SourceState, Watched

_log = logging.getLogger(__name__)
_GONE = 410


async def collect(
    watched: Watched,
    *,
    fetcher: Fetcher,
    known: Mapping[str, str],
    now: datetime,
    read_page: PageReader = read_page,
    random: Random | None = None,
    barred: Callable[[str], bool] = lambda _url: False,
) -> AsyncGenerator[Event, None]:
    """Visit a source and yield what it has that is new or changed; `Complete` comes last.

    `known` maps the keys that the source brought before to their fingerprints; pages whose address
    is `barred` are not fetched. Whatever is wrong with the source is a `Problem` and a later next
    visit; nothing raises.
    """
    visit = Visit(watched, fetcher, known, now, read_page, barred)
    random = random or Random()  # noqa: S311 - jitter, no secret
    try:
        async with aclosing(_VISITS[watched.source.kind](visit)) as steps:
            async for step in steps:
                yield step
    except SourceError as error:
        yield Problem("" if isinstance(error, FetchError) else visit.location, *_parts(error))
        yield _failed(visit, error, random)
    except Exception as error:  # noqa: BLE001
        # What strangers send may trip up any library; one source never takes the others along.
        _log.debug("visiting %s failed", watched.source.name, exc_info=True)
        unexpected = SourceError(f"it can't be read ({type(error).__name__})")
        yield Problem(visit.location, unexpected.problem)
        yield _failed(visit, unexpected, random)
    else:
        yield _succeeded(visit, random)


async def _visit_folder(visit: Visit) -> AsyncGenerator[Step, None]:
    folder = FolderVisit(
        Path(visit.location), fingerprint=visit.fingerprint, known=visit.known, now=visit.now
    )
    async with aclosing(in_thread(folder.steps())) as steps:
        async for step in steps:
            yield step
    visit.fingerprint, visit.keys = folder.fingerprint, folder.keys


_VISITS: Mapping[SourceKind, Callable[[Visit], AsyncGenerator[Step, None]]] = {
    "folder": _visit_folder,
    "file": _visit_folder,
    "feed": visit_feed,
    "sitemap": visit_sitemap,
    "link": visit_link,
}


def _succeeded(visit: Visit, random: Random) -> Complete:
    due = next_due(
        visit.now, every=_every(visit), failures=0, random=random, retry_after=visit.wait
    )
    state = replace(
        visit.watched.state,
        etag=None if visit.unfinished else visit.etag,
        modified=None if visit.unfinished else visit.modified,
        fingerprint=visit.fingerprint,
        checked=visit.now,
        due=due,
        failures=0,
        problem=None,
    )
    return Complete(state, visit.keys)


def _failed(visit: Visit, error: SourceError, random: Random) -> Complete:
    before: SourceState = visit.watched.state
    failures = before.failures + 1
    wait = error.retry_after if isinstance(error, FetchError) else None
    due = next_due(
        visit.now, every=_every(visit), failures=failures, random=random, retry_after=wait
    )
    state = replace(before, checked=visit.now, due=due, failures=failures, problem=str(error))
    return Complete(state, gone=isinstance(error, FetchError) and error.status == _GONE)


def _every(visit: Visit) -> timedelta:
    return timedelta(seconds=visit.watched.source.every)


def _parts(error: SourceError) -> tuple[str, str]:
    return error.problem, error.remedy
