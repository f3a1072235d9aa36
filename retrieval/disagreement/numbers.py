"""Two articles that make the same statement with numbers that cannot both be right."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from retrieval.disagreement.comparing import DAYS, Finder, text_of
from retrieval.disagreement.statements import Statement, events_of, statements_of
from retrieval.extraction.mentions import Kind
from retrieval.extraction.question import Want
from retrieval.quantities import find_quantities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.extraction.answer import Steps
    from retrieval.extraction.question import Question

_ALIKE = 0.45  # of the weight of the words around a number, shared with those around another
# Ages and measures are rounded and grow; only counts and sums of money are compared.
_MEASURE = re.compile(
    r"\bhow (?:old|long|far|tall|high|fast|big|large|often|heavy|deep)\b", re.IGNORECASE
)


def asks_for_count(question: Question) -> bool:
    """Whether the question asks how many or how much there is of something."""
    counts = question.want in {Want.NUMBER, Want.MONEY}
    return counts and _MEASURE.search(question.text) is None


class NumberFinder(Finder[Statement]):
    """Compares the numbers that might answer a question."""

    def __init__(self, steps: Steps, idf: Callable[[str], float]) -> None:
        super().__init__(steps, idf, {Kind.NUMBER, Kind.MONEY})
        self._events = events_of(re.findall(r"\w+", steps.question.text.lower()))

    def contradict(self, one: Statement, other: Statement) -> bool:
        """Whether two statements say the same with numbers that cannot both be right."""
        return (
            one.quantity.differs(other.quantity)
            and one.unit == other.unit
            and one.events == other.events
            and self._same_time(one, other)
            and self._alike(one, other)
            and self._same_names(one, other)
            and self._same_places(one, other)
            and not self._knows(one, other)
            and not self._knows(other, one)
        )

    def statements(self, number: int) -> Iterator[Statement]:
        """Yield the statements of a sentence that are of the kind that the question asks for."""
        return filter(self._answers, statements_of(number, self.reading.sentences[number]))

    def _answers(self, statement: Statement) -> bool:
        """Whether a statement is of the kind that the question asks for."""
        question = self.question
        if question.want is Want.MONEY and statement.quantity.unit in {"", "%"}:
            return False
        if self._events:
            return statement.events == self._events and statement.unit in {"", "people"} | set(
                question.focus
            )
        if question.focus and statement.unit not in question.focus and not statement.quantity.unit:
            return False
        asked = set(question.stems) - set(question.focus) - question.names
        return not asked.isdisjoint(statement.clause)

    def _same_time(self, one: Statement, other: Statement) -> bool:
        first, second = (self.article(s.sentence).published for s in (one, other))
        if first is None or second is None or abs(first - second) > timedelta(days=DAYS):
            return False
        return one.days == other.days or not one.days or not other.days

    def _alike(self, one: Statement, other: Statement) -> bool:
        shared = sum(map(self.idf, one.around & other.around))
        least = min(sum(map(self.idf, one.around)), sum(map(self.idf, other.around)))
        return shared > _ALIKE * least

    def _same_names(self, one: Statement, other: Statement) -> bool:
        """Whether each article knows the names that stand near the other's number."""
        return all(
            name in text
            for a, b in ((one, other), (other, one))
            for text in [text_of(self.article(b.sentence))]
            for name in a.names
        )

    def _same_places(self, one: Statement, other: Statement) -> bool:
        """Whether names in one clause stand in the other's sentence or title or the question."""
        return self.names_known(one.clause_names, by=other) and self.names_known(
            other.clause_names, by=one
        )

    def _knows(self, one: Statement, other: Statement) -> bool:
        """Whether the article of `one` has the number of `other` too, or is the same article."""
        article = self.article(one.sentence)
        if article.id == self.article(other.sentence).id:
            return True
        found = find_quantities(f"{article.title}\n{article.text}")
        return any(f.value == other.number for f in found)
