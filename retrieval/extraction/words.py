"""Words of a text, with their places and their stems: what all matching is done on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from retrieval.evidence import Words
from retrieval.remembering import remembering

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = re.compile(r"[^\W_]+(?:(?:[.,'’&-]|\.-)[^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_KEPT_FORMS = 65_536

# Words that carry grammar, not subject matter.
FUNCTION_WORDS = frozenset(
    """
    a about above across after again against all almost along already also although always am amid
    among an and another any are aren't around as at away back be because become been before being
    below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't
    done down during each either else even ever every few for from further get gets getting got had
    hadn't has hasn't have haven't having he he'd he'll he's her here hers herself him himself his
    how however i i'd i'll i'm i've if in into is isn't it it's its itself just last latest least
    less let like made make makes making many may me might more most much must my near nearly
    neither never new next no nor not now of off on once one only onto or other others our out over
    own part per rather recent recently said same saw say saying says see seen several shall she
    she'd she'll she's should shouldn't since so some soon still such take taken takes taking than
    that that's the their them themselves then there there's these they they'd they'll they're
    they've this those though through throughout thus to today together told too took toward towards
    under until up upon us use used very via was wasn't way we we'd we'll we're we've week well went
    were weren't what what's when where whether which while who who's whom whose why will with
    within without won't would wouldn't yet you you'd you'll you're your
    """.split()
)


class Lexicon(Words, Protocol):
    """Knows the collection's words and its size; a `LexicalIndex` is one."""

    def __len__(self) -> int:
        """Return how many passages there are."""
        ...


class Word(NamedTuple):
    """A word as it stands in a text. `stem`: what it is compared by; `lower`: lower case.

    `capital`: whether it starts with a capital letter; `content`: whether it is no function word.
    """

    text: str
    start: int
    end: int
    lower: str
    stem: str
    capital: bool
    content: bool

    @property
    def digits(self) -> bool:
        """Whether the word has a digit."""
        return any(c.isdigit() for c in self.text)


class Form(NamedTuple):
    """What a written word is wherever it stands: see `Word`."""

    text: str
    lower: str
    stem: str
    capital: bool
    content: bool


def plain(text: str) -> str:
    """Return a question's text without HTML tags."""
    return _TAG.sub("", text)


def forms(lexicon: Lexicon) -> Callable[[str], Form]:
    """Return a function from a word as written to its form; it remembers.

    A form's stems are joined by spaces. A possessive 's is no part of its word.
    """

    def form(word: str) -> Form:
        if len(word) > 2 and word[-2] in "'’":
            word = _POSSESSIVE.sub("", word)
        lower = word.lower()
        stem = " ".join(lexicon.stems(lower)) or lower
        return Form(word, lower, stem, word[0].isupper(), lower not in FUNCTION_WORDS)

    return remembering(form, _KEPT_FORMS)


def split_words(text: str, form: Callable[[str], Form]) -> list[Word]:
    """Return the words of `text` in order."""
    words = []
    new = tuple.__new__  # a named tuple's own constructor takes three times as long
    for match in _WORD.finditer(text):
        word, lower, stem, capital, content = form(match[0])
        start = match.start()
        words.append(new(Word, (word, start, start + len(word), lower, stem, capital, content)))
    return words
