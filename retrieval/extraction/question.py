"""What a question asks for: its words, the kind of answer, and the noun that names it.

The classes are coarse ones of the usual taxonomy of answer types (Li, Roth: Learning Question
Classifiers, COLING 2002), told from the question word and the noun after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.extraction.words import FUNCTION_WORDS, plain, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.extraction.words import Form, Lexicon, Word


class Want(StrEnum):
    """The kind of thing a question asks for."""

    PERSON = "person"
    PLACE = "place"
    COUNTRY = "country"
    TIME = "time"
    NUMBER = "number"
    MONEY = "money"
    NAME = "name"
    TITLE = "title"
    THING = "thing"


def _nouns(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WANTED: tuple[tuple[Want, frozenset[str]], ...] = (
    (Want.COUNTRY, _nouns("country nation countries nations")),
    (
        Want.PLACE,
        _nouns(
            """
            city town state states province region continent island capital county village place
            location area territory cities venue airport park river lake mountain volcano sea ocean
            destination district neighborhood landmark stadium
            """
        ),
    ),
    (
        Want.PERSON,
        _nouns(
            """
            actor actress singer rapper musician artist star celebrity celebrities author writer
            director designer comedian host president minister leader politician lawmaker senator
            governor mayor congressman congresswoman congressperson representative candidate judge
            justice ceo executive founder billionaire businessman chief secretary official player
            athlete golfer quarterback coach driver footballer boxer swimmer runner model king
            queen prince princess royal duke duchess pope activist journalist anchor scientist
            astronaut general officer man woman person people figure icon legend champion winner
            nominee entertainer performer personality influencer entrepreneur lawyer attorney
            chef filmmaker novelist poet painter composer gymnast skater sprinter striker
            """
        ),
    ),
    (
        Want.NAME,
        _nouns(
            """
            company companies firm airline airlines automaker carmaker manufacturer maker bank
            retailer chain brand business startup store restaurant agency organization
            organisation group party team club league school university college newspaper
            magazine network station broadcaster platform app service site website studio label
            band festival tournament championship competition event storm hurricane conglomerate
            giant corporation department ministry union charity institution museum
            """
        ),
    ),
    (
        Want.TITLE,
        _nouns(
            """
            film films movie movies show series song album book novel memoir game musical play
            painting single track sitcom documentary drama franchise podcast poem word phrase term
            title
            """
        ),
    ),
    (
        Want.TIME,
        _nouns("year month day date time decade century season weekday period when deadline"),
    ),
    (Want.MONEY, _nouns("price cost sum fine salary budget bid dollars fee")),
    (
        Want.NUMBER,
        _nouns(
            """
            percentage percent number age amount rate score share proportion many population
            length height weight distance temperature speed magnitude total fraction
            """
        ),
    ),
)
_SIMPLE = dict.fromkeys(("who", "whom", "whose"), Want.PERSON) | {
    "where": Want.PLACE,
    "when": Want.TIME,
    "why": Want.THING,
}
_HOW = dict.fromkeys(
    "many old long far tall high fast big large often heavy deep".split(), Want.NUMBER
) | {"much": Want.MONEY, "soon": Want.TIME, "recently": Want.TIME}
_QUESTION_WORDS = frozenset("who whom whose which what where when why how".split())
# Verbs that follow the noun of "which <noun> ..." without an ending that would tell them.
_VERBS = frozenset(
    """
    won beat made took got lost set became began came gave kept led left paid put ran said sold
    spent told went withdrew broke built bought chose cut drew fell found grew held hit met rose
    saw sent shut struck sued topped won't can't could will would may might is was are were has
    have had did does do can should plans makes takes won
    """.split()
)
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’]?\s+(?=[\"'“‘A-Z])")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed. `stems`: its words that carry matter → their weight.

    `focus`: stems of the noun phrase that names what is asked for ("which US national park"),
    `head` the last of them; both may be empty. `weight`: the weights of all words together.
    """

    text: str
    stems: dict[str, float]
    known: frozenset[str]
    names: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    want: Want
    focus: tuple[str, ...]
    head: str
    weight: float


