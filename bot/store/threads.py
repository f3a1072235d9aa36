"""SQLite's transactions in threads: an event loop hands one over and is told when it has ended."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from bot.store.stepping import step_through

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine

    from bot.store.stepping import Connecting

T = TypeVar("T")

READERS = 4


class Threads:
    """One thread that writes and a few that read, over a blocking engine; for one event loop.

    Whoever is cancelled while a transaction runs gets CancelledError once it has ended. It ends
    at its next statement, undone; only when all statements were through it may have been kept.
    One that has not begun never does.
    """

    def __init__(self, engine: Engine, *, writing: Mapping[str, Any]) -> None:
        """Take the engine and the execution options of connections that write."""
        self._reading = engine
        self._writing = engine.execution_options(**writing)
        self._writer, self._readers = _pools()

    async def read(self, work: Connecting[T]) -> T:
        """Run `work` in a transaction that sees one state and keeps nothing."""
        given_up = threading.Event()

        def run() -> T:
            with self._reading.connect() as connection:
                return step_through(work, connection, given_up)

        return await _carried_out(self._readers, run, given_up)

    async def write(self, work: Connecting[T], *, undo: bool) -> T:
        """Run `work` in a transaction; with `undo` nothing is kept but the result."""
        given_up = threading.Event()

        def run() -> T:
            with self._writing.connect() as connection, connection.begin() as transaction:
                result = step_through(work, connection, given_up)
                if undo:
                    transaction.rollback()
                return result

        return await _carried_out(self._writer, run, given_up)

    def close(self) -> None:
        """Close all connections and end the threads, of which none may be at work.

        Like the engine's connections they are made anew should there be more to do.
        """
        for pool in (self._writer, self._readers):
            pool.shutdown()
        self._writer, self._readers = _pools()
        self._reading.dispose()


def _pools() -> tuple[ThreadPoolExecutor, ThreadPoolExecutor]:
    """Return those who write and those who read; they start no thread before there is work."""
    return (
        ThreadPoolExecutor(1, thread_name_prefix="sql-writer"),
        ThreadPoolExecutor(READERS, thread_name_prefix="sql-reader"),
    )


async def _carried_out(
    pool: ThreadPoolExecutor, run: Callable[[], T], given_up: threading.Event
) -> T:
    """Call `run` in the pool and wait for its end, in any case."""
    begun = pool.submit(run)
    ended = asyncio.wrap_future(begun)
    try:
        return await asyncio.shield(ended)
    except asyncio.CancelledError:
        given_up.set()
        if not begun.cancel():
            while not ended.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([ended])
        raise
