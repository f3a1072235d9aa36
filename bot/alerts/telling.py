"""What is told: matches that wait, and the stories, alerts and digests made of them.

Frozen values between the planner, the store and what renders messages. Datetimes are aware and in
UTC.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.alerts.types import Reason, Subscription


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """An article as an alert names it. `digest` tells one version from another."""

    id: str
    title: str
    url: str | None
    source: str
    published: datetime | None
    arrived: datetime
    digest: str

    @property
    def when(self) -> datetime:
        """When it was published, or else arrived."""
        return self.published or self.arrived


@dataclass(frozen=True, slots=True)
class Waiting:
    """A match as it is kept: due at `due`, or told already. `article_id` is what matched."""

    id: int
    subscription: Subscription
    story: str
    article_id: str
    score: float
    reasons: tuple[Reason, ...]
    sentences: tuple[str, str]
    matched: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Why:
    """Why a story is told: the subscription, what of it was met, and what the article says of it.

    `sentences` are verbatim from the article, "" where there are fewer than two.
    """

    subscription: Subscription
    reasons: tuple[Reason, ...]
    score: float
    sentences: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Story:
    """A story to be told to a chat's topic.

    `articles` are all that tell it, the one that matched best first, then the others by date, so
    that their sources can be named; `whys` one for each subscription, the best match first.
    """

    chat_id: int
    thread_id: int | None
    story: str
    articles: tuple[ArticleRef, ...]
    whys: tuple[Why, ...]

    @property
    def when(self) -> datetime:
        """When its newest article was published."""
        return max(article.when for article in self.articles)

    @property
    def content(self) -> str:
        """A digest of all that a message about it says: 64 hexadecimal digits."""
        said = [
            [[one.id, one.digest, one.source, one.url] for one in self.articles],
            [
                [why.subscription.label, *([r.kind, r.text] for r in why.reasons), why.sentences]
                for why in self.whys
            ],
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DigestGroup:
    """The stories of a digest that one subscription asked for, newest first."""

    subscription: Subscription
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """Several stories in one message.

    Each story stands once, in the group of the first subscription that it matched, whatever else
    it matched (`Story.whys`). `rest` is how many more there are than a digest holds. `late` says
    that it gathers what should have come earlier, one by one.
    """

    chat_id: int
    thread_id: int | None
    groups: tuple[DigestGroup, ...]
    rest: int
    late: bool = False

    @property
    def total(self) -> int:
        """How many stories there are, shown or not."""
        return sum(len(group.stories) for group in self.groups) + self.rest
