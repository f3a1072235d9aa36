"""Matches: from new articles to what waits to be told, and from there into the outbox.

Two transactions keep every match told once, whatever breaks off in between: `keep` takes matches in
and notes that their articles were compared, `tell` puts messages into the outbox and notes that
their matches were told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, tuple_, update

from bot.store.chunks import chunked, insert_or
from bot.store.match_keeping import of_living, once_each, still, story_keys, write_matches
from bot.store.match_pruning import forget, outlived
from bot.store.match_reading import alerted_of, mates, waiting_where
from bot.store.outbox import insert_deliveries
from bot.store.records import Chat
from bot.store.schema import ALERTS, ARTICLES, CHATS, MATCHES, SUBSCRIPTIONS
from bot.store.told import Backlog, Fresh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.alerts.telling import Waiting
    from bot.store.database import Database
    from bot.store.deliveries import NewDelivery
    from bot.store.told import Found, Message, NewAlert

PLACES_AT_ONCE = 200
"""Chats and topics that are told of in one round."""

_M, _A, _S = MATCHES.c, ARTICLES.c, SUBSCRIPTIONS.c


class MatchStore:
    """The matches, and which articles were compared."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def fresh(self, limit: int, after: str = "") -> list[Fresh]:
        """Return articles that are to be compared, by id from `after` on."""
        query = select(_A.id, _A.digest, _A.story, _A.arrived).where(_A.matched.is_(None))
        query = query.where(_A.id > after).order_by(_A.id).limit(limit)
        async with self._database.reading() as connection:
            return [Fresh(*row) for row in await connection.execute(query)]

    async def pass_over(self, before: datetime | None) -> int:
        """Note as compared what arrived before a moment (None: all); returns how many.

        Nobody can want it: all subscriptions are younger, and an article that matched isn't there.
        """
        matched = select(_M.article_id)
        change = update(ARTICLES).where(_A.matched.is_(None), _A.id.not_in(matched))
        if before is not None:
            change = change.where(_A.arrived < before)
        change = change.values(matched=self._clock())

        async def work(connection: AsyncConnection) -> int:
            return int((await connection.execute(change)).rowcount)

        return await self._database.write(work, collection=True)

    async def of_articles(self, article_ids: Iterable[str]) -> list[tuple[int, str]]:
        """Return the matches of articles: pairs of subscription and article."""
        query = select(_M.subscription_id, _M.article_id)
        found: list[tuple[int, str]] = []
        async with self._database.reading() as connection:
            for chunk in chunked(article_ids):
                rows = await connection.execute(query.where(_M.article_id.in_(chunk)))
                found += [(number, article_id) for number, article_id in rows]
        return found

    async def keep(self, found: Sequence[Found], compared: Mapping[str, str]) -> int:
        """Keep matches, and note that articles (id → digest) were compared; one transaction.

        Returns how many matches are new. Those of an article that changed meanwhile or is gone
        are left out, and so are those of subscriptions that are gone. What an old subscription may
        have been told long ago (see match_pruning) makes no match. A story that a subscription
        has a match for already makes no second one; a match with the very same article is renewed.
        Alerts of the stories concerned become stale.
        """
        now = self._clock()

        async def work(connection: AsyncConnection) -> int:
            stories = await still(connection, compared)
            keys = await story_keys(connection, set(stories.values()))
            by_article = {i: keys[story] for i, story in stories.items()}
            best = once_each(one for one in found if one.match.article_id in by_article)
            best = await of_living(connection, best)
            old = await outlived(connection, best, stories, now)
            count = await write_matches(connection, best, by_article, now, old)
            for chunk in chunked(set(keys.values())):
                stale = update(ALERTS).where(ALERTS.c.story.in_(chunk), ALERTS.c.stale.is_(None))
                await connection.execute(stale.values(stale=now))
            for part in chunked(stories):
                done = update(ARTICLES).where(_A.id.in_(part))
                await connection.execute(done.values(matched=now))
            return count

        return await self._database.write(work, collection=True)

    async def lately(self, since: datetime) -> set[str]:
        """Return the articles that matched anything since a moment."""
        query = select(_M.article_id).where(_M.matched >= since).distinct()
        async with self._database.reading() as connection:
            return set(await connection.scalars(query))

    async def unite(self, pairs: Mapping[str, str]) -> None:
        """Let articles tell the stories of others (id → id): their groups become one each."""

        async def work(connection: AsyncConnection) -> None:
            for one, other in pairs.items():
                query = select(_A.story).where(_A.id.in_([one, other])).distinct()
                names = sorted(await connection.scalars(query))
                if len(names) == 2:
                    change = update(ARTICLES).where(_A.story == names[1])
                    await connection.execute(change.values(story=names[0]))

        if pairs:
            await self._database.write(work, collection=True)

    async def next_due(self) -> datetime | None:
        """Return when the first match is due, or None."""
        async with self._database.reading() as connection:
            query = select(func.min(_M.due)).where(_M.state == "waiting")
            due: datetime | None = await connection.scalar(query)
        return due

    async def backlog(self, now: datetime, places: int = PLACES_AT_ONCE) -> Backlog:
        """Return what is due in up to `places` chats' topics, those first that wait longest.

        Also what is due later there of the same stories. All by the number of the match.
        """
        place = (_S.chat_id, _S.thread_id)
        due = select(*place).join(MATCHES).where(_M.state == "waiting", _M.due <= now)
        due = due.group_by(*place).order_by(func.min(_M.due), *place).limit(places)
        async with self._database.reading() as connection:
            due_places = [tuple(row) for row in await connection.execute(due)]
            there = (_M.state == "waiting", tuple_(*place).in_(due_places))
            waiting = await waiting_where(connection, *there, _M.due <= now)
            for chunk in chunked(sorted({one.story for one in waiting})):
                later = (_M.due > now, _M.story.in_(chunk))
                waiting += await waiting_where(connection, *there, *later)
            waiting.sort(key=lambda one: one.id)
            articles = await mates(connection, {one.article_id for one in waiting})
            alerted = await alerted_of(connection, due_places, {one.story for one in waiting})
        chats = await self.chats(chat_id for chat_id, _ in due_places)
        return Backlog(waiting, chats, articles, alerted)

    async def postpone(self, dues: Mapping[int, datetime]) -> None:
        """Let waiting matches (by id) be due at other moments."""
        change = update(MATCHES).where(_M.id == bindparam("of"), _M.state == "waiting")
        rows = [{"of": number, "at": due} for number, due in dues.items()]
        if rows:
            values = change.values(due=bindparam("at"))
            await self._database.write(lambda connection: connection.execute(values, rows))

    async def tell(self, messages: Sequence[Message], bell: Callable[[], None]) -> int:
        """Put messages into the outbox and note their matches as told; one transaction.

        Returns how many. A message of which a match is no longer waiting (another process told it,
        or its subscription is gone), or whose alert to join is gone, is left out whole: what is
        left of it is planned anew. A story
        that its place was alerted of already makes that alert stale instead. `bell` is called
        once they are there.
        """
        now = self._clock()
        ids = [number for one in messages for number in one.match_ids]

        async def work(connection: AsyncConnection) -> int:
            waiting: set[int] = set()
            for chunk in chunked(sorted(ids)):
                query = select(_M.id).where(_M.id.in_(chunk), _M.state == "waiting")
                query = query.order_by(_M.id).with_for_update()
                waiting |= set(await connection.scalars(query))
            whole = [one for one in messages if waiting.issuperset(one.match_ids)]
            whole = [one for one in whole if await _joined(connection, one, now)]
            await _settle(connection, whole)
            deliveries = [one.delivery for one in whole if one.delivery is not None]
            await insert_deliveries(connection, deliveries, now)
            for one in whole:
                if one.alert is not None and one.delivery is not None:
                    await _note_alert(connection, one.alert, one.delivery, now)
            return len(whole)

        count = await self._database.write(work)
        bell()
        return count

    async def chats(self, ids: Iterable[int]) -> dict[int, Chat]:
        """Return chats by id; unknown ones are left out."""
        found: dict[int, Chat] = {}
        async with self._database.reading() as connection:
            for chunk in chunked(sorted(set(ids))):
                rows = await connection.execute(select(CHATS).where(CHATS.c.id.in_(chunk)))
                found |= {row["id"]: Chat(**row) for row in rows.mappings()}
        return found

    async def waiting_of(self, chat_id: int) -> list[Waiting]:
        """Return what waits for a chat, in all its topics."""
        async with self._database.reading() as connection:
            return await waiting_where(connection, _M.state == "waiting", _S.chat_id == chat_id)

    async def arrivals(self, article_ids: Iterable[str]) -> dict[str, datetime]:
        """Return when articles first came, by id."""
        query = select(_A.id, _A.arrived).where(_A.id.in_(list(article_ids)))
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return {i: arrived for i, arrived in rows}  # noqa: C416 - typed rows

    async def prune(self) -> int:
        """Forget some of what was told or dropped long ago, alerts too; returns how much."""
        now = self._clock()
        return await self._database.write(lambda c: forget(c, now), collection=True)

    async def counts(self) -> dict[str, int]:
        """Return how many matches are waiting, told (by whatever message) or dropped."""
        query = select(_M.state, func.count()).group_by(_M.state)
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            found: dict[str, int] = {state: count for state, count in rows}  # noqa: C416
        if listed := found.pop("listed", 0):
            found["told"] = found.get("told", 0) + listed
        return found


