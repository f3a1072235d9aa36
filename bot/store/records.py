"""What the store takes and gives, beside articles. Datetimes are aware and in UTC.

Standard library only, so that whatever collects or shows articles can use it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from retrieval.types import Article

SourceKind: TypeAlias = Literal["folder", "file", "feed", "sitemap", "link"]
ChangeKind: TypeAlias = Literal["added", "updated", "removed"]
Verdict: TypeAlias = Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where articles come from: a folder, a file (JSONL too), a feed, a sitemap or one link.

    `every` is the pause between two visits in seconds; a `mirror` source's articles go when the
    source no longer has them.
    """

    id: int
    kind: SourceKind
    location: str
    name: str
    every: int
    mirror: bool
    enabled: bool
    created: datetime


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the last visit to a source left to be remembered.

    `etag` and `modified` are HTTP validators, `fingerprint` the source's own sign of change;
    `failures` counts visits that failed in a row, `problem` says why the last one did.
    """

    etag: str | None = None
    modified: str | None = None
    fingerprint: str | None = None
    checked: datetime | None = None
    due: datetime | None = None
    failures: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """A source, its state, and how many live articles it brought."""

    source: Source
    state: SourceState
    articles: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article as a source delivered it.

    `key` is the source's own name for the item (a path, a path and a line's digest, an entry's
    guid, a URL), `fingerprint` what tells without reading it that it is unchanged ("" if nothing
    does); both come back from `ArticleStore.keys`.
    """

    article: Article
    key: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one article.

    `after` is how long after its last version's arrival (the first one's, if it was never edited)
    the update or removal came; None for an added article.
    """

    kind: ChangeKind
    article_id: str
    title: str
    url: str | None
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class SyncRun:
    """One sync: what started it, when, what it changed. `finished` is None while it runs.

    `added`, `updated` and `removed` count `changes`; `embedded` counts passages; `generation` is
    the index generation that it left in use.
    """

    id: int
    trigger: str
    started: datetime
    finished: datetime | None = None
    generation: int | None = None
    added: int = 0
    updated: int = 0
    removed: int = 0
    embedded: int = 0
    problem: str | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that talked to the bot. `settings` holds what JSON can hold.

    `gone` is since when nothing can be sent to it: it blocked or removed the bot, or is deleted.
    """

    id: int
    kind: str
    title: str
    language: str
    settings: dict[str, Any] = field(default_factory=dict)
    created: datetime | None = None
    gone: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question and its reply in a chat, or in one topic (`thread_id`) of it.

    `question` is the question as it was understood, `answer` the quoted text ("" for an
    abstention), `titles` those of the cited articles, `message_id` that of the reply.
    """

    chat_id: int
    thread_id: int | None
    question: str
    answer: str
    titles: tuple[str, ...]
    message_id: int | None
    asked: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """A person's verdict on a reply. `reply` is the reply as JSON; `id` is 0 before it is kept.

    With `answer_id` and `user_id`, the person's earlier verdict on that answer is replaced.
    """

    id: int
    chat_id: int
    question: str
    reply: dict[str, Any]
    verdict: Verdict
    comment: str
    at: datetime
    answer_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A reply as it was sent, with what its buttons need. `id` is 0 before it is kept.

    `question` is the question as it was understood, `reply` the reply as JSON, `message_ids` the
    messages that hold it, `prompt_id` the message that asks what was wrong with it.
    """

    id: int
    chat_id: int
    thread_id: int | None
    question_message_id: int
    message_ids: tuple[int, ...]
    question: str
    reply: dict[str, Any]
    asked: datetime
    prompt_id: int | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How many articles there are; `first` and `last` are None where none has a date."""

    articles: int
    first: datetime | None = None
    last: datetime | None = None
