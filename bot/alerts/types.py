"""What alerts are made of. Frozen values; datetimes are aware and in UTC.

Vectors take no part in equality or hashing: a subscription is what it says, not its embedding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    Vectors: TypeAlias = NDArray[np.float32]

WantedKind: TypeAlias = Literal["all", "source", "topic", "question", "story"]
Pace: TypeAlias = Literal["now", "hourly", "daily", "weekly"]
SubscriptionState: TypeAlias = Literal["active", "paused", "ended"]
ReasonKind: TypeAlias = Literal["topic", "word", "source", "all"]


@dataclass(frozen=True, slots=True)
class Words:
    """Words or phrases, as typed: all `required` must stand in an article, no `excluded` one."""

    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to hear of.

    `topic` is compared by meaning ("" where only words or a source are asked for); `words` and
    `source` (a source's name or "") narrow it. "all" is every article, "source" every one of a
    source, "topic" what was typed, "question" and "story" what began at an answer or an article.
    """

    kind: WantedKind
    topic: str = ""
    words: Words = Words()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat's (or forum topic's) standing wish.

    `threshold` is the least cosine that `vector` (float32, (dim,), unit; None without a topic) must
    reach; `muted_until` silences it for a while; `created_by` is a Telegram user id, if known.
    """

    id: int
    chat_id: int
    thread_id: int | None
    wanted: Wanted
    label: str
    threshold: float
    pace: Pace
    state: SubscriptionState
    muted_until: datetime | None
    created: datetime
    created_by: int | None
    vector: Vectors | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A new article as matching sees it.

    `story` is the id that near-duplicates share. `passages` are texts in order; `vectors` float32
    (n, dim), unit rows, one per passage; `title_vector` float32 (dim,), unit, if it is known.
    """

    article_id: str
    story: str
    title: str
    source: str
    url: str | None
    published: datetime | None
    arrived: datetime
    passages: tuple[str, ...]
    vectors: Vectors = field(compare=False, repr=False)
    title_vector: Vectors | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an article matched: the topic, word, or source as the subscription names it."""

    kind: ReasonKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """An article that a subscription asked for.

    `score` is the cosine that the topic reached (1.0 without a topic); `sentences` are the two of
    the article that fit best, verbatim ("" where there are fewer).
    """

    subscription_id: int
    article_id: str
    story: str
    score: float
    reasons: tuple[Reason, ...]
    sentences: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a chat wants to hear. All times are local (no tzinfo) in `zone`, an IANA name.

    `quiet` is (from, to): from included, to not, crossing midnight if from is after to, none if
    they are equal. Digests come at `digest_at`, the weekly one on `weekday` (0 Monday … 6 Sunday).
    Raises ValueError for a time with tzinfo or a weekday that is none.
    """

    zone: str = "UTC"
    quiet: tuple[time, time] | None = None
    digest_at: time = time(8)
    weekday: int = 0

    def __post_init__(self) -> None:
        times = (*(self.quiet or ()), self.digest_at)
        if any(one.tzinfo is not None for one in times):
            raise ValueError("a timetable's times are local: without tzinfo")
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"a weekday is 0 to 6, not {self.weekday}")
