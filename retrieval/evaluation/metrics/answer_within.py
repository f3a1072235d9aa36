"""answer@n: whether the quotation holds the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.evaluation.matching import contains_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

LENGTH = 300


def answer_within(
    sentences: Sequence[str], answers: Sequence[str], *, length: int = LENGTH
) -> bool:
    """Return whether the sentences, joined by spaces and cut at `length` characters, hold one.

    answer@n of a set is the share of its answerable questions for which this is true; a reply
    without sentences (an abstention) is a miss. It is the span-containment accuracy of open
    question answering (Chen et al., Reading Wikipedia to Answer Open-Domain Questions, ACL 2017)
    under a bound on length.
    """
    return contains_answer(" ".join(sentences)[:length], answers)
