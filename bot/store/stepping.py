"""Runs the coroutine of a transaction to its end in a thread, over SQLAlchemy's plain connection.

What works in a transaction awaits nothing but statements. With a driver that blocks, those never
suspend it, so one step of the coroutine is the whole transaction: no event loop is needed, and the
thread that it runs in is changed to once and not at every statement.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Connection, CursorResult, Dialect, Executable, ScalarResult
    from sqlalchemy.ext.asyncio import AsyncConnection

    # What works with a connection; it neither knows nor minds which of the two it gets.
    Connecting = Callable[[AsyncConnection], Awaitable["T"]]

T = TypeVar("T")


class SteppedConnection:
    """The part of an AsyncConnection that the store uses, as coroutines that never suspend.

    Once `given_up` is set, the next statement raises CancelledError instead. Results are read
    within the transaction.
    """

    def __init__(self, connection: Connection, given_up: threading.Event) -> None:
        self._connection = connection
        self._given_up = given_up

    @property
    def dialect(self) -> Dialect:
        """The database's kind."""
        return self._connection.dialect

    async def execute(
        self, statement: Executable, parameters: Any = None, **options: Any
    ) -> CursorResult[Any]:
        """Run a statement."""
        self._go_on()
        return self._connection.execute(statement, parameters, **options)

    async def scalar(self, statement: Executable, parameters: Any = None, **options: Any) -> Any:
        """Run a statement; return the first value of the first row, or None."""
        self._go_on()
        return self._connection.scalar(statement, parameters, **options)

    async def scalars(
        self, statement: Executable, parameters: Any = None, **options: Any
    ) -> ScalarResult[Any]:
        """Run a statement; return the first values of its rows."""
        self._go_on()
        return self._connection.scalars(statement, parameters, **options)

    async def run_sync(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call `work` with the plain connection."""
        self._go_on()
        return work(self._connection, *args, **kwargs)

    def _go_on(self) -> None:
        if self._given_up.is_set():
            raise asyncio.CancelledError


def step_through(
    work: Connecting[T], connection: Connection, given_up: threading.Event | None = None
) -> T:
    """Run `work` on a connection; return and raise what it does.

    Raises RuntimeError if it awaits anything but the connection: that takes an event loop, and
    would hold up all who write.
    """
    given_up = given_up or threading.Event()
    stepped = cast("AsyncConnection", SteppedConnection(connection, given_up))
    steps = work(stepped).__await__()
    try:
        next(steps)
    except StopIteration as end:
        if given_up.is_set():
            raise asyncio.CancelledError from None
        return cast("T", end.value)
    steps.close()
    raise RuntimeError("a transaction that runs in a thread awaits something else than statements")
