"""Inline mode: what people type after the bot's name anywhere, and what it offers them.

From memory of Telegram's behaviour: an answer must come within 30 seconds, and while an answer is
kept (`cache_time`) the same query and offset is answered without the bot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.playground.entities import Entity
    from bot.playground.json_types import JsonObject
    from bot.playground.people import User

MAX_QUERY = 256
ANSWER_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class InlineResult:
    """An article that the bot offers for `query`, and the message that choosing it sends."""

    id: str
    query: str
    title: str
    description: str
    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: JsonObject | None = None
    preview: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What answerInlineQuery brought; `button` is the InlineQueryResultsButton."""

    results: tuple[InlineResult, ...]
    next_offset: str = ""
    button: JsonObject | None = None
    cache_time: int = 300
    is_personal: bool = False

    def result(self, name: str) -> InlineResult:
        """Return the result with that id, else with that title. Raises LookupError."""
        for key in ("id", "title"):
            for result in self.results:
                if getattr(result, key) == name:
                    return result
        titles = ", ".join(f"[{result.title}]" for result in self.results) or "none"
        raise LookupError(f"no inline result {name!r}; the results: {titles}")


@dataclass(slots=True)
class InlineQuery:
    """One inline query; `answer` is None until the bot answers."""

    id: str
    user: User
    text: str
    offset: str
    at: datetime
    answer: InlineAnswer | None = None


class InlineBook:
    """The inline queries, and the answers that Telegram keeps."""

    def __init__(self) -> None:
        self.queries: dict[str, InlineQuery] = {}
        self._kept: dict[tuple[str, str, int | None], tuple[datetime, InlineAnswer]] = {}

    def kept(self, query: InlineQuery) -> InlineAnswer | None:
        """Return the answer kept for such a query, the user's own before everyone's."""
        for user_id in (query.user.id, None):
            until, answer = self._kept.get((query.text, query.offset, user_id), (query.at, None))
            if answer is not None and query.at < until:
                return answer
        return None

    def open_query(self, query_id: str, now: datetime) -> InlineQuery | None:
        """Return a query that may still be answered, None if there is none."""
        query = self.queries.get(query_id)
        waits = query is not None and query.answer is None and now - query.at <= ANSWER_WITHIN
        return query if waits else None

    def answer(self, query: InlineQuery, answer: InlineAnswer, now: datetime) -> None:
        """Answer a query, and keep the answer as long as it says."""
        query.answer = answer
        key = (query.text, query.offset, query.user.id if answer.is_personal else None)
        self._kept[key] = (now + timedelta(seconds=answer.cache_time), answer)
