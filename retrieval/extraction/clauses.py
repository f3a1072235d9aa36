"""Sentences to clauses: shorter verbatim pieces of a sentence that still read as one.

A sentence is cut where a comma, dash or semicolon stands before a conjunction, a relative pronoun,
a participle or an attribution, and before some conjunctions without a comma. A piece starts where
a main or coordinate clause starts and holds a finite verb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST = 40  # code points

_COORDINATE = r"(?:and|but|so|yet|while|whereas|though|although)"
_DEPENDENT = (
    r"(?:who|whom|whose|which|where|when|as|after|before|because|since|until|with|without"
    r"|including|according to|despite|following|even|particularly|especially|prompting|per"
    r"|[a-z]{2,}ing|[a-z]{3,}ed(?=\s(?:by|in|on|at|from|to|with)\b))"
)
# "Two years after the war" is one time: without what follows it says something else.
_NO_SPAN = "".join(
    rf"(?<!\b{unit}s)(?<!\b{unit})" for unit in ("year", "month", "week", "day", "hour", "minute")
)
# A cut: what separates, and the word that opens the next piece. The look ahead only saves time.
_CUTS = re.compile(
    r"(?=[,;:—\s])(?:"
    rf"(?P<stop>[,;]|\s[–—-]|—|:)[\"”’']?\s*(?=(?P<open>{_COORDINATE}|{_DEPENDENT})\b)"
    r"|(?P<semicolon>;\s+)"
    r"|(?P<dash>\s+[–—]\s+|\s+--?\s+|—)"
    r"|(?P<attribution>,[\"”’']?\s+(?=(?:[A-Z][\w.’'-]*\s){0,4}(?:he|she|it|they|officials|police)?\s?"
    r"(?:said|says|told|added|wrote|tweeted|reported|announced)\b))"
    rf"|(?P<bare>{_NO_SPAN}\s+(?=(?P<bareopen>after|because|while|although|amid|following)\s)))"
)
# A comma that a list of adjectives can't have: what follows starts a phrase of its own.
_COMMA = re.compile(
    rf",(?=\s+(?:[A-Z0-9\"“]|(?:{_COORDINATE}|{_DEPENDENT}|an?|the|one|its|his|her|their|he|she|it"
    r"|they|we|in|on|at|to|from|for|of|by|or)\b))"
)
_LEAD = re.compile(rf"(?:{_COORDINATE})\s+", re.IGNORECASE)
_APPOSITION = re.compile(
    r"(?:an?|one|another|its|the (?:first|latest|biggest|largest|most))\s", re.IGNORECASE
)
# Looked up word by word: much faster than one pattern of them all.
_TOKEN = re.compile(r"(\w+)(?:(['’])(s|t|re|ve|ll)\b)?", re.IGNORECASE)
_AUXILIARIES = frozenset(
    """
    is are was were be been has have had will would can could may might must should does did do
    """.split()
)
_NEGATED = frozenset("isn wasn won".split())
_SUBJECTS = frozenset("he she it that there here what who".split())
# A form in -ed after one of these is an adjective ("a classified document"). It is looked for
# first, before what stands in front of it: that saves time.
_BEFORE_ADJECTIVE = "a an the of in its his her their for with most more to".split()
_VERB = re.compile(
    r"\b(?:(?=[a-z]{2,}ed\b)"
    + "".join(rf"(?<!\b{word} )" for word in _BEFORE_ADJECTIVE)
    + r"[a-z]{2,}ed(?!\s+by\b)"
    r"|won|beat|made|took|got|lost|set|became|began|came|gave|kept|led|left|paid|put|ran|said|says"
    r"|sold|spent|told|went|built|bought|chose|cut|drew|fell|found|grew|held|hit|met|rose|saw|sent"
    r"|shut|stood|wrote|broke|brought|knew|felt|thought|spoke|drove|hurt|died|means|includes"
    r"|remains|plans|wants|makes|takes|shows|needs|seeks|aims|plays|stars)\b"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence, its span relative to the sentence. `whole`: all of it."""

    span: Span
    whole: bool


