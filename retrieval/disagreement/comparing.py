"""What comparing numbers and comparing names share: statements that are quoted, and others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from retrieval.extraction.answer import Quotation, Steps
    from retrieval.extraction.mentions import Kind
    from retrieval.extraction.reading import Sentence
    from retrieval.types import Article, Hit

DAYS = 14  # between two reports of one event at most
VALUES = 3  # that are shown
_ABOUT = 0.6  # of the question's weight in and around a sentence


@dataclass(frozen=True, slots=True)
class Told:
    """A value that an article tells. Spans are of the article; `value` lies within `sentence`."""

    hit: Hit
    sentence: Span
    value: Span


class Valued(Protocol):
    """A statement: the value at a sentence's `word`, its span being of the sentence's text."""

    @property
    def sentence(self) -> int:
        """The sentence's number in its reading."""

    @property
    def word(self) -> int:
        """The number of the value's first word."""

    @property
    def value(self) -> Span:
        """The value's place in the sentence's text."""


S = TypeVar("S", bound=Valued)


class Finder(ABC, Generic[S]):
    """Compares the statements of one question's reading, whose mentions `steps` has scored.

    Values are mentions of `kinds`.
    """

    def __init__(self, steps: Steps, idf: Callable[[str], float], kinds: Collection[Kind]) -> None:
        self.question, self.reading, self.idf = steps.question, steps.reading, idf
        self._statements: dict[int, list[S]] = {}
        self._chances = {
            (n, word): float(chance)
            for candidate, chance in zip(steps.candidates, steps.mention_chances, strict=True)
            if candidate.kind in kinds
            for n, first, last in candidate.places
            for word in range(first, last)
        }

    def find(self, quotations: Sequence[Quotation]) -> tuple[Told, ...]:
        """Return the likeliest quoted value and those that contradict it and each other, or ()."""
        anchor = self.anchor(quotations)
        if anchor is None:
            return ()
        found = [anchor]
        for statement in self._everything():
            if len(found) == VALUES:
                break
            if all(self.contradict(one, statement) for one in found):
                found.append(statement)
        return tuple(self.told(one) for one in found) if len(found) > 1 else ()

    def anchor(self, quotations: Sequence[Quotation]) -> S | None:
        """Return the quoted statement that is likeliest the answer."""
        best, best_chance = None, 0.0
        for quotation in quotations:
            place = quotation.place
            for n, sentence in enumerate(self.reading.sentences):
                if self.article(n).id != place.hit.article.id:
                    continue
                if sentence.span.end <= place.span.start or place.span.end <= sentence.span.start:
                    continue
                for statement in self._of(n):
                    value = self.told(statement).value
                    inside = place.span.start <= value.start and value.end <= place.span.end
                    chance = self._chances[n, statement.word]
                    if inside and chance > best_chance:
                        best, best_chance = statement, chance
        return best

    def told(self, statement: S) -> Told:
        """Return where a statement stands."""
        sentence = self.reading.sentences[statement.sentence]
        start = sentence.span.start
        value = Span(start + statement.value.start, start + statement.value.end)
        return Told(self.reading.hits[sentence.hit], sentence.span, value)

    def article(self, sentence: int) -> Article:
        """Return the article that a sentence is of."""
        return self.reading.hits[self.reading.sentences[sentence].hit].article

    @abstractmethod
    def contradict(self, one: S, other: S) -> bool:
        """Whether two statements say the same with values that cannot both be right."""

    @abstractmethod
    def statements(self, number: int) -> Iterator[S]:
        """Yield the statements of a sentence that might answer the question."""

    def names_known(self, names: Collection[str], *, by: S) -> bool:
        """Whether lower-case names stand in a statement's sentence or title or the question."""
        sentence = self.reading.sentences[by.sentence]
        text = f"{self.question.text} {self.article(by.sentence).title} {sentence.text}".lower()
        return all(name in text for name in names)

    def _everything(self) -> Iterator[S]:
        """Yield the statements that might be the answer, by rank."""
        for n in range(len(self.reading.sentences)):
            yield from self._of(n)

    def _of(self, number: int) -> list[S]:
        """Return the statements of a sentence that is about what the question asks."""
        if number not in self._statements:
            sentence = self.reading.sentences[number]
            fits = any((number, m.first) in self._chances for m in sentence.mentions)
            about = fits and self._is_about(sentence)
            found = self.statements(number) if about else iter(())
            self._statements[number] = [s for s in found if (number, s.word) in self._chances]
        return self._statements[number]

    def _is_about(self, sentence: Sentence) -> bool:
        """Whether a sentence, with its passage and title, has what the question is about."""
        reading, hit = self.reading, sentence.hit
        names = self.question.names - sentence.stems - reading.titles[hit] - reading.stems[hit]
        return sentence.context >= _ABOUT and not names


def text_of(article: Article) -> str:
    """Return an article's title and text in lower case."""
    return f"{article.title}\n{article.text}".lower()
