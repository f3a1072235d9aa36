"""Python's garbage collector, kept from halting the event loop.

A full collection looks at every object there is, libraries' and models' too, and nothing else runs
meanwhile: about 150 ms, every two seconds under load. What was loaded at the start stays, so it
is set aside; what comes later is looked at less often. Most garbage needs no collector at all.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEW_OBJECTS = 5_000  # that lead to a collection of new ones; a reply makes tens of thousands
_RATIO = 10  # collections of one generation that lead to one of the next


@contextmanager
def short_collections() -> Iterator[None]:
    """Collect rarely within the block; afterwards everything is as it was."""
    before = gc.get_threshold()
    collect_rarely()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def collect_rarely() -> None:
    """Collect rarely from now on."""
    gc.set_threshold(_NEW_OBJECTS, _RATIO, _RATIO)


def set_aside() -> None:
    """Never again look at the objects that are there now. Call when all that stays is loaded."""
    gc.collect()
    gc.freeze()
