"""Questions asked one after the other, and by many askers at once; each is timed."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from retrieval.evaluation.metrics.latency import percentile

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

Ask: TypeAlias = "Callable[[str], object]"
AsyncAsk: TypeAlias = "Callable[[str], Awaitable[object]]"


@dataclass(frozen=True, slots=True)
class Asked:
    """How long each question took, in milliseconds, and all of them together, in seconds."""

    took_ms: tuple[float, ...]
    seconds: float

    def record(self) -> dict[str, float | int | None]:
        """Return the figures."""
        return {
            "asked": len(self.took_ms),
            "p50_ms": percentile(self.took_ms, 0.5),
            "p95_ms": percentile(self.took_ms, 0.95),
            "questions_a_second": len(self.took_ms) / self.seconds if self.seconds else None,
        }


class Supply:
    """Hands out questions until there are none left or `seconds` are over; threads may share it."""

    def __init__(self, questions: Iterable[str], seconds: float) -> None:
        self._questions = iter(questions)
        self._end = time.perf_counter() + seconds
        self._lock = Lock()

    def __iter__(self) -> Iterator[str]:
        """Yield questions that nobody else gets."""
        while time.perf_counter() < self._end:
            with self._lock:
                question = next(self._questions, None)
            if question is None:
                return
            yield question


def in_threads(ask: Ask, questions: Iterable[str], *, askers: int, seconds: float) -> Asked:
    """Let `askers` threads ask, each its next question when it has its answer."""
    supply, took = Supply(questions, seconds), list[float]()

    def work() -> None:
        for question in supply:
            started = time.perf_counter()
            ask(question)
            took.append((time.perf_counter() - started) * 1000)

    started = time.perf_counter()
    with ThreadPoolExecutor(askers) as threads:
        for done in [threads.submit(work) for _ in range(askers)]:
            done.result()
    return Asked(tuple(took), time.perf_counter() - started)


async def in_tasks(
    ask: AsyncAsk, questions: Iterable[str], *, askers: int, seconds: float
) -> Asked:
    """Let `askers` tasks ask, each its next question when it has its answer."""
    supply, took = Supply(questions, seconds), list[float]()

    async def work() -> None:
        for question in supply:
            started = time.perf_counter()
            await ask(question)
            took.append((time.perf_counter() - started) * 1000)

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(askers)))
    return Asked(tuple(took), time.perf_counter() - started)


def turned(questions: list[str], by: int, count: int) -> list[str]:
    """Return `count` questions beginning with number `by`, again from the first where they end."""
    endless = (question for _ in iter(int, 1) for question in questions)
    return list(islice(endless, by % len(questions), by % len(questions) + count))
