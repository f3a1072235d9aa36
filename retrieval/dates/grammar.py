"""Where a question mentions a time: expressions in places where they can mean nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from retrieval.dates.context import Place, means_time
from retrieval.dates.words import DAY, MONTH, POINT, WEEKDAY, YEARISH, Shape, pattern, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator


class Link(StrEnum):
    """How a mention bounds the time."""

    IN = "in"
    SINCE = "since"
    AFTER = "after"
    BEFORE = "before"
    UNTIL = "until"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Mention:
    """An expression in a question: `question[start:end]`.

    `right` is the second time of a range; it and `left` may lean on each other for the month or
    the year. `possessive`: it only describes the noun that follows, as in "last week's vote".
    """

    link: Link
    start: int
    end: int
    left: str
    right: str | None = None
    possessive: bool = False

    @property
    def shape(self) -> Shape | None:
        """Return the kind of the first time, None for a bare day of the month."""
        return shape_of(self.left)


# One look for any of these tells most questions from those worth reading closely.
_HINT = pattern(
    rf"\b(?:{MONTH}|{WEEKDAY}|(?:19|20)[0-9]{{2}}|to(?:day|night)|yesterday|weeks?|weekend|months?"
    r"|days?|hours?|year|ago|lately|recently|night|morning|afternoon|evening)\b"
)
_EDGES = {"till": Link.UNTIL, "up to": Link.UNTIL, "prior to": Link.BEFORE}
_PATTERNS = (
    pattern(
        rf"\b(?:between|from|in|on|during)\ (?:the\ )?(?P<left>{POINT}|{DAY})"
        rf"\ (?:and|or|to|until|till|through)\ (?:the\ )?(?P<right>{POINT}|{DAY})\b"
    ),
    pattern(
        rf"\b(?:(?:between|from|in|on|during)\ )?(?P<left>{DAY})\s?[-–—]\s?"
        rf"(?P<right>{DAY}\ (?:of\ )?{MONTH}(?:,?\ {YEARISH})?)\b"
    ),
    pattern(
        rf"\b(?:(?:between|from|in|on|during)\ )?(?P<left>{MONTH}\ {DAY})\s?[-–—]\s?"
        rf"(?P<right>{DAY}(?:,?\ {YEARISH})?)\b"
    ),
    pattern(
        r"(?<!\bday\s)\b(?P<edge>since|after|before|until|till|up\ to|prior\ to)"
        rf"\ (?P<left>{POINT})"
        r"(?P<possessive>['’]s)?(?!\w)"
    ),
    pattern(
        r"\b(?:(?P<word>in|during|throughout|over|within|on|from|of|for|at|dated)\ )?"
        rf"(?P<left>{POINT})(?P<possessive>['’]s)?(?!\w)"
    ),
)

_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')


def mentions(question: str) -> Iterator[Mention]:
    """Yield the expressions of time in a question; none overlaps another."""
    if not _HINT.search(question):
        return
    taken = [match.span() for match in _QUOTED.finditer(question)]
    taken = [span for span in taken if span[1] - span[0] < len(question.strip())]
    for regex in _PATTERNS:
        for match in regex.finditer(question):
            start, end = match.span()
            if any(start < until and since < end for since, until in taken):
                continue
            mention = _mention(match)
            if means_time(_place(match, mention), mention.shape):
                taken.append((start, end))
                yield mention


def _place(match: re.Match[str], mention: Mention) -> Place:
    linked = mention.link is not Link.IN
    word = match.groupdict().get("word")
    return Place(
        match.string, mention.start, mention.end, match.start("left"), mention.left,
        word=(word or "").lower(), linked=linked, ranged=mention.link is Link.BETWEEN,
        possessive=mention.possessive,
    )  # fmt: skip


def _mention(match: re.Match[str]) -> Mention:
    groups = match.groupdict()
    right, edge = groups.get("right"), groups.get("edge")
    link = Link.BETWEEN if right else Link.IN
    if edge:
        edge = " ".join(edge.lower().split())
        link = _EDGES.get(edge) or Link(edge)
    possessive = groups.get("possessive") is not None
    # "In yesterday's debate" without its time is still "in the debate".
    start = match.start("left") if possessive else match.start()
    return Mention(link, start, match.end(), groups["left"], right, possessive)
