"""When an event began, as the collection itself tells it: "the invasion of Ukraine" → a day.

Passages about the event are read for the days that their articles name beside it; the day that
most articles agree on counts. Where they don't agree, the event has no day.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from retrieval.dates.agreement import Vote, agreed_day, likeliest
from retrieval.dates.named import named_days
from retrieval.dates.reading import MONTHS
from retrieval.dates.resolving import FACT_AGE
from retrieval.index.layout import day_of
from retrieval.lexical import FUNCTION_WORDS, UNDATED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from retrieval.dates.anchoring import Anchors
    from retrieval.dates.named import NamedDay
    from retrieval.index.generation import Generation

_KEPT = 1024  # events remembered, also those without a day
_WIDE, _NARROW = 60, 30  # passages read about the event, and about it and a likely day
_LIKELY = 2  # days that are looked at more closely
_REACH, _NEAR = (100, 60), (40, 40)  # code points before and after a date or weekday
_WEEKDAY_WEIGHT = 0.5  # of a vote: "on Saturday" is as often another event's day
_VOTES, _VOTES_OF_BARE, _VOTES_OF_FEW = 3.0, 5.0, 2.0
_FEW = 500  # articles in a collection of which three can't be asked to name the day
_SHARE, _SHARE_OF_BARE = 0.4, 0.6  # of the articles that name a day at all
_BARE_AGE = 365  # days; "the hearing" of years ago would have been named more closely

_COMPLEMENT = re.compile(r"\s(?:of|in|on|at|by|for|from|to|over|with|between|against|into)\s")
_VERB = re.compile(r"\b[a-z]{3,}ed\b")
_SENTENCE_END = re.compile(r"[.?!][\"”’]?\s+(?=[\"“]?[A-Z])|\n")
_POSSESSIVE = re.compile(r"['’]s\b")


class EventDates:
    """Dates events by one generation; remembers what it found. Safe to ask from many threads."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._remembered = lru_cache(maxsize=_KEPT)(self._date)

    def as_of(self, moment: datetime) -> Anchors:
        """Return what dates an event by what was published until the day of `moment` in UTC."""
        return partial(self._remembered, until=day_of(moment))

    def _date(self, event: str, *, until: int) -> date | None:
        stems = self._stems(event)
        if not stems:
            return None
        seen: set[int] = set()
        wording = f"{event} {_noun_of(event)} since began"
        votes = list(self._votes(wording, stems, until, seen, _WIDE))
        for day in likeliest(votes, _LIKELY):
            query = f"{event} {MONTHS[day.month - 1]} {day.day}"
            votes += self._votes(query, stems, until, seen, _NARROW)
        few, bare = len(self._generation.article_table) < _FEW, _is_bare(event)
        least = _VOTES_OF_FEW if few else _VOTES_OF_BARE if bare else _VOTES
        agreed = agreed_day(votes, least=least, share=_SHARE_OF_BARE if bare else _SHARE)
        too_old = bare and agreed is not None and until - _days(agreed) > _BARE_AGE
        return None if too_old else agreed

    def _stems(self, event: str) -> list[str]:
        """Return the stems of an event's words, its head's first; function words left out."""
        bare = _POSSESSIVE.sub("", event)
        words = [w for w in re.findall(r"\w+", bare) if w.lower() not in FUNCTION_WORDS]
        if not words:
            return []
        analyse = self._generation.lexical.stems
        verb = _VERB.search(bare) if not bare.lower().startswith("the ") else None
        ahead = re.findall(r"\w+", _COMPLEMENT.split(bare)[0]) or words
        head = verb[0] if verb else ahead[-1]
        return list(dict.fromkeys(analyse(" ".join([head, *words]))))

    def _votes(
        self, query: str, stems: list[str], until: int, seen: set[int], limit: int
    ) -> Iterator[Vote]:
        """Yield the votes of the passages not `seen` that hold all the stems."""
        generation = self._generation
        keys, _ = generation.lexical.search(query, limit=limit, days=(UNDATED + 1, until))
        patterns = [_like(stem) for stem in stems]
        for row in generation.rows_of_keys(keys).tolist():
            if row in seen:
                continue
            seen.add(row)
            article, text = generation.article_of(row), generation.passage(row).text
            published = article.published
            if published is None or not patterns[0].search(text):
                continue
            whole = f"{article.title} {text}"
            if not all(pattern.search(whole) for pattern in patterns):
                continue
            for named in named_days(text, published.date()):
                too_old = published.date() - named.day > FACT_AGE
                if not too_old and patterns[0].search(*_around(text, named)):
                    weight = 1.0 if named.dated else _WEEKDAY_WEIGHT
                    yield Vote(article.id, named.day, weight, named.full)


def _is_bare(event: str) -> bool:
    """Return whether an event is a noun without a name, or a name without a noun."""
    capitals = [word[0].isupper() for word in re.findall(r"[^\W\d_][\w’'-]*", event)]
    return all(capitals) or not any(capitals)


def _noun_of(event: str) -> str:
    """Return the nouns that the verbs of an event have in English: "invaded" → "invasion"."""
    verbs = (verb[0] for verb in _VERB.finditer(event) if verb[0].endswith(("ded", "ted")))
    return " ".join(f"{v[:-3]}{'sion' if v.endswith('ded') else 'tion'}" for v in verbs)


def _like(stem: str) -> re.Pattern[str]:
    """Match the words of a stem and their kin: "invaded" beside "invasion"."""
    if len(stem) < 4:
        return re.compile(rf"\b{re.escape(stem)}(?:s|['’]s)?\b", re.IGNORECASE)
    start = stem[: max(4, len(stem) - 1)]
    return re.compile(rf"\b{re.escape(start)}\w{{0,5}}\b", re.IGNORECASE)


def _days(day: date) -> int:
    return day_of(datetime.combine(day, time.min, UTC))


def _around(text: str, named: NamedDay) -> tuple[str, int, int]:
    """Return the text and the bounds around a day within which its event is told."""
    before, after = _REACH if named.dated else _NEAR
    first, last = max(0, named.start - before), min(len(text), named.end + after)
    for end in _SENTENCE_END.finditer(text, first, named.start):
        first = end.end()
    stop = _SENTENCE_END.search(text, named.end, last)
    return text, first, stop.start() if stop else last
