"""The line that says where the sources of an answer contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.captions import one_line, origin_of
from bot.chat.translations import marked, translator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.chat.translations import Translator
    from retrieval.types import Answer, Citation, DifferingValue

DIFFER = marked("The sources differ")
LATER = marked("A later report differs")
SEVERAL_LATER = marked("Later reports differ")


def difference_lines(answer: Answer, tr: Translator | None = None) -> Iterator[str]:
    """Yield a line for each difference.

    Such as "The sources differ: 12 (Reuters, 3 May 2022) [1], 14 (BBC, 4 May 2022) [2]." Where
    one source reported all of it on different days, the line speaks of later reports.
    """
    tr = tr or translator(None)
    citations = {citation.number: citation for citation in answer.citations}
    for difference in answer.differences:
        values = [_value(value, citations, tr) for value in difference.values]
        firsts = [citations[value.citation_numbers[0]] for value in difference.values]
        lead = DIFFER
        if _is_one_source_over_time(firsts):
            lead = LATER if len(values) == 2 else SEVERAL_LATER
        yield f"{tr(lead)}: {', '.join(values)}."


def _value(value: DifferingValue, citations: Mapping[int, Citation], tr: Translator) -> str:
    origins = dict.fromkeys(origin_of(citations[n], tr) for n in value.citation_numbers)
    named = "; ".join(filter(None, origins))
    numbers = [f"[{number}]" for number in value.citation_numbers]
    return " ".join([one_line(value.text), *([f"({named})"] if named else []), *numbers])


def _is_one_source_over_time(citations: Sequence[Citation]) -> bool:
    """Whether all are of one source, each of a day of its own."""
    days = {citation.published.date() for citation in citations if citation.published}
    sources = {one_line(citation.source) for citation in citations}
    return len(sources) == 1 and sources != {""} and len(days) == len(citations)
