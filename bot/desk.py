"""The desk: where every front end asks its questions, and gets replies with the time they took."""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from bot.batching import QuestionBatcher, look_at
from bot.building import (
    answerer,
    embedder_spec,
    index_home,
    load_calibration,
    load_embedder,
)
from bot.replica import Replica
from retrieval.library import Library, check_dimension, check_match
from retrieval.queries import make_query, plain_text, turn_of
from retrieval.search import search as find_hits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from bot.settings import Settings
    from retrieval.answering import Examined
    from retrieval.embedding import Embedder
    from retrieval.followup import Turn
    from retrieval.search import WordRanking
    from retrieval.types import Excerpt, Hit, Query, Reply

T = TypeVar("T")

_REPLICA_SHARE = 2  # of questions for each worked out here: this process has the chats, too
_THREADS = 2  # searching and ranking; FAISS and tantivy let go of the interpreter meanwhile


@dataclass(frozen=True, slots=True)
class TimedReply:
    """A reply, the milliseconds from question to reply, and what the next question may lean on.

    `hits` are the passages it was drawn from, best first; `further` what else there is to read;
    `understood` what a follow-up was searched for as, "" for a question that stands alone.
    """

    reply: Reply
    took_ms: float
    turn: Turn
    hits: tuple[Hit, ...] = ()
    further: tuple[Excerpt, ...] = ()
    understood: str = ""


