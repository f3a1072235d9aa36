"""A clock that can be moved on: what is due in a week is due now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class MovableClock:
    """Goes as the `real` one does, `moved` ahead of it; called for the time, aware and in UTC."""

    def __init__(self, real: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._real = real
        self.moved = timedelta(0)

    def __call__(self) -> datetime:
        """Return the time."""
        return self._real() + self.moved

    def forward(self, by: timedelta) -> None:
        """Move it on. Raises ValueError if `by` is negative, or the time past what dates can say.

        Never back: messages and what is due would come before what they follow from.
        """
        if by < timedelta(0):
            raise ValueError("the clock can only be moved forward")
        try:
            # A year to spare, for whoever adds to the time.
            _ = self._real() + self.moved + by + timedelta(days=366)
        except OverflowError:
            raise ValueError("that is too far ahead") from None
        self.moved += by
