"""What collecting a source tells, one at a time; `Complete` always comes, once, at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.sources.problems import Problem
from bot.store.records import Arrival

if TYPE_CHECKING:
    from bot.store.records import SourceState


@dataclass(frozen=True, slots=True)
class Unchanged:
    """So many items are as they were and were not read again."""

    count: int


@dataclass(frozen=True, slots=True)
class Expected:
    """So many items will be read or fetched now; for showing progress."""

    total: int


@dataclass(frozen=True, slots=True)
class KeptOut:
    """The page of an article that was taken out; it was not asked for."""

    url: str


@dataclass(frozen=True, slots=True)
class Complete:
    """The source has been gone through, or given up on.

    `state` is to be saved. `keys` names every item that the source holds now, for mirrors; None
    when that isn't known (nothing changed, or not everything could be seen), so that nothing may
    be taken for removed. `gone`: the server says the source is gone for good; disable it.
    """

    state: SourceState
    keys: frozenset[str] | None = None
    gone: bool = False


Event: TypeAlias = Arrival | Problem | Unchanged | Expected | KeptOut | Complete
Step: TypeAlias = Arrival | Problem | Unchanged | Expected | KeptOut
