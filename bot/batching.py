"""Questions to vectors off the event loop: one worker, and whoever waits shares its next batch.

What was asked lately is known still: inline mode asks while one types, and alerts ask again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

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
        self._waiting: list[tuple[str, asyncio.Future[NDArray[np.float32]]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def embed(self, question: str) -> NDArray[np.float32]:
        """Return the question's unit vector, float32 (dimension,), not to be written to.

        Raises EmbeddingError.
        """
        if (vector := self._known.get(question)) is not None:
            self._known.move_to_end(question)
            return vector
        future: asyncio.Future[NDArray[np.float32]] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[:_LARGEST], self._waiting[_LARGEST:]
            questions = [question for question, _ in batch]
            try:
                vectors = await loop.run_in_executor(
                    self._thread, self._embedder.embed_questions, questions
                )
            except Exception as error:  # noqa: BLE001 - handed to everyone who waits
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (question, future), row in zip(batch, vectors, strict=True):
                vector = self._keep(question, row)
                if not future.done():  # the asker may have gone away
                    future.set_result(vector)

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
