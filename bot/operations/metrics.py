"""What is measured while the bot runs, in a registry of its own. docs/metrics.md lists it all.

No label tells who wrote or what: labels are ways, outcomes, states, methods.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

if TYPE_CHECKING:
    from collections.abc import Callable

SILENT_SECONDS = 120.0
"""So long Telegram may send nothing, not even an empty list, before that counts as trouble."""
_REPLY_BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0)
_WAIT_BUCKETS = (0.01, 0.1, 0.5, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """The bot's own instruments, told by the bot what happens. For one event loop.

    `clock` gives monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.registry = CollectorRegistry()
        self._clock = clock
        self._takes = False
        self._fetched: float | None = None
        self._waiting: Callable[[], int] = lambda: 0
        self._questions = Counter(
            "newsdesk_questions",
            "Questions that ended, by outcome (answer, abstention, failed) and way they came.",
            ["outcome", "way"],
            registry=self.registry,
        )
        self._reply_seconds = Histogram(
            "newsdesk_reply_seconds",
            "Seconds until a reply was found, sending apart; failed questions are left out.",
            buckets=_REPLY_BUCKETS,
            registry=self.registry,
        )
        self._requests = Counter(
            "newsdesk_telegram_requests",
            "Requests to Telegram, getUpdates apart, by method and result.",
            ["method", "result"],
            registry=self.registry,
        )
        self._waits = Histogram(
            "newsdesk_telegram_wait_seconds",
            "Seconds that requests waited for their turn, for rates and flood waits.",
            buckets=_WAIT_BUCKETS,
            registry=self.registry,
        )
        waiting = Gauge(
            "newsdesk_updates_waiting",
            "Updates that were taken and are not yet done with.",
            registry=self.registry,
        )
        waiting.set_function(self._on_hand)
        ProcessCollector(namespace="newsdesk", registry=self.registry)

    def _on_hand(self) -> int:
        return self._waiting()

    def asked(self, way: str, outcome: str, seconds: float) -> None:
        """Count a question."""
        self._questions.labels(outcome, way).inc()
        if outcome != "failed":
            self._reply_seconds.observe(seconds)

    def requested(self, method: str, result: str) -> None:
        """Count a request to Telegram."""
        self._requests.labels(method, result).inc()

    def waited(self, seconds: float) -> None:
        """Count a request's wait for its turn."""
        self._waits.observe(seconds)

    def takes_updates(self, waiting: Callable[[], int]) -> None:
        """Note that updates are taken from now on; `waiting` says how many are on hand."""
        self._takes, self._fetched, self._waiting = True, None, waiting

    def fetches(self) -> None:
        """Note that updates are fetched, and that Telegram just answered, or is asked at first."""
        self._fetched = self._clock()

    def stops(self) -> None:
        """Note that no more updates are taken."""
        self._takes = False

    def trouble(self) -> str | None:
        """Return in a line why no updates are taken, None if they are."""
        if not self._takes:
            return "the bot takes no updates: it is starting or stopping"
        silent = 0.0 if self._fetched is None else self._clock() - self._fetched
        if silent > SILENT_SECONDS:
            return f"no updates were fetched from Telegram for {silent:.0f} seconds"
        return None
