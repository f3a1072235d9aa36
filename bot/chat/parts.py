"""The parts that the latest questions were sent in, so that an edit of one corrects the whole."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

PLACES = 1_000


class PartsMemory:
    """The parts of each place's latest question, if it had several. Bounded; one event loop.

    Parts are texts by their messages' ids, in order.
    """

    def __init__(self, places: int = PLACES) -> None:
        self._places = places
        self._memory: OrderedDict[Hashable, dict[int, str]] = OrderedDict()

    def remember(self, place: Hashable, parts: Mapping[int, str]) -> None:
        """Keep the parts of a place's latest question; the place longest silent makes room."""
        self._memory.pop(place, None)
        if len(parts) > 1:
            self._memory[place] = dict(parts)
        while len(self._memory) > self._places:
            self._memory.popitem(last=False)

    def with_edit(self, place: Hashable, message_id: int, text: str) -> dict[int, str]:
        """Return the parts of the question that a message belongs to, with its new text.

        A message that is no part of the latest question is a question of its own.
        """
        parts = self._memory.get(place, {})
        return {**parts, message_id: text} if message_id in parts else {message_id: text}
