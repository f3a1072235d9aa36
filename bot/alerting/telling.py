"""Has chats told of what waits: plans, words and enqueues, and brings sent alerts up to date."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bot.alerts.chat_settings import timetable_of
from bot.alerts.planning import plan_place
from bot.store.alerts import BATCH
from bot.store.deliveries import NewDelivery
from bot.store.told import Alerted, Message, NewAlert
from retrieval.errors import RetrievalError
from retrieval.types import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.alerting.ports import Desk, Renderer
    from bot.alerts.planning import Plan
    from bot.alerts.telling import Story, Waiting
    from bot.alerts.types import Subscription
    from bot.desk import TimedReply
    from bot.store.engine import Store
    from bot.store.records import Chat
    from bot.store.told import Backlog

logger = logging.getLogger(__name__)

ASK_AGAIN = timedelta(minutes=5)
"""When a question that could not be asked is asked again."""


class Teller:
    """Turns due matches into deliveries. For one event loop."""

    def __init__(
        self, store: Store, desk: Desk, renderer: Renderer, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._desk = desk
        self._renderer = renderer
        self._clock = clock

    async def tell(self) -> int:
        """Enqueue all that is due; returns how many messages. Raises StoreError."""
        told, before = 0, frozenset[int]()
        while True:
            backlog = await self._store.matches.backlog(self._clock())
            ids = frozenset(one.id for one in backlog.waiting)
            if not ids:
                return told
            if ids == before:
                logger.error("%d alerts are due and stay so; they wait for the next time", len(ids))
                return told
            before = ids
            told += await self._round(backlog)

    async def refresh(self) -> int:
        """Bring alerts up to date of whose stories more is known; returns how many. StoreError."""
        return await self._store.alerts.refresh(self._renderer.alert, self._store.outbox.bell.set)

    async def _round(self, backlog: Backlog) -> int:
        """Settle every match that is due: told, dropped or postponed."""
        messages: list[Message] = []
        postponed: dict[int, datetime] = {}
        for waiting in _places(backlog.waiting):
            chat = backlog.chats.get(waiting[0].subscription.chat_id)
            if chat is None:  # forgotten meanwhile, with all that waited
                continue
            if chat.gone is not None or chat.settings.get("quiet"):
                messages.append(Message(tuple(one.id for one in waiting)))
                continue
            timetable = timetable_of(chat.settings)
            place = chat.id, waiting[0].subscription.thread_id or 0
            known = {a.story for a in backlog.alerted if (a.chat_id, a.thread_id) == place}
            plan = plan_place(waiting, backlog.articles, timetable, self._clock(), known)
            messages += [
                Message(ids, joins=Alerted(*place, story)) for story, ids in plan.joined.items()
            ]
            messages += self._planned(plan, chat)
            postponed |= plan.postponed
            for subscription, matches in plan.asked.items():
                asked = await self._ask(subscription, matches, chat)
                if asked is None:
                    later = self._clock() + ASK_AGAIN
                    postponed |= {one.id: later for one in matches}
                else:
                    messages.append(asked)
        await self._store.matches.tell(messages, self._store.outbox.bell.set)
        await self._store.matches.postpone(postponed)
        return sum(one.delivery is not None for one in messages)

    def _planned(self, plan: Plan, chat: Chat) -> list[Message]:
        """Return the messages of a plan, and what is dropped as one without a delivery."""
        messages = [Message(plan.dropped)] if plan.dropped else []
        messages += [self._alert(story, ids, chat) for story, ids in plan.alerts]
        if (digest := plan.digest) is not None:
            key = f"digest:{plan.digested[0]}"
            payload = _worded(lambda: self._renderer.digest(digest, chat))
            messages.append(
                _message(plan.digested, key, payload, chat, digest.thread_id, self._clock())
            )
        return messages

    def _alert(self, story: Story, ids: tuple[int, ...], chat: Chat) -> Message:
        key = f"alert:{chat.id}:{story.thread_id or 0}:{story.story}"
        payload = _worded(lambda: self._renderer.alert(story, chat))
        alert = NewAlert(story.story, tuple(one.id for one in story.articles), story.content)
        return _message(ids, key, payload, chat, story.thread_id, self._clock(), alert=alert)

    async def _ask(
        self, subscription: Subscription, matches: Sequence[Waiting], chat: Chat
    ) -> Message | None:
        """Ask a question anew; the message is its answer if a new article bears it.

        None if the question could not be asked.
        """
        ids = tuple(one.id for one in matches)
        wanted = subscription.wanted
        try:
            timed = await self._desk.ask(wanted.topic, source=wanted.source or None)
        except RetrievalError as error:
            logger.warning("A waiting question could not be asked: %s", type(error).__name__)
            return None
        if not await self._is_news(subscription, timed):
            return Message(ids)
        payload = _worded(lambda: self._renderer.answer(subscription, timed, chat))
        key = f"answer:{subscription.id}"
        place, now = subscription.thread_id, self._clock()
        return _message(ids, key, payload, chat, place, now, ends=subscription.id)

    async def _is_news(self, subscription: Subscription, timed: TimedReply) -> bool:
        """Tell whether a reply is an answer that an article bears which came since it was asked."""
        if not isinstance(timed.reply, Answer):
            return False
        cited = {citation.article_id for citation in timed.reply.citations}
        arrived = await self._store.matches.arrivals(cited)
        return any(at >= subscription.created for at in arrived.values())


def _places(waiting: Sequence[Waiting]) -> list[list[Waiting]]:
    """Return what waits by place: a chat's topic."""

    def place(one: Waiting) -> tuple[int, int]:
        return one.subscription.chat_id, one.subscription.thread_id or 0

    return [list(group) for _, group in groupby(sorted(waiting, key=place), place)]


def _message(
    ids: tuple[int, ...],
    key: str,
    payload: dict[str, Any] | None,
    chat: Chat,
    thread_id: int | None,
    now: datetime,
    *,
    alert: NewAlert | None = None,
    ends: int | None = None,
) -> Message:
    """Return a message; the matches of one that can't be worded are dropped."""
    if payload is None:
        return Message(ids)
    delivery = NewDelivery(key, BATCH, chat.id, payload, now, thread_id)
    return Message(ids, delivery, alert, ends)


def _worded(render: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """Return a payload, or None: one that can't be made must not hold up all others for ever."""
    try:
        return render()
    except Exception:
        logger.exception("An alert could not be worded; it is dropped")
        return None
