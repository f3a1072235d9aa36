"""Fixtures of the tests of sources."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from bot.sources.collecting import collect
from bot.sources.events import Complete
from tests.bot.sources.sources_bench import NOW, Site, polite_fetcher, read_page, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.sources.fetching import Fetcher
    from bot.store.records import Watched


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Site()) as served:
        yield served


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with polite_fetcher() as opened:
        yield opened


@pytest.fixture
def visit(fetcher: Fetcher) -> Callable[..., Any]:
    """Visit a source; return the steps and what completed them."""

    async def run(source: Watched, known: dict[str, str] | None = None, *, now=NOW):
        events = [
            event
            async for event in collect(
                source,
                fetcher=fetcher,
                known=known or {},
                now=now,
                read_page=read_page,
                random=Random(1),  # noqa: S311
            )
        ]
        assert isinstance(events[-1], Complete)
        assert not any(isinstance(event, Complete) for event in events[:-1])
        return events[:-1], events[-1]

    return run
