"""What a completion starts from and what it gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and its reply.

    `question` is the question as it was understood (standalone), `answer` the text of the quoted
    sentences ("" for an abstention), `titles` those of the cited articles, in order.
    """

    question: str
    answer: str
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that can be searched for by itself.

    `leaned` says whether it needed the turns before; `added` is what was taken from them. A
    question that didn't lean has its text to the letter.
    """

    text: str
    leaned: bool
    added: tuple[str, ...] = ()
