"""Trouble on demand: what the next calls of a method meet instead of, or besides, an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from bot.playground.errors import ApiError


@dataclass(frozen=True, slots=True)
class Refuse:
    """The call is not carried out and answered with an error."""

    error: ApiError


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection is cut without an answer: before the call is carried out, or `after`."""

    after: bool = False


@dataclass(frozen=True, slots=True)
class Delay:
    """The answer comes `seconds` late; the wait is before the call is carried out, or `after`.

    Of a caller who gives up during the wait, the call is thus never or already carried out.
    """

    seconds: float
    after: bool = False


Fault: TypeAlias = Refuse | HangUp | Delay


@dataclass(slots=True)
class _Planned:
    method: str
    fault: Fault
    times: int
    chat_id: int | None


class FaultPlan:
    """The faults still to come, first planned first met."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    @property
    def left(self) -> int:
        """How many calls have yet to meet a fault."""
        return sum(planned.times for planned in self._planned)

    def plan(
        self, method: str, fault: Fault, *, times: int = 1, chat_id: int | None = None
    ) -> None:
        """Let the next `times` calls of `method` (any case) meet `fault`; only in a chat if given.

        Raises ValueError unless `times` is positive.
        """
        if times < 1:
            raise ValueError(f"times must be positive, not {times}")
        self._planned.append(_Planned(method.lower(), fault, times, chat_id))

    def take(self, method: str, chat_id: object = None) -> Fault | None:
        """Return the fault that a call meets and count it down."""
        for planned in self._planned:
            if planned.method == method.lower() and planned.chat_id in {None, chat_id}:
                planned.times -= 1
                if planned.times == 0:
                    self._planned.remove(planned)
                return planned.fault
        return None

    def clear(self) -> None:
        """Plan nothing more."""
        self._planned.clear()
