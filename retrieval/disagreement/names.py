"""Two articles that make the same statement with names that cannot both be right."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.disagreement.comparing import DAYS, Finder, text_of
from retrieval.disagreement.naming import Naming, namings_of
from retrieval.disagreement.times import days_of
from retrieval.extraction.mentions import Kind
from retrieval.extraction.places import COUNTRIES, STATES
from retrieval.extraction.question import Want
from retrieval.extraction.words import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.extraction.answer import Quotation, Steps
    from retrieval.extraction.question import Question

_UNDATED_DAYS = 5  # between two reports that don't both name the day: less than a week's round
_ALIKE = 0.7  # of the weight of either clause, shared with the other
_ASKED = 0.35  # of the question's weight, shared by both clauses
_SHARED = 3  # content words that both clauses have at least
_FIRST = 2  # the quoted name is among so many likeliest
_SPELLING = 0.7  # from which two words may be spellings of one name
_WANTS = frozenset({Want.PERSON, Want.PLACE, Want.COUNTRY, Want.NAME})
_SEVERAL_ASKED = re.compile(
    r"\b(?:who (?:are|were|have|all|else)|whose|where (?:are|were|have|else)"
    r"|(?:which|what|who|where) (?:of|two|three|four|five|six|other|others|are|were|have)"
    r"|besides|except|other than|among|countries|nations|names)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w+")
# Names that are parts of others, or other names for them.
_UNITED = frozenset(
    """
    us usa america united britain uk england scotland wales ireland northern great eu korea congo
    china taiwan hong kong georgia
    """.split()
)


def asks_for_name(question: Question) -> bool:
    """Whether the question asks for one name."""
    if question.want not in _WANTS or _SEVERAL_ASKED.search(question.text):
        return False
    return not _is_plural(question)


def _is_plural(question: Question) -> bool:
    """Whether the noun of "which <noun>" is a plural: its word is longer than its stem by an s."""
    found = re.search(rf"\b{re.escape(question.head)}(?:e?s)\b", question.text, re.IGNORECASE)
    return bool(question.head) and found is not None


class NameFinder(Finder[Naming]):
    """Compares the names that might answer a question."""

    def __init__(self, steps: Steps, idf: Callable[[str], float]) -> None:
        super().__init__(steps, idf, {Kind.NAME})
        chances = [
            (float(chance), candidate.parts)
            for candidate, chance in zip(steps.candidates, steps.mention_chances, strict=True)
            if candidate.kind is Kind.NAME
        ]
        self._likeliest = sorted(chances, reverse=True)
        self._texts: dict[str, frozenset[str]] = {}

    def anchor(self, quotations: Sequence[Quotation]) -> Naming | None:
        """Return the quoted statement whose name is one of the likeliest of all."""
        found = super().anchor(quotations)
        if found is None:
            return None
        own = self._chances[found.sentence, found.word]
        said = {w.lower() for w in found.name}
        ahead: list[set[str]] = []
        for chance, parts in self._likeliest:
            if chance <= own:
                break
            if said.isdisjoint(parts) and all(a.isdisjoint(parts) for a in ahead):
                ahead.append(set(parts))
        return found if len(ahead) < _FIRST else None

    def contradict(self, one: Naming, other: Naming) -> bool:
        """Whether two statements say the same of names that cannot both be right."""
        return (
            one.role == other.role
            and are_apart(one.name, other.name)
            and self._of_one_kind(one, other)
            and self._alike(one, other)
            and self._same_time(one, other)
            and self._same_names(one, other)
            and not self._known_together(one, other)
        )

    def statements(self, number: int) -> Iterator[Naming]:
        """Yield the namings of a sentence."""
        return namings_of(number, self.reading.sentences[number])

    def _of_one_kind(self, one: Naming, other: Naming) -> bool:
        """Whether both are of the kind asked for, as far as that can be told.

        A country and its leader, a team and its town, a town and its county may each be said to
        have done the same.
        """
        kinds = {_kind(n.name) for n in (one, other)}
        if len(kinds) > 1:
            return False
        match self.question.want:
            case Want.COUNTRY:
                return kinds == {"country"}
            case Want.PERSON:
                return kinds == {""} and min(len(one.name), len(other.name)) > 1
        return True

    def _alike(self, one: Naming, other: Naming) -> bool:
        if not (one.near <= other.clause and other.near <= one.clause):
            return False
        shared = one.clause & other.clause
        most = max(self._weight(one.clause), self._weight(other.clause))
        asked = self._weight(shared & self.question.stems.keys())
        return (
            len(shared) >= _SHARED
            and self._weight(shared) >= _ALIKE * most
            and asked >= _ASKED * self.question.weight
        )

    def _weight(self, stems: frozenset[str]) -> float:
        return sum(map(self.idf, stems))

    def _same_time(self, one: Naming, other: Naming) -> bool:
        first, second = (self.article(n.sentence).published for n in (one, other))
        if first is None or second is None:
            return False
        days = days_of(one.times, first), days_of(other.times, second)
        if days[0] and days[1] and days[0] != days[1]:
            return False
        most = DAYS if days[0] and days[1] else _UNDATED_DAYS
        return abs(first - second) <= timedelta(days=most)

    def _same_names(self, one: Naming, other: Naming) -> bool:
        """Whether both tell of the same others, and of one at least."""
        named = one.names | other.names | self.question.names
        return (
            bool(named)
            and self.names_known(one.names, by=other)
            and self.names_known(other.names, by=one)
        )

    def _known_together(self, one: Naming, other: Naming) -> bool:
        """Whether an article that was found has both names: then it tells them apart."""
        if self.article(one.sentence).id == self.article(other.sentence).id:
            return True
        first, second = _telling(one.name), _telling(other.name)
        for hit in self.reading.hits:
            if hit.article.id not in self._texts:
                folded = _folded(text_of(hit.article))
                self._texts[hit.article.id] = frozenset(_WORDS.findall(folded))
            said = self._texts[hit.article.id]
            if not said.isdisjoint(first) and not said.isdisjoint(second):
                return True
        return False


def are_apart(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names, as words, cannot be of one thing as far as spelling tells."""
    first, second = _telling(one), _telling(other)
    if not first or not second or not _UNITED.isdisjoint(first | second):
        return False
    if _initials(one) & _short(other) or _initials(other) & _short(one):
        return False
    return not any(_may_be_one(a, b) for a in first for b in second)


def _telling(name: Sequence[str]) -> frozenset[str]:
    """Return the words of a name that tell it from others, folded."""
    folded = {part for word in name for part in _WORDS.findall(_folded(word))}
    return frozenset(w for w in folded if len(w) > 2 and w not in FUNCTION_WORDS)


def _short(name: Sequence[str]) -> frozenset[str]:
    return frozenset(_folded(word).replace(".", "") for word in name if len(word) < 7)


def _initials(name: Sequence[str]) -> frozenset[str]:
    """Return the first letters of a name's words, of all and of those with a capital."""
    capitals = [w for w in name if w[0].isupper()]
    return frozenset(
        "".join(_folded(w)[0] for w in words) for words in (name, capitals) if len(words) > 1
    )


def _may_be_one(one: str, other: str) -> bool:
    if one.startswith(other) or other.startswith(one):
        return True
    return SequenceMatcher(None, one, other).ratio() >= _SPELLING


def _kind(name: Sequence[str]) -> str:
    joined = _folded(" ".join(name))
    return "country" if joined in COUNTRIES else "state" if joined in STATES else ""


@lru_cache(4096)
def _folded(text: str) -> str:
    """Return the text in lower case without accents."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in apart if not unicodedata.combining(c))
