"""A second process that works out replies beside this one, where several questions wait.

Extraction is Python's work, and one interpreter does one thing at a time: without a second one,
half of two cores would idle while questions queue up. The files of the index are mapped, so both
share them. The process is started when two questions are first asked at once, and nothing depends
on it: what it can't do, or while it is starting, is done here.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import signal
import threading
from collections import OrderedDict
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING

from bot.garbage import collect_rarely, set_aside

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.answering import Examined
    from retrieval.library import Library
    from retrieval.types import Excerpt, Query

    Found = tuple[Examined, tuple[Excerpt, ...]]

logger = logging.getLogger(__name__)

_ERRORS = 2  # the descriptor
_STARTS = 3  # a process that keeps ending is given up
_KEPT = 2  # generations held open: the current one, and one that questions under way began with


class Replica:
    """The process. `waiting` is how many questions it has, `ready` whether it takes any.

    Use from one event loop; close when done.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self._starts = 0
        self._starting = False
        self._closed = False
        self._pool: ProcessPoolExecutor | None = None
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="replica")

    @property
    def ready(self) -> bool:
        """Whether it takes questions."""
        return self._pool is not None

    def wake(self, library: Library) -> None:
        """Have it started with a library, unless it is up, on its way or given up."""
        if self.ready or self._starting or self._closed or self._starts >= _STARTS:
            return
        if (collection := _collection(library)) is None:
            return
        self._starting = True
        self._starts += 1
        self._starter.submit(self._start, collection)

    async def work_out(
        self, library: Library, query: Query, vector: NDArray[np.float32], length: int | None
    ) -> Found | None:
        """Return what a question comes to, None if that has to be worked out elsewhere."""
        pool, collection = self._pool, _collection(library)
        if pool is None or collection is None:
            return None
        loop = asyncio.get_running_loop()
        self.waiting += 1
        try:
            return await loop.run_in_executor(pool, _work_out, collection, query, vector, length)
        except BrokenProcessPool:
            pool.shutdown(wait=False)
            if self._pool is pool:
                self._pool = None
                logger.warning("The second process for answers ended; answers go on in this one")
            return None
        except Exception:  # noqa: BLE001 - done again here, where its failure is told
            return None
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """End the process, once it has answered what it was asked."""
        self._closed = True
        self._starter.shutdown(wait=True, cancel_futures=True)
        if self._pool is not None:
            self._pool.shutdown(wait=True)

    def _start(self, collection: Collection) -> None:
        # Spawned, not forked: a fork of a process with threads may never wake up.
        pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin)
        try:
            with _kept_to_itself():
                preparing = pool.submit(_prepare, collection)
            preparing.result()
            self._pool = pool
        except Exception as error:  # noqa: BLE001 - whatever it is, answers are worked out here
            logger.info("No second process for answers: %s", type(error).__name__)
            pool.shutdown(wait=False)
        finally:
            self._starting = False


@dataclass(frozen=True, slots=True)
class Collection:
    """What a library is made of: a generation's folder, and its answerer, pickled."""

    folder: str
    answerer: bytes


@contextmanager
def _kept_to_itself() -> Iterator[None]:
    """Start no process within the block that can write to this one's errors.

    One that starts just as this one is killed would tell of broken pipes at length.
    """
    before = os.get_inheritable(_ERRORS)
    os.set_inheritable(_ERRORS, False)
    try:
        yield
    finally:
        os.set_inheritable(_ERRORS, before)


def _collection(library: Library) -> Collection | None:
    """Return what the other process makes the same library of; None if it can't."""
    try:
        return Collection(str(library.generation.folder.resolve()), pickle.dumps(library.answerer))
    except (pickle.PickleError, AttributeError, TypeError):
        return None


# From here on, what runs in the other process.

_libraries: OrderedDict[Collection, Library] = OrderedDict()


def _begin() -> None:
    """Leave the terminal's Ctrl-C to the parent, and end when it does, however that was."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        if (nowhere := os.open(os.devnull, os.O_WRONLY)) != _ERRORS:
            os.close(nowhere)
    collect_rarely()
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _prepare(collection: Collection) -> None:
    _opened(collection)
    set_aside()


def _work_out(
    collection: Collection, query: Query, vector: NDArray[np.float32], length: int | None
) -> Found:
    library = _opened(collection)
    examined = library.examine(query, vector, length)
    return examined, library.further(query, examined)


def _opened(wanted: Collection) -> Library:
    from retrieval.index.generation import Generation
    from retrieval.library import Library

    if wanted not in _libraries:
        # Its checksums were compared when the parent opened it.
        generation = Generation(Path(wanted.folder), verify=False)
        _libraries[wanted] = Library(generation, pickle.loads(wanted.answerer))  # noqa: S301 - ours
    _libraries.move_to_end(wanted)
    while len(_libraries) > _KEPT:
        _libraries.popitem(last=False)
    return _libraries[wanted]
