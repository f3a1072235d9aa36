"""Stopping on the operating system's request."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

STOPPING = (signal.SIGINT, signal.SIGTERM)
# Elsewhere than in the main thread, and on Windows, signals are the program's own affair.
_NOT_HERE = (NotImplementedError, RuntimeError, ValueError)


@contextmanager
def stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` at the first SIGINT or SIGTERM in the block; the next one ends the program."""
    loop = asyncio.get_running_loop()
    earlier = {number: signal.getsignal(number) for number in STOPPING}

    def release() -> None:
        for number in STOPPING:
            with suppress(*_NOT_HERE):
                if loop.remove_signal_handler(number):
                    signal.signal(number, earlier[number])

    def handle() -> None:
        logger.info("Stopping; answers under way will still be sent")
        stop.set()
        release()

    for number in STOPPING:
        with suppress(*_NOT_HERE):
            loop.add_signal_handler(number, handle)
    try:
        yield
    finally:
        release()
