"""From the days that articles name beside an event to the one that it began on, if they agree."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPREAD = timedelta(days=3)  # an event may go on; reports of it differ by a day
_AHEAD = 2.0  # times the votes of any day outside the spread


class Vote(NamedTuple):
    """An article names a day beside the event. `full`: its year is certain."""

    article: str
    day: date
    weight: float
    full: bool


def likeliest(votes: Sequence[Vote], count: int) -> list[date]:
    """Return the `count` days with the most votes, best first, the earlier of equals first."""
    return list(_tally(votes))[:count]


def agreed_day(votes: Sequence[Vote], *, least: float, share: float) -> date | None:
    """Return the day on which most articles agree, None where they don't.

    It needs `least` votes, the `share` of the articles that name any day, and twice the votes of
    any day further off than three; an event of some days began on the first that is named half
    as often as the one named most. Of an article's votes for a day, the strongest counts.
    """
    tally = _tally(votes)
    if not tally:
        return None
    best, most = next(iter(tally.items()))
    others = [n for day, n in tally.items() if abs(day - best) > _SPREAD]
    about = {vote.article for vote in _settled(votes) if abs(vote.day - best) <= _SPREAD}
    if most < least or len(about) < share * len({vote.article for vote in votes}):
        return None
    if most < _AHEAD * max(others, default=0.0):
        return None
    return min(d for d, n in tally.items() if abs(d - best) <= _SPREAD and 2 * n >= most)


def _tally(votes: Sequence[Vote]) -> dict[date, float]:
    """Return the votes of each day, most first."""
    strongest: defaultdict[date, dict[str, float]] = defaultdict(dict)
    for vote in _settled(votes):
        of_day = strongest[vote.day]
        of_day[vote.article] = max(of_day.get(vote.article, 0.0), vote.weight)
    sums = {day: sum(weights.values()) for day, weights in strongest.items()}
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def _settled(votes: Sequence[Vote]) -> list[Vote]:
    """Give dates without a year the one year that two articles give to the same day of the year.

    Where they give several, the event comes every year, and a date without a year is of its own.
    """
    years: defaultdict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for vote in votes:
        if vote.full:
            years[vote.day.month, vote.day.day][vote.article] = vote.day.year
    settled = []
    for vote in votes:
        given = years[vote.day.month, vote.day.day]
        if vote.full or len(given) < 2 or len(set(given.values())) > 1:
            settled.append(vote)
        else:
            settled.append(vote._replace(day=vote.day.replace(year=max(given.values()))))
    return settled
