"""A lock with two queues: whoever is in a hurry goes before those who have time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turnstile:
    """Lets one thread in at a time; a waiting `hurried` one always before the others."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken = False
        self._hurried = 0

    @contextmanager
    def turn(self, *, hurried: bool) -> Iterator[None]:
        """Hold the turn for the block. A steady stream of hurried ones keeps the others out."""
        with self._changed:
            self._hurried += hurried
            while self._taken or (self._hurried and not hurried):
                self._changed.wait()
            self._hurried -= hurried
            self._taken = True
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()
