"""Statements: the quantities of the sentences that were read, each with what it is said of.

A quantity is taken only where its clause says plainly what it counts. Parts of a whole ("another
12", "12 of them"), ranges, forecasts and counts of a stretch of time ("12 since Monday") are left
out: they differ from the whole without contradicting it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.extraction.mentions import Kind
from retrieval.extraction.words import FUNCTION_WORDS
from retrieval.quantities import find_quantities
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.extraction.reading import Sentence
    from retrieval.extraction.words import Word
    from retrieval.quantities import FoundQuantity, Quantity

_AROUND = 10  # words on either side that tell what is said

# Words for one kind of event: their counts are compared although the words differ.
_EVENTS = {
    word: event
    for event, words in {
        "death": """kill kills killed killing die dies died dying dead death deaths fatality
            fatalities fatal deadly lives toll""",
        "injury": "injure injures injured injuring injury injuries wound wounds wounded hurt",
        "arrest": "arrest arrests arrested arresting detain detains detained",
        "missing": "missing unaccounted",
        "rescue": "rescue rescues rescued rescuing",
        "evacuation": "evacuate evacuates evacuated evacuating evacuation displaced",
    }.items()
    for word in words.split()
}
_PEOPLE = frozenset("people persons person victims victim".split())
_PARTS_BEFORE = frozenset(
    """
    another other others further additional extra remaining including include includes included
    first last next final per each every between by from these those initial second third its
    their his her
    """.split()
)
_PARTS_AFTER = frozenset("of more other others additional further another each per a an".split())
# What makes a number another one than the count of all there is: doubt, time, comparison.
_SCOPES = frozenset(
    """
    since past previous previously earlier daily weekly monthly yearly annual annually average
    averaged per each every could would may might expected expects expect estimate estimates
    estimated project projected projects projection predict predicted predicts forecast forecasts
    initially originally initial first later if unless goal target aim aims proposed sought asked
    seeking until before compared earliest formerly former plan plans planned will hopes hour
    hours half feared possibly potentially additional another separate separately
    """.split()
)
_TOTALS = frozenset("toll total tally number count figure deaths cost".split())
_CUT = frozenset("and but while whereas as after when including with".split())
_STOP = re.compile(r"[,;:()\"“”–—]|\s-\s|\.\s")
_RANGE = re.compile(r"\s?(?:to|and|or|-|–|—|out of|of(?: the)?)\s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A quantity of a sentence. `sentence`: its number; `word`: that of the quantity's first word.

    `value` is its span in the sentence's text, words such as "at least" included; `number` the
    bare number.
    `unit` is the stem of the noun after it or "", "people" for all words for them; `events` the
    kinds of events that its clause tells of; `clause` and `around` the stems of its clause and
    of the words near it; `days` the dates near it; `names` those near it, in lower case,
    and `clause_names` those in the clause itself.
    """

    sentence: int
    word: int
    value: Span
    quantity: Quantity
    number: float
    unit: str
    events: frozenset[str]
    clause: frozenset[str]
    around: frozenset[str]
    days: frozenset[str]
    names: frozenset[str]
    clause_names: frozenset[str]


def events_of(words: Iterable[str]) -> frozenset[str]:
    """Return the kinds of events that lower-case words tell of."""
    return frozenset(_EVENTS[word] for word in words if word in _EVENTS)


def statements_of(number: int, sentence: Sentence) -> Iterator[Statement]:
    """Yield the statements of a sentence, in order. `number`: the sentence's in its reading."""
    found = find_quantities(sentence.text)
    for at, one in enumerate(found):
        inside = [
            n
            for n, word in enumerate(sentence.words)
            if one.number.start <= word.start < one.number.end
        ]
        if inside and not _is_ranged(sentence.text, found, at):
            statement = _statement(number, sentence, one, inside[0], inside[-1] + 1, found)
            if statement is not None:
                yield statement


