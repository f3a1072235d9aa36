"""Which subscriptions' words an article satisfies: one reversed index over all of them.

Words and phrases become rows of stems ("post-war" is two, so a phrase); the same row asked for by
many is looked up once. A subscription waits under the one of its required rows that the fewest
others ask for, so an article looks at those alone that it has something for (as in Yan and
Garcia-Molina, SIFT, ACM TODS 1999: the "key" method). Built once for a matching pass.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from bot.alerts.types import Words

Stems: TypeAlias = "Callable[[str], list[str]]"
"""Takes a text to its words' stems, in order; the collection's own: `LexicalIndex.stems`."""
Row: TypeAlias = tuple[str, ...]
Asked: TypeAlias = tuple[frozenset[int], frozenset[int]]
"""Numbers of the rows that must and must not stand in an article."""


class WordIndex:
    """Subscriptions' words, ready for articles. Not changed after it is made; safe in threads."""

    def __init__(self, words: Sequence[Words], stems: Stems) -> None:
        self._stems = stems
        rows = _Rows()
        asked: dict[Asked, int] = {}
        asks = [asked.setdefault(_asked(one, rows, stems), len(asked)) for one in words]
        self._asked = list(asked)
        self._asks = np.array(asks, np.intp)
        self._unread = np.array([not required for required, _ in asked], np.bool_)
        self._waiting, self._barring = _filed(self._asked)
        self._single, self._longer = rows.single, rows.longer

    def passing(self, texts: Iterable[str]) -> NDArray[np.bool_]:
        """Return whose words an article satisfies: bool (subscriptions,), in the order given.

        True where all required words stand in the article and no excluded one; so it is for those
        that ask for no words. `texts` are title and passages: words may be spread over them, a
        phrase stands within one.
        """
        found: set[int] = set()
        for text in texts:
            found.update(self._rows_in(self._stems(text)))
        passing = self._unread.copy()
        complete: list[int] = []
        for row in found:
            for number in self._waiting.get(row, ()):
                required, excluded = self._asked[number]
                if required <= found and excluded.isdisjoint(found):
                    complete.append(number)
            if row in self._barring:
                passing[self._barring[row]] = False
        passing[complete] = True
        return passing[self._asks]

    def _rows_in(self, stems: Sequence[str]) -> Iterator[int]:
        """Yield the numbers of the rows that are asked for and stand in a text."""
        distinct = set(stems)
        yield from (self._single[stem] for stem in self._single.keys() & distinct)
        if self._longer.keys().isdisjoint(distinct):
            return
        for place, stem in enumerate(stems):
            for length, rows in self._longer.get(stem, ()):
                number = rows.get(tuple(stems[place : place + length]))
                if number is not None:
                    yield number


class _Rows:
    """Numbers rows of stems; keeps single stems, and longer rows by first stem and length."""

    def __init__(self) -> None:
        self._numbers: dict[Row, int] = {}
        self.single: dict[str, int] = {}
        self.longer: dict[str, list[tuple[int, dict[Row, int]]]] = {}

    def number(self, row: Row) -> int:
        """Return the row's number, a new one if need be."""
        if row in self._numbers:
            return self._numbers[row]
        number = self._numbers[row] = len(self._numbers)
        if len(row) == 1:
            self.single[row[0]] = number
        elif row:
            lengths = self.longer.setdefault(row[0], [])
            same = next((rows for length, rows in lengths if length == len(row)), None)
            if same is None:
                lengths.append((len(row), same := {}))
            same[row] = number
        return number


def _asked(words: Words, rows: _Rows, stems: Stems) -> Asked:
    """Return what is asked. A word without stems is a row that stands in no article."""
    required, excluded = (
        frozenset(rows.number(tuple(stems(word))) for word in typed)
        for typed in (words.required, words.excluded)
    )
    return required, excluded


def _filed(
    asked: Sequence[Asked],
) -> tuple[dict[int, list[int]], dict[int, NDArray[np.intp]]]:
    """Return who waits under which row, and, of those that require nothing, whom a row bars."""
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    barring: defaultdict[int, list[int]] = defaultdict(list)
    frequency = Counter(row for required, _ in asked for row in required)
    for number, (required, excluded) in enumerate(asked):
        if required:
            waiting[min(required, key=lambda row: (frequency[row], row))].append(number)
        else:
            for row in excluded:
                barring[row].append(number)
    return dict(waiting), {row: np.array(barred, np.intp) for row, barred in barring.items()}
