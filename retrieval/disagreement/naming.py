"""Namings: the names in sentences that say of one alone that it did, became or was something.

"Was killed" may be said of many, "was elected mayor" of one. So a name is taken only beside a verb
that has one subject, one object or one place (functional relations: Ritter, Downey, Soderland,
Etzioni: It's a Contradiction - No, it's Not, EMNLP 2008), and where nothing around it speaks of
several, of doubt or of the future.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.disagreement.statements import clause_around, content_stems
from retrieval.extraction.mentions import Kind
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.extraction.mentions import Mention
    from retrieval.extraction.reading import Sentence
    from retrieval.extraction.words import Word

NEAR = 7  # words on either side of a name that must be said of the other name too
_REACH = 8  # words between a verb and the place after it at most


def _forms(text: str) -> dict[str, str]:
    """Return each word of the lines → its line's first word."""
    lines = [line.split() for line in text.strip().splitlines()]
    return {word: line[0] for line in lines for word in line}


# Verbs of which one name is the subject, the object, or the subject of the passive.
_VERBS = _forms(
    """
    elected elects elect
    won wins win
    appointed appoints appoint
    named names
    became becomes
    crowned crowns
    chosen chose chooses
    picked picks
    selected selects
    sworn
    succeeded succeeds
    replaced replaces
    founded founds
    invented invents
    discovered discovers
    wrote written writes
    directed directs
    designed designs
    composed composes
    painted
    bought buys acquired acquires purchased purchases
    hosted hosts
    inherited inherits
    """
)
# Verbs of what happens in one place.
_SEATED = _forms(
    """
    born
    buried
    held holds
    hosted
    opened opens
    sank sunk
    crashed crashes
    landed lands
    located
    based headquartered
    founded
    found
    arrested
    died dies
    married marries
    place
    signed
    """
)
_PREPOSITIONS = frozenset("in at near off on outside".split())
_PASSIVE = frozenset("was is been be being".split())
_BETWEEN = _PASSIVE | frozenset("has had have just officially formally narrowly easily".split())
# Names after these are no subjects of what follows them.
_TIED = frozenset(
    """
    of by for against than from after before to over and or like as with without under unlike
    except including who which beating defeating replacing near in at on
    """.split()
)
# Doubt, denial and the future, anywhere in the sentence.
_DOUBTS = frozenset(
    """
    not never no nor neither none nobody denied denies deny refused failed isn't wasn't didn't
    hasn't won't would could may might should will can expected expects expect likely unlikely
    probably possibly perhaps reportedly predicted predicts predict forecast tipped contender
    contenders hopes hoped hope planned if whether unless set poised rumored rumoured alleged
    allegedly falsely wrongly claimed claims claim mistakenly almost runner-up runners-up
    """.split()
)
# Several, or another time or office than the one asked for, in the clause itself.
_VETOES = frozenset(
    """
    without until appeared favourite favorite favored favoured candidate candidates nominee
    nominees nominated nearly wants wanted plans plan
    and/or or both one several many each among amongst other others another along alongside
    together jointly joint shared share co-host co-winner tied including also too were are them
    they their members member deputy vice assistant junior co associate
    previously previous former formerly last later again earlier once ago originally first-round
    second next every weekly daily monthly annual annually interim acting caretaker latest
    temporary temporarily provisional
    """.split()
)
# What many may get or be at one time.
_SEVERAL = frozenset(
    """
    a an to among some medal medals gold silver bronze award awards prize prizes seat seats nominee
    grammy grammys grammies oscar oscars emmy emmys tony tonys judge senator senators councillor
    councillors mp mps delegate representative adviser advisor director list finalist finalists
    stake shares games match matches
    """.split()
)
_AFTER_NAME = re.compile(r"\s|,? \(?\d\d\)?,? ")  # a blank, or an age: "Lopez, 52, was elected"
_LISTED = re.compile(r"[,;/&]\s?$")


@dataclass(frozen=True, slots=True)
class Naming:
    """A name of a sentence and what is said of it.

    `sentence`: its number; `word`: that of the name's first word; `value`: its span in the
    sentence's text. `name`: its words as written; `role`: where it stands to which verb; `near`
    and `clause`: the stems of the words around it, numbers included, without it and without
    times; `times`: the keys of times in the sentence; `names`: lower-case words of the clause's
    other names.
    """

    sentence: int
    word: int
    value: Span
    name: tuple[str, ...]
    role: tuple[str, ...]
    near: frozenset[str]
    clause: frozenset[str]
    times: frozenset[str]
    names: frozenset[str]


