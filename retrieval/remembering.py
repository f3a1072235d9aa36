"""What a function returned, remembered: for the words of texts, looked up thousands a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K")
V = TypeVar("V")


def remembering(work: Callable[[K], V], most: int) -> Callable[[K], V]:
    """Return `work` with a memory of at most so many results; when it is full it is emptied.

    A hit costs half of what `functools.lru_cache` takes for keeping its order. For pure functions
    of hashable arguments; threads may share it.
    """
    return _Memory(work, most).__getitem__


class _Memory(dict[K, V]):
    def __init__(self, work: Callable[[K], V], most: int) -> None:
        super().__init__()
        self._work = work
        self._most = most

    def __missing__(self, key: K) -> V:
        value = self._work(key)
        if len(self) >= self._most:
            self.clear()
        self[key] = value
        return value
