"""Making and changing subscriptions, and what they would have shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.alerts.chat_settings import timetable_of
from bot.alerts.thresholds import default_threshold
from bot.alerts.types import Wanted
from bot.alerts.wanting import MOST_CHARACTERS
from bot.chat.alerts import named
from bot.chat.captions import one_line, title_of
from bot.chat.paging import shorten
from bot.chat.preferences import pace_of
from bot.chat.reply_records import reply_of_record, understood_of_record
from bot.chat.subscriptions import Card
from bot.store.subscriptions import MOST_PER_CHAT
from retrieval.types import Answer

if TYPE_CHECKING:
    from datetime import datetime

    from bot.alerting.service import Alerting
    from bot.alerts.types import Subscription
    from bot.store.engine import Store
    from bot.store.records import StoredAnswer
    from retrieval.types import ArticleRef

EXAMPLES = 3
WEEK_DAYS = 7
MOST_FOUND = 100


class Subscribers:
    """What people do with subscriptions, whichever buttons lead there."""

    def __init__(self, store: Store, alerting: Alerting, limit: int = MOST_PER_CHAT) -> None:
        self._store = store
        self._alerting = alerting
        self._limit = limit

    async def subscribe(
        self,
        chat_id: int,
        thread_id: int | None,
        wanted: Wanted,
        created_by: int | None,
        label: str = "",
    ) -> Subscription:
        """Make a subscription, at the chat's own pace.

        Raises DuplicateSubscriptionError, TooManySubscriptionsError, UnknownChatError,
        RetrievalError.
        """
        settings = await self._store.chats.settings(chat_id)
        return await self._alerting.subscribe(
            chat_id,
            thread_id,
            wanted,
            # Whoever asked a question waits for the answer.
            pace="now" if wanted.kind == "question" else pace_of(settings),
            created_by=created_by,
            name=label,
            limit=self._limit,
        )

    async def reword(self, old: Subscription, wanted: Wanted) -> Subscription:
        """Let a subscription be about something else; all else about it stays.

        Raises DuplicateSubscriptionError, RetrievalError; then the old one is as it was.
        """
        kept = old.wanted.topic and wanted.topic and old.wanted.kind == wanted.kind
        made = await self._alerting.subscribe(
            old.chat_id,
            old.thread_id,
            wanted,
            pace=old.pace,
            threshold=old.threshold if kept else default_threshold(wanted.kind),
            created_by=old.created_by,
            limit=self._limit + 1,  # for a moment: the old one makes room
        )
        await self._store.subscriptions.delete(old.chat_id, old.id)
        return made

    async def change(self, one: Subscription, **fields: object) -> Subscription | None:
        """Change what `SubscriptionStore.change` can; None if it is gone."""
        changed = await self._store.subscriptions.change(one.chat_id, one.id, **fields)
        if "pace" in fields:
            await self._alerting.reschedule(one.chat_id)
        return changed

    async def reschedule(self, chat_id: int) -> None:
        """Let what waits for a chat come as its timetable is now."""
        await self._alerting.reschedule(chat_id)

    async def card(self, one: Subscription, *, chat: int = 0, channel: str = "") -> Card:
        """Return a subscription as it is shown, with its latest examples."""
        found = await self._preview(one, EXAMPLES)
        settings = await self._store.chats.settings(one.chat_id)
        return Card(one, found, chat, channel, zone=timetable_of(settings).zone)

    async def week(self, one: Subscription) -> list[ArticleRef]:
        """Return what a subscription would have sent in the last week, newest first."""
        since = self._store.clock() - timedelta(days=WEEK_DAYS)
        return await self._preview(one, MOST_FOUND, since)

    async def _preview(
        self, one: Subscription, limit: int, since: datetime | None = None
    ) -> list[ArticleRef]:
        vector = one.vector
        if vector is None and one.wanted.topic:
            vector = await self._alerting.embed(one.wanted.topic)
        found = await self._alerting.preview(
            one.wanted, vector, one.threshold, limit=limit, since=since
        )
        return [named(previewed.article) for previewed in found]


def question_of(found: StoredAnswer) -> Wanted:
    """Return the wish to be told once a question is answered."""
    return Wanted("question", shorten(found.question, MOST_CHARACTERS))


def name_of(found: StoredAnswer) -> str:
    """Return the name of an answer's story: its question, or its first article for a follow-up.

    A follow-up is searched for with words strung together, which nobody wrote.
    """
    reply = reply_of_record(found.reply)
    if understood_of_record(found.reply) and isinstance(reply, Answer) and reply.citations:
        return title_of(reply.citations[0])
    return found.question.strip()


def story_of(found: StoredAnswer) -> Wanted:
    """Return the wish to hear how the story of an answer goes on."""
    reply = reply_of_record(found.reply)
    if isinstance(reply, Answer) and reply.citations:
        # As articles on it would read, not as it was asked for.
        cited = reply.citations[0]
        told = f"{one_line(cited.title)}. {one_line(cited.quote)}"
    else:
        told = found.question
    return Wanted("story", shorten(told, MOST_CHARACTERS))
