"""Mentions: the strings of a sentence that could be what a question asks for.

Names (runs of capitalised words), numbers with their currency or scale, dates, and what is left:
single content words and pairs of them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from retrieval.extraction.words import Word


class Kind(StrEnum):
    """What a mention is made of."""

    NAME = "name"
    NUMBER = "number"
    MONEY = "money"
    TIME = "time"
    TERM = "term"


class Mention(NamedTuple):
    """Words `first` to `last` (exclusive) of a sentence. `key`: what equal mentions share."""

    kind: Kind
    key: str
    first: int
    last: int


_CONNECTORS = frozenset("of the and de da del la le du van von al el bin for &".split())
_MONTHS = frozenset(
    """
    january february march april may june july august september october november december jan feb
    mar apr jun jul aug sept sep oct nov dec
    """.split()
)
_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday".split()
)
_NUMERALS = frozenset(
    """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    thousand million billion trillion half third quarter dozen
    """.split()
)
_FIGURES = _NUMERALS | _DAYS
_SCALES = frozenset("hundred thousand million billion trillion percent percentage".split())
_SPANS = frozenset(
    """
    second seconds minute minutes hour hours day days week weeks month months year years decade
    decades century centuries
    """.split()
)
_CURRENCY = frozenset("$£€¥")


def find_mentions(text: str, words: Sequence[Word], common: AbstractSet[str]) -> list[Mention]:
    """Return the mentions in a sentence, in order; terms last.

    `common`: words that also stand in lower case near by, so that a capital at a sentence's
    start does not make them names.
    """
    found: list[Mention] = []
    free = [w.content and len(w.lower) > 2 for w in words]  # may be a term
    end = 0
    # Most words begin neither a name nor a number; they are passed over in one go.
    for n in [n for n, w in enumerate(words) if w.capital or _figure(w)]:
        if n < end:
            continue
        word = words[n]
        if _figure(word) or _is_month(word):
            end, kind = _number(text, words, n)
        elif not _starts_plainly(word, n, text, common):
            end, kind = _name(text, words, n), Kind.NAME
        else:
            continue
        key = " ".join([w.stem for w in words[n:end] if w.lower not in _CONNECTORS])
        found.append(Mention(kind, key, n, end))
        free[n:end] = [False] * (end - n)
    found.extend(_terms(text, words, free))
    return found


def _figure(word: Word) -> bool:
    return word.lower in _FIGURES or word.text[0].isdigit()


def _numeric(word: Word) -> bool:
    return word.text[0].isdigit() or word.lower in _NUMERALS


def _is_month(word: Word) -> bool:
    return word.capital and word.lower in _MONTHS


def _starts_plainly(word: Word, n: int, text: str, common: AbstractSet[str]) -> bool:
    """Whether a capitalised word has its capital from where it stands."""
    if not word.content:
        # "US", "IT": written all in capitals it's a name.
        return not (len(word.text) > 1 and word.text.isupper())
    starts = n == 0 or text[word.start - 1] in "\"“‘'" or text[word.start - 2 : word.start] == ": "
    return starts and word.lower in common


def _gap(text: str, one: Word, other: Word) -> str:
    gap = text[one.end : other.start]
    return gap if gap == " " else gap.replace("'s", "").replace("’s", "")


def _name(text: str, words: Sequence[Word], first: int) -> int:
    """Return where the run of capitalised words from `first` ends."""
    end = first + 1
    while end < len(words) and end - first < 8:
        gap = _gap(text, words[end - 1], words[end])
        if gap not in {" ", ". ", " & "} or (gap == ". " and len(words[end - 1].text) > 3):
            break
        word = words[end]
        if (word.capital and (word.content or word.text.isupper())) or (
            word.text[0].isdigit() and gap == " " and len(word.text) <= 4
        ):
            end += 1
        elif (
            word.lower in _CONNECTORS
            and end + 1 < len(words)
            and words[end + 1].capital
            and words[end + 1].content
            and _gap(text, word, words[end + 1]) == " "
        ):
            end += 2
        elif (
            word.lower in {"of", "for"}
            and end + 2 < len(words)
            and words[end + 1].lower == "the"
            and words[end + 2].capital
            and text[word.end : words[end + 2].start].strip().lower() == "the"
        ):
            end += 3
        else:
            break
    return end


def _number(text: str, words: Sequence[Word], first: int) -> tuple[int, Kind]:
    """Return where the number or date from `first` ends, and which it is."""
    word = words[first]
    kind = Kind.NUMBER
    if word.lower in _DAYS or _is_month(word):
        kind = Kind.TIME
    elif word.start and text[word.start - 1] in _CURRENCY:
        kind = Kind.MONEY
    end = first + 1
    while end < len(words) and end - first < 4:
        gap, following = text[words[end - 1].end : words[end].start], words[end]
        dated = kind is Kind.TIME and following.text[:2] in {"19", "20"}
        if gap not in {" ", ", ", "-"} or (gap == ", " and not dated):
            break
        if _is_month(following) and kind is not Kind.MONEY:
            kind = Kind.TIME
        elif following.lower in {"dollars", "pounds", "euros"}:
            kind = Kind.MONEY
        elif following.lower in _SPANS and kind is Kind.NUMBER:
            return end + 1, Kind.TIME if "year" not in following.lower else Kind.NUMBER
        elif not (following.lower in _SCALES or _numeric(following)):
            break
        end += 1
    if kind is Kind.NUMBER and end == first + 1 and _is_year(word):
        kind = Kind.TIME
    return end, kind


def _is_year(word: Word) -> bool:
    return len(word.text) == 4 and word.text.isdigit() and word.text[:2] in {"18", "19", "20"}


def _terms(text: str, words: Sequence[Word], free: Sequence[bool]) -> list[Mention]:
    """Return the words that are `free` to be terms, and pairs of neighbouring ones."""
    terms = []
    new = tuple.__new__  # there are thousands; a named tuple's own constructor takes longer
    last = len(words) - 1
    for n in [n for n, is_free in enumerate(free) if is_free]:
        word = words[n]
        terms.append(new(Mention, (Kind.TERM, word.stem, n, n + 1)))
        if n < last and free[n + 1]:
            after = words[n + 1]
            if text[word.end : after.start] == " ":
                terms.append(new(Mention, (Kind.TERM, f"{word.stem} {after.stem}", n, n + 2)))
    return terms
