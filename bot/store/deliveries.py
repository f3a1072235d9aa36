"""What the outbox takes and gives. Standard library only, so that whatever sends can use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime, timedelta

State: TypeAlias = Literal["pending", "claimed", "sending", "sent", "unknown", "failed", "dropped"]
GONE = "gone"
"""The `problem` of a delivery that failed because nothing can be sent to its chat any more."""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message to be put into the outbox.

    `key` is unique for good: what has a known key is not sent again. `batch` (up to 64 characters)
    names what it belongs to. `payload` is what the sender renders (see bot.delivery.ports).
    """

    key: str
    batch: str
    chat_id: int
    payload: dict[str, Any]
    due: datetime
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery. `message_ids` are those of its parts that were sent already."""

    id: int
    key: str
    batch: str
    chat_id: int
    thread_id: int | None
    payload: dict[str, Any]
    attempts: int
    message_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a claimed delivery.

    `state` "pending" puts it back, to be sent when it is `due`; "claimed" notes that a part was
    sent and the next is to follow. `counted` says that it was an attempt.
    """

    id: int
    state: State
    message_ids: tuple[int, ...] = ()
    problem: str | None = None
    due: datetime | None = None
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A delivery of which nobody knows whether it arrived."""

    id: int
    batch: str
    chat_id: int
    problem: str | None
    settled: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deliveries of a batch are in which state; `gone` are part of `failed`."""

    by_state: dict[str, int] = field(default_factory=dict)
    gone: int = 0

    def of(self, *states: State) -> int:
        """Return how many are in one of these states."""
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_state.values())

    @property
    def rest(self) -> int:
        """Those that are still to be sent."""
        return self.of("pending", "claimed", "sending")


@dataclass(frozen=True, slots=True)
class Load:
    """How much is to be sent (`depth`), and how long the oldest has been due (`lag`)."""

    counts: Counts
    depth: int
    lag: timedelta