def clauses(sentence: str, *, shortest: int = SHORTEST) -> list[Clause]:
    """Return the sentence and the shorter pieces of it that read as a clause, in order."""
    pieces = [Clause(Span(0, len(sentence)), whole=True)]
    if len(sentence) < shortest * 1.5:
        return pieces
    starts, ends = _boundaries(sentence)
    seen = {pieces[0].span}
    for start in starts:
        for end in ends:
            if end - start < shortest:
                continue
            span = Span(start, end)
            if span not in seen and _reads(span.of(sentence)):
                seen.add(span)
                pieces.append(Clause(span, whole=False))
    return pieces


def _boundaries(sentence: str) -> tuple[list[int], list[int]]:
    """Return where pieces may start and where they may end."""
    starts, ends = [0], [len(sentence)]
    for match in _CUTS.finditer(sentence):
        if _inside_brackets(sentence, match.start()):
            continue
        ends.append(_end(sentence, match.start()))
        if match["semicolon"] or match["dash"]:
            if not _APPOSITION.match(sentence, match.end()):
                starts.append(match.end())
        elif match["open"] and (lead := _LEAD.match(sentence, match.end())):
            starts.append(lead.end())
    ends.extend(m.start() for m in _COMMA.finditer(sentence))
    return sorted(set(starts)), sorted(set(ends))


def _end(sentence: str, at: int) -> int:
    """Return the end of a piece cut at `at`: a quotation mark that closes there belongs to it."""
    end = at
    while end > 0 and sentence[end - 1].isspace():
        end -= 1
    return end


def _inside_brackets(sentence: str, at: int) -> bool:
    before = sentence[:at]
    return before.count("(") > before.count(")")


def _reads(piece: str) -> bool:
    """Whether a piece can stand alone: room for a subject, a finite verb, quotation in pairs."""
    piece = piece.rstrip()
    if piece.count("“") != piece.count("”") or piece.count('"') % 2 or piece.endswith(_OPEN_END):
        return False
    first = piece.split(maxsplit=1)[0].strip('"“‘').lower()
    if first in _NO_START or (first in _SUBORDINATE and ", " not in piece):
        return False
    main = _RELATIVE.split(piece, maxsplit=1)[0]
    verb = _auxiliary(main)
    if verb is None:
        match = _VERB.search(main)
        verb = match.start() if match else 0
    return verb > 0 and not _AUXILIARY_END.search(piece, max(0, len(piece) - _AUXILIARY_END_REACH))


def _auxiliary(piece: str) -> int | None:
    """Return where the first auxiliary or contraction with one stands, None without one."""
    for match in _TOKEN.finditer(piece):
        word = match[1].lower()
        short = match[3] and match[3].lower()
        if (
            word in _AUXILIARIES
            or short in {"re", "ve", "ll"}
            or (short == "s" and word in _SUBJECTS)
            or (short == "t" and match[2] == "'" and word in _NEGATED)
        ):
            return match.start()
    return None


_RELATIVE = re.compile(r"(?<!^)\b(?:who|which|whose|when|where)\b")
_AUXILIARY_END = re.compile(
    r"\b(?:have|has|had|is|are|was|were|will|would|be|been|to|the|a|of|that|and|or"
    r"|but|for|with|by|on|in|at|also)$"
)
_AUXILIARY_END_REACH = 8  # code points, one more than the longest
_OPEN_END = (",", ":", "(", "“", "‘")
_SUBORDINATE = frozenset("when although though if while unless once whether".split())
_NO_START = frozenset(
    """
    who whom whose which that is are was were be been has have had will would can could to not
    then also said says told than as with after before because since by in including
    """.split()
)


def pieces_of(sentence: str, *, longest: int) -> Iterator[Clause]:
    """Yield the clauses no longer than `longest`; the whole sentence if there are none."""
    found = clauses(sentence)
    short = [c for c in found if c.span.end - c.span.start <= longest]
    yield from short or found[:1]
