"""Quantities in a text: numbers with what bounds and measures them, and whether two can both hold.

A quantity is an interval: "12" is a point, "1.2 million" what rounds to it, "more than 12" all from
12 on. Two quantities differ only if no number lies in both intervals (interval arithmetic's
disjointness), so rounding and bounds never make a difference.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from retrieval.types import Span

_SMALL = {
    word: n
    for n, word in enumerate(
        """
        one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen
        """.split(),
        1,
    )
}
_TENS = {
    word: 10 * n
    for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SUFFIXES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12, "t": 1e12}
_CURRENCIES = {
    "$": "$", "£": "£", "€": "€", "¥": "¥",
    "dollar": "$", "dollars": "$", "pounds": "£", "euro": "€", "euros": "€", "yen": "¥",
}  # fmt: skip
_FROM = (
    "at least|more than|upwards? of|no (?:fewer|less) than|not less than|over|above|exceeding"
    "|a minimum of|well over|greater than"
)
_UP_TO = (
    "up to|as many as|as much as|fewer than|less than|no more than|not more than|at most|under"
    "|below|a maximum of"
)
_ABOUT = (
    "just over|just under|about|around|roughly|approximately|nearly|almost|close to|an estimated"
    "|estimated|some|approx\\.?|near|only about|more or less|virtually"
)
_WORDS = rf"(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(list(_SMALL)[:9])}))?|{'|'.join(_SMALL)}"
# What stands before a number; searched backwards from each number found, which is much faster.
_BEFORE = re.compile(
    rf"(?:\b(?:(?P<about>{_ABOUT})|(?P<from>{_FROM})|(?P<upto>{_UP_TO}))\s+)?"
    r"(?:US)?(?P<sign>[$£€¥]\s?)?$",
    re.IGNORECASE,
)
_BEFORE_LENGTH = 24
_BOUNDS = ("about", "from", "upto")
_QUANTITY = re.compile(
    r"(?<![\w.,/:-])(?:"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<suffix>mn|bn|tn|[kmbt])?"
    rf"|(?P<words>{_WORDS}|an?(?=\s(?:hundred|thousand|million|billion|trillion|dozen)\b))"
    r")(?![\w/:-]|[.,]\d)"
    rf"(?P<scales>(?:[\s-](?:{'|'.join(_SCALES)}|dozen)\b)*)"
    r"(?:\s?(?P<percent>%|percent\b|per\s?cent\b|percentage points?\b)"
    r"|(?:\sUS)?\s(?P<currency>dollars?|pounds|euros?|yen)\b)?"
    r"(?P<more>\s(?:or (?:more|so)|plus)\b|\+)?",
    re.IGNORECASE,
)
_ABOUT_SHARE = 0.1  # "about 100" is taken as 90 to 110
_EXACT_BELOW = 100  # a smaller whole number is not taken as rounded
_EPSILON = 1e-9  # floating point must not make a difference


@dataclass(frozen=True, slots=True)
class Quantity:
    """All numbers from `low` to `high`. `unit`: a currency sign, "%", or "" for a plain number."""

    low: float
    high: float
    unit: str = ""

    def differs(self, other: Quantity) -> bool:
        """Whether the two have one unit and no number in common."""
        slack = _EPSILON * max(abs(self.low), abs(other.low), 1.0)
        apart = self.high < other.low - slack or other.high < self.low - slack
        return self.unit == other.unit and apart


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """A quantity and where it stands. `number` leaves out words before it, such as "at least".

    `value` is the number as it is written, whatever bounds it.
    """

    span: Span
    number: Span
    quantity: Quantity
    value: float


def find_quantities(text: str) -> list[FoundQuantity]:
    """Return the quantities of `text` in order.

    Ordinals, numbers joined to words ("12-year-old"), scores and clock times are none.
    """
    found = []
    for match in _QUANTITY.finditer(text):
        start = match.start()
        before = _BEFORE.search(text, max(0, start - _BEFORE_LENGTH), start)
        if before is None:  # it matches nothing at all where there is nothing
            continue
        bound = next((before.start(b) for b in _BOUNDS if before[b]), start)
        start = before.start("sign") if before["sign"] else start
        whole = Span(min(bound, start), match.end())
        number = Span(start, match.end())
        found.append(FoundQuantity(whole, number, _read(match, before), _value(match)[0]))
    return found


def _read(match: re.Match[str], before: re.Match[str]) -> Quantity:
    value, step = _value(match)
    low, high = value - step / 2, value + step / 2
    more = (match["more"] or "").strip().lower()
    if before["about"] or more == "or so":
        low, high = min(low, value * (1 - _ABOUT_SHARE)), max(high, value * (1 + _ABOUT_SHARE))
    if before["from"] or more in {"or more", "plus", "+"}:
        high = math.inf
    elif before["upto"]:
        low = 0.0
    sign = (before["sign"] or match["currency"] or "").strip().lower()
    return Quantity(low, high, "%" if match["percent"] else _CURRENCIES.get(sign, ""))


def _value(match: re.Match[str]) -> tuple[float, float]:
    """Return the number, and the distance of the numbers that would be written as exactly."""
    scale = _SUFFIXES.get((match["suffix"] or "").lower(), 1.0)
    dozens = False
    for word in re.split(r"[\s-]+", match["scales"].lower().strip(" -")):
        scale *= 12 if word == "dozen" else _SCALES.get(word, 1.0)
        dozens = dozens or word == "dozen"
    if match["words"]:
        parts = re.split(r"[ -]", match["words"].lower())
        number = float(
            sum(_TENS.get(p, _SMALL.get(p, 1 if p in {"a", "an"} else 0)) for p in parts)
        )
        return number * scale, scale if scale > 1 else 0.0
    digits = match["digits"].replace(",", "")
    number = float(digits)
    decimals = len(digits.partition(".")[2])
    measured = decimals or match["percent"] or scale > 1
    if measured:
        return number * scale, scale * 10.0**-decimals
    if number < _EXACT_BELOW:
        return number, 0.0
    zeros = len(digits) - len(digits.rstrip("0"))
    return number, 10.0**zeros if zeros else 0.0
