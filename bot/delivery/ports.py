"""What the courier needs of the rest: a way to send, and the outbox.

A payload is {"html": [part, …], "keyboard": [[[label, data], …], …], "silent": bool}, of which all
but "html" may be missing, or {"copy": {"chat_id": …, "message_id": …}, "silent": bool}: a copy of a
message that the bot can see. The keyboard stands under the last part. With "edit": {"message_id":
…} the only part of "html" takes the place of what a sent message of the chat says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence
    from datetime import datetime, timedelta

    from bot.delivery.outcomes import Outcome
    from bot.store.deliveries import Delivery, Mark


class Port(Protocol):
    """Sends messages."""

    async def send(
        self, delivery: Delivery, part: int, begin: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Send one part (from 0) of a delivery when its turn comes.

        `begin` is awaited right before the request goes out; what it raises is passed on, and
        nothing is sent then.
        """
        ...


class Outbox(Protocol):
    """The part of the outbox that the courier works on; see bot.store.outbox."""

    async def claim(
        self, limit: int, holder: str, now: datetime, lease: timedelta
    ) -> list[Delivery]:
        """Take due deliveries."""
        ...

    async def record(
        self, holder: str, begun: Collection[int] = (), marks: Sequence[Mark] = ()
    ) -> set[int]:
        """Note beginnings and ends."""
        ...

    async def renew(self, holder: str, ids: Collection[int], until: datetime) -> None:
        """Keep what is held."""
        ...

    async def release(self, holder: str) -> None:
        """Put back what isn't begun."""
        ...

    async def expire(self, now: datetime) -> None:
        """Take back what was held too long."""
        ...

    async def give_up(self, chat_id: int) -> int:
        """Fail what waits for a chat that is gone."""
        ...

    async def next_due(self) -> datetime | None:
        """Tell when there is something to do."""
        ...

    async def prune(self, now: datetime) -> int:
        """Delete what was settled long ago."""
        ...


class Chats(Protocol):
    """The part of the chats that failures to send bear on."""

    async def set_gone(self, chat_id: int, gone: datetime | None) -> None:
        """Note that nothing can be sent there."""
        ...

    async def migrate(self, old_id: int, new_id: int) -> None:
        """Let a chat go on under another id."""
        ...


def parts_of(payload: dict[str, Any]) -> int:
    """Return of how many messages a payload consists."""
    return 1 if "copy" in payload else len(payload.get("html", ()))
