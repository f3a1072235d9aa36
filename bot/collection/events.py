"""What a sync says while it runs and when it ends: one stream, drawn by terminal and chat alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sources.problems import Problem
    from bot.store.records import Change
    from retrieval.index.sync import Stage


@dataclass(frozen=True, slots=True)
class Visiting:
    """Sources are being visited: `done` of `total`; `articles` were read so far."""

    done: int
    total: int
    articles: int


@dataclass(frozen=True, slots=True)
class Indexing:
    """The index is being written: `done` of `total` in `stage` (0 of 0: unknown)."""

    stage: Stage
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, or, if `dry`, would do.

    `changes` are those of the store, in the order in which they came; `problems` what could not
    be read; `read` counts articles that sources delivered, `unchanged` those that were known as
    they are; `kept_out` are titles of articles that came though they were taken out before, each
    once. `generation` is the one in use afterwards, None while nothing is indexed;
    `articles` and `passages` count what it holds.
    """

    trigger: str
    started: datetime
    seconds: float
    dry: bool = False
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    kept_out: tuple[str, ...] = ()
    sources: int = 0
    failed_sources: int = 0
    read: int = 0
    generation: int | None = None
    written: bool = False
    articles: int = 0
    passages: int = 0
    embedded: int = 0
    reused: int = 0

    @property
    def unchanged(self) -> int:
        """How many of the articles read were known as they are."""
        known = self.read - len(self.of("added")) - len(self.of("updated"))
        return max(0, known - len(self.kept_out))

    def of(self, kind: str) -> list[Change]:
        """Return the changes of one kind: added, updated or removed."""
        return [change for change in self.changes if change.kind == kind]


@dataclass(frozen=True, slots=True)
class Finished:
    """The sync ended well."""

    report: SyncReport


@dataclass(frozen=True, slots=True)
class Failed:
    """The sync ended badly; what was there before is still in use. `problem` is one line."""

    problem: str


SyncEvent: TypeAlias = Visiting | Indexing | Finished | Failed
