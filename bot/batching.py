"""Questions to vectors off the event loop: one worker, and whoever waits shares its next batch.

What was asked lately is known still: inline mode asks while one types, and alerts ask again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.embedding import Embedder

_LARGEST = 64  # questions in one batch; more would keep the first ones waiting
_KNOWN = 4096  # vectors; of 384 numbers they take 6 MB


class QuestionBatcher:
    """Embeds questions in a thread of its own. Use from one event loop; close when done.

    While a batch runs, newcomers gather; the next batch takes them together. A lone question
    never waits for company. The vectors of the `known` questions last asked are kept.
    """

    def __init__(self, embedder: Embedder, *, known: int = _KNOWN) -> None:
        self._embedder = embedder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embed")
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._most = known
        self._coming: dict[str, asyncio.Future[NDArray[np.float32]]] = {}
        self._waiting: list[str] = []
        self._worker: asyncio.Task[None] | None = None

    async def embed(self, question: str) -> NDArray[np.float32]:
        """Return the question's unit vector, float32 (dimension,), not to be written to.

        Raises EmbeddingError.
        """
        if (vector := self._known.get(question)) is not None:
            self._known.move_to_end(question)
            return vector
        return await asyncio.shield(self._begin(question))  # others may wait for the same

    @property
    def idle(self) -> bool:
        """Whether no question is being embedded or waits."""
        return not self._coming

    def foresee(self, question: str) -> None:
        """Begin to embed a question that is about to be asked, if there is nothing else to do."""
        if question not in self._known and self.idle:
            self._begin(question)

    def _begin(self, question: str) -> asyncio.Future[NDArray[np.float32]]:
        """Return what will be the question's vector."""
        future = self._coming.get(question)
        if future is None:
            future = self._coming[question] = asyncio.get_running_loop().create_future()
            future.add_done_callback(look_at)
            self._waiting.append(question)
            if self._worker is None or self._worker.done():
                self._worker = asyncio.create_task(self._work())
        return future

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            questions, self._waiting = self._waiting[:_LARGEST], self._waiting[_LARGEST:]
            try:
                vectors = await loop.run_in_executor(
                    self._thread, self._embedder.embed_questions, questions
                )
            except Exception as error:  # noqa: BLE001 - handed to everyone who waits
                for question in questions:
                    self._coming.pop(question).set_exception(error)
                continue
            for question, row in zip(questions, vectors, strict=True):
                self._coming.pop(question).set_result(self._keep(question, row))

    def _keep(self, question: str, row: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the vector, out of its batch, and remember it in the place of the oldest."""
        vector = row.copy()
        vector.setflags(write=False)
        self._known[question] = vector
        self._known.move_to_end(question)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return vector

    def close(self) -> None:
        """End the thread once its batch is done."""
        self._thread.shutdown(wait=True)


def look_at(future: asyncio.Future[Any]) -> None:
    """Look at what came of it, as whoever waited may have gone: asyncio logs what nobody sees."""
    if not future.cancelled():
        future.exception()