def _statement(
    number: int,
    sentence: Sentence,
    one: FoundQuantity,
    first: int,
    last: int,
    found: Sequence[FoundQuantity],
) -> Statement | None:
    words, text = sentence.words, sentence.text
    before = [w for w in words[:first] if w.end <= one.span.start]
    after = words[last:]
    if (before and before[-1].lower in _PARTS_BEFORE) or _is_of(before):
        return None
    if after and after[0].lower in _PARTS_AFTER and not one.quantity.unit:
        return None
    near = [*before[-_AROUND:], *after[:_AROUND]]
    if not _SCOPES.isdisjoint(w.lower for w in near):
        return None
    clause = clause_around(text, before, after, one.span, _limits(text, one, found))
    inside = {word.start for word in clause}
    around = [m for m in sentence.mentions if first - _AROUND <= m.first < last + _AROUND]
    names = [
        word
        for m in around
        if m.kind is Kind.NAME
        for word in words[m.first : m.last]
        if word.capital
    ]
    return Statement(
        sentence=number,
        word=first,
        value=one.span,
        quantity=one.quantity,
        number=one.value,
        unit=_unit(text, one, after),
        events=events_of(w.lower for w in clause),
        clause=content_stems(clause),
        around=content_stems(near),
        days=frozenset(m.key for m in around if m.kind is Kind.TIME),
        names=frozenset(word.lower for word in names),
        clause_names=frozenset(word.lower for word in names if word.start in inside),
    )


def _is_ranged(text: str, found: Sequence[FoundQuantity], at: int) -> bool:
    """Whether nothing but "to", "and", "out of" stands between a quantity and the one beside it."""
    pairs = [(at - 1, at), (at, at + 1)]
    return any(
        _RANGE.fullmatch(text[found[a].span.end : found[b].span.start]) is not None
        for a, b in pairs
        if a >= 0 and b < len(found)
    )


def _is_of(before: Sequence[Word]) -> bool:
    """Whether the words end in an "of" that opens a part of something: not "a toll of"."""
    if not before or before[-1].lower != "of":
        return False
    return len(before) < 2 or before[-2].lower not in _TOTALS


def _unit(text: str, one: FoundQuantity, after: Sequence[Word]) -> str:
    """Return what is counted: the stem of the word directly after the quantity, or ""."""
    if one.quantity.unit or not after or text[one.span.end : after[0].start].strip():
        return ""
    word = after[0]
    if word.lower in _PEOPLE or word.lower in _EVENTS:
        return "people"
    return "" if word.lower in FUNCTION_WORDS else word.stem


def clause_around(
    text: str,
    before: Sequence[Word],
    after: Sequence[Word],
    value: Span,
    limits: Span,
) -> list[Word]:
    """Return the words around a value up to a comma, a conjunction or the limits.

    Those before it come first, the nearest one first; `value` and `limits` are of the text.
    """
    clause: list[Word] = []
    edge = value.start
    for word in reversed(before):
        if word.start < limits.start or word.lower in _CUT or _STOP.search(text[word.end : edge]):
            break
        clause.append(word)
        edge = word.start
    edge = value.end
    for word in after:
        if word.end > limits.end or word.lower in _CUT or _STOP.search(text[edge : word.start]):
            break
        clause.append(word)
        edge = word.end
    return clause


def _limits(text: str, one: FoundQuantity, found: Sequence[FoundQuantity]) -> Span:
    """Return what lies between the quantities next to one."""
    left = max((f.span.end for f in found if f.span.end <= one.span.start), default=0)
    right = min((f.span.start for f in found if f.span.start >= one.span.end), default=len(text))
    return Span(left, right)


def content_stems(words: Iterable[Word]) -> frozenset[str]:
    """Return the stems of the words that carry matter; numbers are left out."""
    return frozenset(
        part
        for word in words
        if word.lower not in FUNCTION_WORDS and not word.digits
        for part in word.stem.split()
    )
