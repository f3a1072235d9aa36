"""What the turns before offer to a question that leans on them, the most salient first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.followup import english
from retrieval.followup.reading import Reading, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.followup.reading import Name
    from retrieval.followup.turns import Turn

TURNS = 3  # how many of the last turns count
_KEPT = 512  # turns; each is leaned on several times
_READ = 1200  # code points of a question, an answer or a title that are read


@dataclass(frozen=True, slots=True)
class Context:
    """The turns before, read; the newest first."""

    turns: tuple[ReadTurn, ...]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all words with meaning in questions, answers and titles."""
        return frozenset(
            word.key for turn in self.turns for part in turn.parts for word in part.content
        )

    @property
    def name_keys(self) -> frozenset[str]:
        """The keys that are telling names in the turns: what lower case can't hide."""
        return frozenset(
            key
            for turn in self.turns
            for part in turn.parts
            for key in part.name_keys
            if len(key) > 2 and key not in english.GENERIC and key not in english.FUNCTION_WORDS
        )


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """One turn, read."""

    question: Reading
    answer: Reading
    titles: tuple[Reading, ...]

    @property
    def parts(self) -> tuple[Reading, ...]:
        """Question, answer and titles."""
        return (self.question, self.answer, *self.titles)

    def names(self) -> list[Name]:
        """Return the names of the question, then the answer's, then the first title's.

        A name that the answer has in full ("Sergei Lavrov") takes the short one's place.
        """
        every = [name for part in self.parts[:3] for name in part.names]
        return _distinct(_in_full(name, every) for name in every)

    def asked_names(self) -> list[Name]:
        """Return the names of the question alone, in full where the answer has them so."""
        every = [name for part in self.parts[:3] for name in part.names]
        return _distinct(_in_full(name, every) for name in self.question.names)


def read_turns(turns: Sequence[Turn]) -> Context:
    """Read the last few turns."""
    return Context(tuple(_read(turn) for turn in reversed(turns[-TURNS:])))


@lru_cache(maxsize=_KEPT)
def _read(turn: Turn) -> ReadTurn:
    texts = [turn.question[:_READ], turn.answer[:_READ], *(t[:_READ] for t in turn.titles[:2])]
    certain = frozenset(
        key
        for text in texts
        for name in Reading(text).names
        for key in name.keys
        if len(key) > 2 and key not in english.FUNCTION_WORDS
    )
    question, answer, *titles = (Reading(text, certain) for text in texts)
    return ReadTurn(question, answer, tuple(titles))


def person_for(pronoun: str, context: Context, taken: Iterable[Name] = ()) -> Name | None:
    """Return the person that "he" or "she" means, None if no turn names one.

    Persons of a question come before those of its answer, unless the question asked who.
    """
    against = english.FEMALE if pronoun in english.HE else english.MALE
    for turn in context.turns:
        people = [n for n in _people(turn) if not any(n.same_as(t) for t in taken)]
        fitting = [name for name in people if name.keys[0] not in against]
        sure = english.MALE if pronoun in english.HE else english.FEMALE
        certain = [name for name in fitting if name.keys[0] in sure]
        if fitting:
            return certain[0] if certain and fitting[0] not in turn.asked_names() else fitting[0]
    return None


def _people(turn: ReadTurn) -> list[Name]:
    asked = turn.asked_names()
    named = [n for n in turn.names() if n.kind == "person"]
    first = [n for n in named if n in asked]
    rest = [n for n in named if n not in asked]
    asks_who = any(w.key in {"who", "whom"} for w in turn.question.words)
    return rest[:1] + first + rest[1:] if asks_who and not first else first + rest


def topic_names(context: Context) -> list[Name]:
    """Return the names that the newest turn is about: its question's, then its title's.

    A turn before it speaks where it has none.
    """
    for turn in context.turns:
        titled = [name for title in turn.titles[:1] for name in title.names]
        if found := _distinct([*turn.asked_names(), *titled]):
            return found
    return []


def topic_words(context: Context, *, limit: int) -> list[str]:
    """Return the telling words of the newest question that are no names, as they stand there."""
    for turn in context.turns[:2]:
        found = {
            word.key: word.text
            for word in turn.question.content
            if word.key not in english.GENERIC
            and word.key not in english.TIMES
            and not turn.question.in_name(word)
        }
        if found:
            return list(found.values())[:limit]
    return []


def _in_full(name: Name, every: Sequence[Name]) -> Name:
    longer = [n for n in every if n.same_as(name) and len(n.keys) > len(name.keys) <= 1]
    fuller = [n for n in longer if n.kind == "person" and n.keys[-1] == name.keys[-1]]
    return fuller[0] if fuller else name


def _distinct(names: Iterable[Name]) -> list[Name]:
    found: list[Name] = []
    for name in names:
        if not any(name.same_as(other) for other in found):
            found.append(name)
    return found


def keys_of(text: str) -> set[str]:
    """Return the keys of all words of a text."""
    return {word.key for word in words_of(text)}