async def _settle(connection: AsyncConnection, messages: Sequence[Message]) -> None:
    told: dict[str, list[int]] = {"told": [], "listed": [], "dropped": []}
    for one in messages:
        state = "told" if one.alert or one.joins else "listed" if one.delivery else "dropped"
        told[state] += one.match_ids
    for state, ids in told.items():
        for chunk in chunked(ids):
            change = update(MATCHES).where(_M.id.in_(chunk))
            await connection.execute(change.values(state=state))
    ended = [one.ends for one in messages if one.ends is not None]
    if ended:
        change = update(SUBSCRIPTIONS).where(_S.id.in_(ended))
        await connection.execute(change.values(state="ended"))


async def _joined(connection: AsyncConnection, message: Message, now: datetime) -> bool:
    """Let the alert that a message's matches join be edited; False if it is gone."""
    if (joins := message.joins) is None:
        return True
    place = (ALERTS.c.chat_id == joins.chat_id, ALERTS.c.thread_id == joins.thread_id)
    change = update(ALERTS).where(*place, ALERTS.c.story == joins.story)
    return bool((await connection.execute(change.values(stale=now))).rowcount)


async def _note_alert(
    connection: AsyncConnection, alert: NewAlert, delivery: NewDelivery, now: datetime
) -> None:
    """Keep an alert, to be looked at again: something may have come while it was written."""
    row = {
        "chat_id": delivery.chat_id,
        "thread_id": delivery.thread_id or 0,
        "story": alert.story,
        "articles": list(alert.articles),
        "content": alert.content,
        "key": delivery.key,
        "edits": 0,
        "stale": now,
        "created": now,
    }
    statement = insert_or(connection, ALERTS).values(row)
    place = ["chat_id", "thread_id", "story"]
    again = statement.on_conflict_do_update(index_elements=place, set_={"stale": now})
    await connection.execute(again)
