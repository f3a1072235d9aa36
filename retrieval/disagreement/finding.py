"""Finds articles that make the same statement with values that cannot both be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.disagreement.comparing import Told
from retrieval.disagreement.names import NameFinder, asks_for_name
from retrieval.disagreement.numbers import NumberFinder, asks_for_count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.extraction.answer import Quotation, Steps

__all__ = ["Told", "find_disagreement"]


def find_disagreement(
    steps: Steps, quotations: Sequence[Quotation], idf: Callable[[str], float]
) -> tuple[Told, ...]:
    """Return values of two or three articles that contradict each other; () is the usual case.

    The first is in a quotation and likely to be the answer. `steps` has scored its mentions.
    """
    if asks_for_count(steps.question):
        return NumberFinder(steps, idf).find(quotations)
    if asks_for_name(steps.question):
        return NameFinder(steps, idf).find(quotations)
    return ()
