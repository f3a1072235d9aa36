"""Reads matches with their subscriptions, and stories with all their articles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, tuple_

from bot.alerts.telling import ArticleRef, Waiting
from bot.alerts.types import Reason
from bot.store.chunks import chunked
from bot.store.columns import hash_of
from bot.store.schema import ALERTS, ARTICLES, DELIVERIES, MATCHES, SUBSCRIPTIONS
from bot.store.subscriptions import subscription_of
from bot.store.told import Alerted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

_EDITABLE = ("pending", "claimed", "sending", "sent")
"""States of a delivery whose text can be replaced, at once or when it was sent."""

_M, _A = MATCHES.c, ARTICLES.c


async def waiting_where(
    connection: AsyncConnection, *conditions: ColumnElement[bool]
) -> list[Waiting]:
    """Return matches with their subscriptions, by number."""
    of_match = [_M[name].label(f"match_{name}") for name in _M.keys()]  # noqa: SIM118 - no mapping
    query = select(SUBSCRIPTIONS, *of_match).join(MATCHES).where(*conditions).order_by(_M.id)
    rows = (await connection.execute(query)).mappings().all()
    return [_waiting(row) for row in rows]


async def mates(
    connection: AsyncConnection, article_ids: Iterable[str]
) -> dict[str, tuple[ArticleRef, ...]]:
    """Return for each article that is there all that tell its story: itself, then by date."""
    columns = (_A.id, _A.title, _A.url, _A.source, _A.published, _A.arrived, _A.digest)
    stories: dict[str, str] = {}
    members: defaultdict[str, list[ArticleRef]] = defaultdict(list)
    for chunk in chunked(sorted(article_ids)):
        rows = await connection.execute(select(_A.id, _A.story).where(_A.id.in_(chunk)))
        stories |= {i: story for i, story in rows}  # noqa: C416 - typed rows
    for chunk in chunked(sorted(set(stories.values()))):
        found = await connection.execute(select(*columns, _A.story).where(_A.story.in_(chunk)))
        for *fields, story in found:
            members[story].append(ArticleRef(*fields))
    for refs in members.values():
        refs.sort(key=lambda ref: (ref.when, ref.id))
    return {
        i: tuple(sorted(members[story], key=lambda ref: ref.id != i))
        for i, story in stories.items()
    }


async def alerted_of(
    connection: AsyncConnection, places: Iterable[Any], stories: Iterable[str]
) -> frozenset[Alerted]:
    """Return which stories have an alert in some places (chat, topic) that can still be edited.

    One that failed, or whose delivery is forgotten, tells nobody of what joins it.
    """
    columns = (ALERTS.c.chat_id, ALERTS.c.thread_id, ALERTS.c.story)
    query = select(*columns, ALERTS.c.key).where(tuple_(*columns[:2]).in_(list(places)))
    keys: dict[Alerted, str] = {}
    for chunk in chunked(sorted(stories)):
        for *alerted, key in await connection.execute(query.where(ALERTS.c.story.in_(chunk))):
            keys[Alerted(*alerted)] = hash_of(key)
    living: set[str] = set()
    for chunk in chunked(sorted(set(keys.values()))):
        known = select(DELIVERIES.c.key_hash).where(DELIVERIES.c.key_hash.in_(chunk))
        living |= set(await connection.scalars(known.where(DELIVERIES.c.state.in_(_EDITABLE))))
    return frozenset(one for one, key in keys.items() if key in living)


def _waiting(row: Mapping[Any, Any]) -> Waiting:
    first, second = (*row["match_sentences"], "", "")[:2]
    return Waiting(
        id=row["match_id"],
        subscription=subscription_of(row),
        story=row["match_story"],
        article_id=row["match_article_id"],
        score=row["match_score"] / 1000,
        reasons=tuple(Reason(kind, text) for kind, text in row["match_reasons"]),
        sentences=(first, second),
        matched=row["match_matched"],
        due=row["match_due"],
    )
