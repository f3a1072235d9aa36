"""What each chat talked about lately, so that a question may lean on it."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime

    from retrieval.followup import Turn

TURNS = 4
CHATS = 10_000
LIFETIME = timedelta(hours=1)


class TurnMemory:
    """The last few turns of the chats that talked last. Bounded; one event loop.

    A chat that was silent for `lifetime` starts anew.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        turns: int = TURNS,
        chats: int = CHATS,
        lifetime: timedelta = LIFETIME,
    ) -> None:
        self._clock = clock
        self._turns = turns
        self._chats = chats
        self._lifetime = lifetime
        self._memory: OrderedDict[Hashable, tuple[datetime, deque[Turn]]] = OrderedDict()

    def recall(self, chat: Hashable) -> tuple[Turn, ...]:
        """Return the chat's turns, oldest first."""
        at, turns = self._memory.get(chat, (None, ()))
        if at is None or self._clock() - at > self._lifetime:
            return ()
        return tuple(turns)

    def remember(self, chat: Hashable, turn: Turn) -> None:
        """Add a turn; the oldest one, or the chat longest silent, makes room."""
        turns = deque(self.recall(chat), maxlen=self._turns)
        turns.append(turn)
        self._memory[chat] = (self._clock(), turns)
        self._memory.move_to_end(chat)
        while len(self._memory) > self._chats:
            self._memory.popitem(last=False)

    def forget(self, chat: Hashable) -> None:
        """Drop the chat's turns."""
        self._memory.pop(chat, None)
