"""The batcher: everyone gets their own vector, and those who wait share a batch."""

import asyncio
import gc
import threading

import numpy as np
import pytest

from bot.batching import QuestionBatcher
from retrieval.errors import EmbeddingError


class SlowEmbedder:
    """Embeds a question as [its length]; holds every batch until it is let go."""

    def __init__(self):
        self.batches = []
        self.gate = threading.Semaphore(0)
        self.entered = threading.Semaphore(0)

    def embed_questions(self, texts):
        self.batches.append(list(texts))
        self.entered.release()
        assert self.gate.acquire(timeout=10)
        if "bad" in texts:
            raise EmbeddingError("no vector today")
        return np.array([[len(t)] for t in texts], dtype=np.float32)


@pytest.fixture
def embedder():
    return SlowEmbedder()


@pytest.fixture
def batcher(embedder):
    batcher = QuestionBatcher(embedder)
    yield batcher
    batcher.close()


async def _started(embedder):
    assert await asyncio.to_thread(embedder.entered.acquire, timeout=10)


async def test_those_who_wait_share_the_next_batch(embedder, batcher):
    first = asyncio.create_task(batcher.embed("a"))
    await _started(embedder)
    others = [asyncio.create_task(batcher.embed("b" * n)) for n in range(2, 7)]
    await asyncio.sleep(0)
    embedder.gate.release(2)
    assert (await first).tolist() == [1]
    assert [v.tolist() for v in await asyncio.gather(*others)] == [[2], [3], [4], [5], [6]]
    assert [len(batch) for batch in embedder.batches] == [1, 5]


async def test_no_batch_is_larger_than_the_bound(embedder, batcher):
    embedder.gate.release(10)
    vectors = await asyncio.gather(*(batcher.embed("x" * (n + 1)) for n in range(150)))
    assert [int(v[0]) for v in vectors] == list(range(1, 151))
    assert max(len(batch) for batch in embedder.batches) == 64


async def test_an_error_reaches_its_batch_and_no_other(embedder, batcher):
    embedder.gate.release(2)
    with pytest.raises(EmbeddingError):
        await batcher.embed("bad")
    assert (await batcher.embed("good")).tolist() == [4]


async def test_an_asker_who_left_harms_nobody(embedder, batcher):
    first = asyncio.create_task(batcher.embed("a"))
    await _started(embedder)
    gone, stays = asyncio.create_task(batcher.embed("bb")), asyncio.create_task(batcher.embed("c"))
    await asyncio.sleep(0)
    gone.cancel()
    embedder.gate.release(2)
    assert (await stays).tolist() == [1]
    assert (await first).tolist() == [1]


async def test_a_question_asked_again_is_known(embedder, batcher):
    embedder.gate.release(10)
    first = await batcher.embed("a")
    assert await batcher.embed("a") is first
    assert (await batcher.embed("bb")).tolist() == [2]
    assert (await batcher.embed("a")).tolist() == [1]
    assert embedder.batches == [["a"], ["bb"]]
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 9


async def test_the_longest_unasked_is_forgotten(embedder):
    batcher = QuestionBatcher(embedder, known=2)
    embedder.gate.release(10)
    for question in ("a", "bb", "a", "ccc", "a", "bb"):
        assert (await batcher.embed(question)).tolist() == [len(question)]
    assert embedder.batches == [["a"], ["bb"], ["ccc"], ["bb"]]
    batcher.close()


async def test_an_error_is_not_remembered(embedder, batcher):
    embedder.gate.release(10)
    for _ in range(2):
        with pytest.raises(EmbeddingError):
            await batcher.embed("bad")
    assert embedder.batches == [["bad"], ["bad"]]


async def test_a_question_foreseen_is_embedded_once(embedder, batcher):
    batcher.foresee("a")
    await _started(embedder)
    asked = [asyncio.create_task(batcher.embed("a")) for _ in range(2)]
    await asyncio.sleep(0)
    embedder.gate.release(10)
    first, second = await asyncio.gather(*asked)
    assert first is second
    assert first.tolist() == [1]
    batcher.foresee("a")  # is known
    await batcher.embed("bb")
    assert embedder.batches == [["a"], ["bb"]]


async def test_nothing_is_foreseen_while_others_wait(embedder, batcher):
    first = asyncio.create_task(batcher.embed("a"))
    await _started(embedder)
    batcher.foresee("bb")
    embedder.gate.release(10)
    await first
    await batcher.embed("ccc")
    assert embedder.batches == [["a"], ["ccc"]]


async def test_of_two_who_ask_the_same_one_may_leave(embedder, batcher):
    gone, stays = (asyncio.create_task(batcher.embed("a")) for _ in range(2))
    await _started(embedder)
    gone.cancel()
    await asyncio.sleep(0)
    embedder.gate.release(10)
    assert (await stays).tolist() == [1]
    assert gone.cancelled()
    assert embedder.batches == [["a"]]


async def test_an_error_of_what_was_foreseen_is_met_by_who_asks(embedder, batcher, caplog):
    batcher.foresee("bad")
    await _started(embedder)
    embedder.gate.release(10)
    with pytest.raises(EmbeddingError):
        await batcher.embed("bad")
    batcher.foresee("bad")
    await _started(embedder)
    await batcher.embed("good")
    gc.collect()
    assert embedder.batches == [["bad"], ["bad"], ["good"]]
    assert not caplog.records, "an error that nobody met was logged"
