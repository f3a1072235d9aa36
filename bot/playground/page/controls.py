"""What the page may do to the bot and the clock, and what it is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.playground.bell import Bell


@dataclass(frozen=True, slots=True)
class BotStatus:
    """How the bot is; `detail` is a line for people, empty if there is nothing to say."""

    state: Literal["starting", "running", "stopping", "stopped", "failed"]
    detail: str = ""


class Controls(Protocol):
    """The bot's switch and the clock, for one event loop. `bell` rings when either changes."""

    bell: Bell

    @property
    def status(self) -> BotStatus:
        """How the bot is now."""

    @property
    def moved(self) -> timedelta:
        """How far the clock is ahead of the real one."""

    def now(self) -> datetime:
        """Return the clock's time, aware and in UTC."""

    def forward(self, by: timedelta) -> None:
        """Move the clock on; what is due by then happens. Raises ValueError if `by` is negative."""

    async def restart(self) -> None:
        """Ask the bot to stop, finishing what it has begun, and to start again; returns at once."""