def namings_of(number: int, sentence: Sentence) -> Iterator[Naming]:
    """Yield the namings of a sentence, in order. `number`: the sentence's in its reading."""
    if "?" in sentence.text or not _DOUBTS.isdisjoint(w.lower for w in sentence.words):
        return
    for mention in sentence.mentions:
        if mention.kind is Kind.NAME:
            naming = _naming(number, sentence, mention)
            if naming is not None:
                yield naming


def _naming(number: int, sentence: Sentence, mention: Mention) -> Naming | None:
    words, text = sentence.words, sentence.text
    before, after = words[: mention.first], words[mention.last :]
    inside = words[mention.first : mention.last]
    value = Span(inside[0].start, inside[-1].end)
    role = _subject(text, value, before, after) or _object(text, value, before, after)
    clause = clause_around(text, before, after, value, Span(0, len(text)))
    if not role or _is_quoted(text, value) or not _VETOES.isdisjoint(w.lower for w in clause):
        return None
    timed = {w for m in sentence.mentions if m.kind is Kind.TIME for w in range(m.first, m.last)}
    starts = {w.start for n, w in enumerate(words) if n not in timed}
    named = {
        w.start
        for m in sentence.mentions
        if m.kind is Kind.NAME and m is not mention
        for w in words[m.first : m.last]
        if w.capital
    }
    told = [w for w in clause if w.start in starts]
    close = {w.start for w in [*before[-NEAR:], *after[:NEAR]]}
    return Naming(
        sentence=number,
        word=mention.first,
        value=value,
        name=tuple(w.text for w in inside),
        role=role,
        near=_stems([w for w in told if w.start in close]),
        clause=_stems(told),
        times=frozenset(m.key for m in sentence.mentions if m.kind is Kind.TIME),
        names=frozenset(w.lower for w in told if w.start in named),
    )


def _is_quoted(text: str, value: Span) -> bool:
    """Whether a name stands in quotation marks: then it is what somebody says."""
    before = text[: value.start]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")


def _subject(
    text: str, value: Span, before: Sequence[Word], after: Sequence[Word]
) -> tuple[str, ...]:
    """Return the role of a name that stands before its verb, or ()."""
    rest = [w for w in after if not w.digits]
    gap = text[value.end : rest[0].start] if rest else ""
    if _is_tied(text, value, before) or not _AFTER_NAME.fullmatch(gap):
        return ()
    at = next((n for n, w in enumerate(rest) if w.lower not in _BETWEEN), len(rest))
    if at == len(rest) or rest[at].lower not in _VERBS or not _is_plain(rest[at + 1 :][:NEAR]):
        return ()
    passive = any(w.lower in _PASSIVE for w in rest[:at])
    return ("before", "passive" if passive else "active", _VERBS[rest[at].lower])


def _is_tied(text: str, value: Span, before: Sequence[Word]) -> bool:
    """Whether a name hangs on the word before it, or is one of several."""
    if not before:
        return False
    listed = _LISTED.search(text[before[-1].end : value.start]) is not None
    return listed or before[-1].lower in _TIED


def _object(
    text: str, value: Span, before: Sequence[Word], after: Sequence[Word]
) -> tuple[str, ...]:
    """Return the role of a name that stands after its verb or a preposition, or ()."""
    if not before or text[before[-1].end : value.start] != " " or _goes_on(text, value, after):
        return ()
    last = before[-1].lower
    if last in _VERBS:
        return ("after", _VERBS[last]) if _is_plain(after[:NEAR]) else ()
    if last == "by" and len(before) > 1 and before[-2].lower in _VERBS:
        return ("by", _VERBS[before[-2].lower])
    if last in _PREPOSITIONS:
        clause = clause_around(text, before, (), value, Span(0, len(text)))[1 : 1 + _REACH]
        for word in clause:
            if word.lower in _SEATED:
                return ("place", last, _SEATED[word.lower])
            if word.lower in _PREPOSITIONS:
                return ()
    return ()


def _goes_on(text: str, value: Span, after: Sequence[Word]) -> bool:
    """Whether the name is one of several, or owns or is part of what follows it."""
    if text[value.end : value.end + 1] in {"'", "’", "-", "/"}:
        return True
    if not after:
        return False
    gap = text[value.end : after[0].start]
    return after[0].lower in {"and", "or"} or (gap != " " and after[0].capital) or "&" in gap


def _is_plain(after: Sequence[Word]) -> bool:
    """Whether what follows a verb is nothing that several may get or be."""
    return not any(word.lower in _SEVERAL for word in after[:2]) and not any(
        word.lower in _SEVERAL - {"a", "an", "to", "some"} for word in after
    )


def _stems(words: Sequence[Word]) -> frozenset[str]:
    return content_stems(words) | {w.lower for w in words if w.digits}
