"""What several messages sent in a row mean: one question in parts, or questions of their own. Pure.

A part goes on with what stands before it unless a whole question ended there: one that its
punctuation ends, or, as people leave that out, one that begins like a question and is followed
by another that does. A part without words ("?") belongs to what it follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.chat.captions import one_line
from bot.chat.conversation import has_words
from bot.chat.html import utf16_units
from bot.chat.openings import LEAVE_OPEN, follows_as_question, opens_question
from retrieval.followup import stands_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_QUESTIONS = 5
# Apps cut a text at 4096 units, at white space; so long a message goes on in the next.
CUT_UNITS = 3900

# Commas, colons, dashes and dots that say "wait", in several scripts.
_OPEN_END = re.compile(r"(?:[,:;،؛、，：；–—‒―(\[{«„&-]|(?<![?!])[…⋯‥]|(?<![?!.])\.\.+|。。+)$")
_END = re.compile(r"[?!.？！。؟।॥⸮‽;՞፧…]+[\s\"'”’»)\]]*$")
_GREEK_QUESTION = re.compile(r"(?<=[\u0370-\u03ff\u1f00-\u1fff])\s*;$")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Asking:
    """A question and the parts that it was sent in, from `first` to `last` (counted from 0).

    `leans`: it may lean on the questions before it, and so has to wait for their answers.
    """

    text: str
    first: int
    last: int
    leans: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The questions to answer, in order; the parts from `answered` on are left unanswered."""

    askings: tuple[Asking, ...]
    answered: int


def looks_unfinished(text: str) -> bool:
    """Return whether a message plainly isn't all that its sender has to say.

    It ends with a comma, colon, dash or "…", with a word that needs another ("about", "the"), or
    where an app cuts long texts.
    """
    if utf16_units(text) >= CUT_UNITS:
        return True
    line = _line(text)
    if not has_words(line):
        return False
    if _OPEN_END.search(line):
        return True
    words = _WORD.findall(line)
    # One word alone may be an answer or a name: "In", "A".
    return len(words) > 1 and line.endswith(words[-1]) and words[-1].casefold() in LEAVE_OPEN


def plan_batch(texts: Sequence[str]) -> Plan:
    """Return what to answer for the messages of one person, oldest first.

    Every part is in one question, in order, but those after the first MOST_QUESTIONS questions.
    """
    if not texts:
        return Plan((), 0)
    starts = [0]
    for at, (before, after) in enumerate(pairwise(texts), start=1):
        if not continues(before, after):
            starts.append(at)
    ends = [*starts[1:], len(texts)]
    spans = list(zip(starts, ends, strict=True))[:MOST_QUESTIONS]
    askings = tuple(_asking(texts, first, end) for first, end in spans)
    return Plan(askings, spans[-1][1])


def continues(before: str, after: str) -> bool:
    """Return whether a message goes on with the one sent before it."""
    before, after = _line(before), _line(after)
    if looks_unfinished(before) or not has_words(after):
        return True
    if _END.search(before):
        return False
    return not (opens_question(before) and follows_as_question(after))


def joined(texts: Sequence[str]) -> str:
    """Return the parts of a question as one text; a single part stays to the letter."""
    return " ".join(texts)


def _asking(texts: Sequence[str], first: int, end: int) -> Asking:
    text = joined(texts[first:end])
    return Asking(text, first, end - 1, leans=first > 0 and not stands_alone(one_line(text)))


def _line(text: str) -> str:
    """Return a text on one line, with "?" for the semicolon that ends questions in Greek."""
    return _GREEK_QUESTION.sub("?", one_line(text))