def analyse(text: str, lexicon: Lexicon, form: Callable[[str], Form]) -> Question:
    """Return what the question `text` asks for."""
    text = plain(text)
    words = split_words(text, form)
    weights: dict[str, float] = {}
    for word in words:
        if word.lower not in FUNCTION_WORDS:
            for part in word.stem.split():
                weights[part] = lexicon.inverse_frequency(part)
    names = frozenset(
        w.stem
        for n, w in enumerate(words)
        if (w.capital and n > 0 and w.lower not in FUNCTION_WORDS) or w.digits
    )
    pairs = frozenset(
        (one.stem, other.stem)
        for one, other in pairwise(words)
        if not {one.lower, other.lower} & FUNCTION_WORDS and other.start - one.end == 1
    )
    want, focus = _want(split_words(_asking_sentence(text), form))
    return Question(
        text=text,
        stems=weights,
        known=frozenset(part for w in words for part in w.stem.split()),
        names=names,
        pairs=pairs,
        want=want,
        focus=tuple(w.stem for w in focus),
        head=focus[-1].stem if focus else "",
        weight=sum(weights.values()) or 1.0,
    )


def _asking_sentence(text: str) -> str:
    """Return the last sentence of a question that has a question word, else the last one."""
    sentences = _SENTENCE.split(text.strip())
    for sentence in reversed(sentences):
        bare = sentence.lower().replace("’", "'").replace("'s", "")
        if _QUESTION_WORDS.intersection(bare.split()):
            return sentence
    return sentences[-1]


def _want(words: Sequence[Word]) -> tuple[Want, Sequence[Word]]:
    """Return what is wanted and the noun phrase that says so."""
    at = _question_word(words)
    if at is None:
        return Want.THING, ()
    word = words[at].lower
    after = words[at + 1 :]
    following = after[0].lower if after else ""
    if word in _SIMPLE:
        return _SIMPLE[word], ()
    if word == "how":
        phrase = _phrase(after[1:]) if following == "many" else ()
        return _HOW.get(following, Want.THING), phrase
    phrase = _phrase(after) or _phrase(_after_copula(after))
    return _kind_of(phrase), phrase


def _question_word(words: Sequence[Word]) -> int | None:
    """Return which word asks: one near the start, else the last that opens no relative clause."""
    places = [n for n, w in enumerate(words) if w.lower in _QUESTION_WORDS]
    if not places or places[0] <= 1:
        return places[0] if places else None
    # "..., who died this week, was known for which book?": after a comma it's a relative clause.
    asking = [n for n in places if words[n].start - words[n - 1].end < 2]
    return (asking or places)[-1]


def _after_copula(words: Sequence[Word]) -> Sequence[Word]:
    """Return what follows "is the (name of the)" at the start of `words`."""
    n = 0
    skipped = FUNCTION_WORDS | {"name", "names", "type", "kind"}
    while n < len(words) and (words[n].lower in skipped or words[n].lower in _VERBS):
        n += 1
    return words[n:]


def _phrase(words: Sequence[Word]) -> Sequence[Word]:
    """Return the nouns at the start of `words`, up to the first verb or function word."""
    start = 0
    if len(words) > 1 and words[0].lower in {"type", "kind", "sort"} and words[1].lower == "of":
        start = 2
    end = start
    while end < len(words) and end - start < 5:
        lower = words[end].lower
        verb = lower in _VERBS or (end > start and lower.endswith(("ed", "ing")))
        if verb or (lower in FUNCTION_WORDS and lower not in {"new", "own"}):
            break
        end += 1
        if end < len(words) and words[end].start - words[end - 1].end > 2:  # a possessive's end
            break
    return words[start:end]


def _kind_of(phrase: Sequence[Word]) -> Want:
    for word in reversed(phrase):
        found = next((want for want, nouns in _WANTED if word.lower in nouns), None)
        if found is not None:
            return found
    return Want.THING