class Desk:
    """Answers questions from the current library. One event loop; `async with` or `close()`."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        replica: Replica | None = None,
    ) -> None:
        """Take what it answers from; `replica` shares the work when several ask at once."""
        self.library = library
        self.embedder = embedder
        self.clock = clock
        self._batcher = QuestionBatcher(embedder)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="answer")
        self._replica = replica
        self._working = 0  # questions that are worked out in this process
        self._foreseen: dict[str, asyncio.Future[WordRanking]] = {}  # one at most

    async def ask(
        self,
        question: str,
        *,
        as_of: datetime | None = None,
        turns: Sequence[Turn] = (),
        length: int | None = None,
        source: str | None = None,
    ) -> TimedReply:
        """Answer a question as of a moment (now by default), after `turns` (oldest first).

        `length` code points are quoted at most (None: as set), of the articles of `source` (None:
        of all).

        The whole question is answered by the library that was current when it came.
        Raises RetrievalError.
        """
        started = time.perf_counter()
        library = self.library
        foreseen = self._foreseen.pop(question, None)
        query = await self._read(library, question, as_of or self.clock(), turns, source=source)
        vector, words = await self._vector_and_words(library, query, foreseen)
        examined, further = await self._work_out(library, query, vector, words, length)
        took_ms = (time.perf_counter() - started) * 1000
        turn = turn_of(query, examined.reply)
        return TimedReply(examined.reply, took_ms, turn, examined.hits, further, query.completed)

    async def _vector_and_words(
        self, library: Library, query: Query, looking: asyncio.Future[WordRanking] | None = None
    ) -> tuple[NDArray[np.float32], WordRanking | None]:
        """Return a query's vector and, if nobody else is at work, what its words find meanwhile."""
        if looking is None:
            if self._working or not self._batcher.idle:
                return await self._batcher.embed(query.text), None
            looking = self._in_thread(partial(library.rank_words, query))
        vector, words = await asyncio.gather(self._batcher.embed(query.text), looking)
        return vector, words

    async def _work_out(
        self,
        library: Library,
        query: Query,
        vector: NDArray[np.float32],
        words: WordRanking | None,
        length: int | None,
    ) -> tuple[Examined, tuple[Excerpt, ...]]:
        """Work a question out, here or in the replica: where fewer wait."""
        replica = self._replica
        if replica is not None and self._working:
            replica.wake(library)
            if replica.ready and replica.waiting < _REPLICA_SHARE * self._working:
                found = await replica.work_out(library, query, vector, length)
                if found is not None:
                    return found
        self._working += 1
        try:
            return await self._in_thread(partial(_work_out, library, query, vector, words, length))
        finally:
            self._working -= 1

    async def search(self, text: str, limit: int = 10, source: str | None = None) -> list[Hit]:
        """Return up to `limit` passages for some words, best first; days in them narrow the search.

        `source` narrows it to the articles of that name. Raises RetrievalError.
        """
        library = self.library
        query = await self._read(library, text, self.clock(), source=source)
        vector, words = await self._vector_and_words(library, query)
        find = partial(find_hits, library.generation, query, vector, limit=limit, words=words)
        return await self._in_thread(find)

    def foresee(self, question: str) -> None:
        """Get ready for a question that is about to be asked, unless others are at work.

        It is embedded and its words are looked up, as if it leant on nothing, while what must be
        known before it can be asked is read.
        """
        if self._working or any(not looking.done() for looking in self._foreseen.values()):
            return
        self._batcher.foresee(plain_text(question))
        looking = self._in_thread(partial(_look_up, self.library, question, self.clock()))
        looking.add_done_callback(look_at)
        self._foreseen = {question: looking}

    async def embed(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of a question or topic, float32 (dimension,).

        Raises EmbeddingError.
        """
        return await self._batcher.embed(text)

    async def _read(
        self,
        library: Library,
        text: str,
        as_of: datetime,
        turns: Sequence[Turn] = (),
        *,
        source: str | None,
    ) -> Query:
        """Return the query that a text is."""
        anchors = library.anchors(as_of)
        make = partial(make_query, as_of=as_of, turns=turns, anchors=anchors, source=source or "")
        return await self._in_thread(partial(make, text))

    def _in_thread(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._threads, work)

    def swap(self, library: Library) -> None:
        """Answer from `library` from now on; questions under way end with the one they began."""
        self.library = library

    def close(self) -> None:
        """End the threads once their work is done."""
        self._batcher.close()
        self._threads.shutdown(wait=True)
        if self._replica is not None:
            self._replica.close()

    async def __aenter__(self) -> Self:
        """Return the desk, ready."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the desk."""
        self.close()


def _look_up(library: Library, question: str, as_of: datetime) -> WordRanking:
    return library.rank_words(make_query(question, as_of=as_of, anchors=library.anchors(as_of)))


def _work_out(
    library: Library,
    query: Query,
    vector: NDArray[np.float32],
    words: WordRanking | None,
    length: int | None,
) -> tuple[Examined, tuple[Excerpt, ...]]:
    examined = library.examine(query, vector, length, words)
    return examined, library.further(query, examined)


def open_library(
    settings: Settings,
    *,
    warn: Callable[[str], None] = lambda _line: None,
    calibrated: bool = True,
) -> tuple[Library, Embedder]:
    """Open the index and load the model that it was made with, side by side; takes seconds.

    The data folder's calibration is used if there is one, unless `calibrated` is False.
    Raises NothingIndexedError before the model is loaded, and every other RetrievalError.
    """
    home = index_home(settings)
    if not home.numbers():
        home.open()  # says that nothing is indexed, at once
    with ThreadPoolExecutor(1) as threads:
        loading = threads.submit(load_embedder, settings)
        generation = home.open(warn=warn)
        check_match(generation, embedder_spec(settings))
        embedder = loading.result()
    check_dimension(generation, embedder)
    calibration = load_calibration(settings, warn=warn) if calibrated else None
    return Library(generation, answerer(settings, calibration)), embedder


def reopen_library(
    settings: Settings, embedder: Embedder, *, warn: Callable[[str], None] = lambda _line: None
) -> Library:
    """Return a library over what is current now, for the model that is loaded. Takes a moment.

    Raises RetrievalError.
    """
    generation = index_home(settings).open(warn=warn)
    check_match(generation, embedder.spec)
    check_dimension(generation, embedder)
    return Library(generation, answerer(settings, load_calibration(settings, warn=warn)))


def open_desk(
    settings: Settings,
    *,
    warn: Callable[[str], None] = lambda _line: None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    crowded: bool = False,
) -> Desk:
    """Return a desk over the opened library. Raises what `open_library` raises.

    `crowded` says that many may ask at once: where there is a second core, a replica helps then.
    """
    replica = Replica() if crowded and len(os.sched_getaffinity(0)) > 1 else None
    return Desk(*open_library(settings, warn=warn), clock=clock, replica=replica)
