"""Slow work beside the event loop: iterators in a thread, and a few tasks at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable

T = TypeVar("T")
R = TypeVar("R")

_BATCH = 32


async def in_thread(steps: Generator[T, None, None]) -> AsyncGenerator[T, None]:
    """Yield what a blocking generator yields, running it in a thread, a batch at a time."""
    try:
        while batch := await asyncio.to_thread(list, islice(steps, _BATCH)):
            for step in batch:
                yield step
    finally:
        with suppress(ValueError):  # cancelled while its thread is still at work
            steps.close()


async def each(
    items: Iterable[T], work: Callable[[T], Awaitable[R]], *, width: int
) -> AsyncGenerator[R, None]:
    """Yield `work(item)` for each item, in order, with up to `width` of them under way."""
    under_way: deque[asyncio.Future[R]] = deque()
    try:
        for item in items:
            under_way.append(asyncio.ensure_future(work(item)))
            if len(under_way) >= width:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
