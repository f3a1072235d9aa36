"""What readers take and give: where bytes come from, and what was skipped or noted on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from retrieval.readers.wording import clean_line
from retrieval.types import Article

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """Where bytes come from: `path` resolved, `modified` and `fetched` aware and in UTC.

    `modified` is None when nothing is known about it; no reader takes it for a publication date.
    """

    path: str
    modified: datetime | None
    fetched: datetime

    def __post_init__(self) -> None:
        """Refuse datetimes without a time zone."""
        for moment in (self.modified, self.fetched):
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"a datetime without a time zone: {moment}")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or one line of it, that gave no article. `location` is `path` or `path:line`."""

    location: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Say it in one line for a person."""
        return clean_line(f"{self.location}: skipped: {self.problem}; {self.remedy}")


@dataclass(frozen=True, slots=True)
class Noted:
    """An article that was read although something about it was amiss. It comes with its article."""

    location: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Say it in one line for a person."""
        return clean_line(f"{self.location}: read, but {self.problem}; {self.remedy}")


ReadItem: TypeAlias = Article | Skipped | Noted
