"""Forgets what was told long ago, without telling it again.

A match keeps its story from being told twice. Once it is forgotten, the ages of article and
subscription do: both are older than it, so what is new for a subscription that old is never a story
of which an article is that old.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select, update

from bot.store.chunks import chunked
from bot.store.outbox import KEPT as DELIVERIES_KEPT
from bot.store.schema import ALERTS, ARTICLES, MATCHES, SUBSCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.told import Found

KEPT = timedelta(days=120)
"""How long a match that was told or dropped stays."""
ALERTS_KEPT = DELIVERIES_KEPT
"""How long an alert can be edited: as long as it is known which message it is."""
AT_ONCE = 2000
"""Matches, and alerts, that are forgotten in one transaction."""
_SKEW = timedelta(days=1)  # between the clocks of two processes

_M, _A, _S, _L = MATCHES.c, ARTICLES.c, SUBSCRIPTIONS.c, ALERTS.c


async def forget(connection: AsyncConnection, now: datetime) -> int:
    """Delete up to AT_ONCE old matches and as many old alerts; returns how many of both.

    A match whose article is gone stays: nothing else would tell that its story is old.
    """
    return await _forget_alerts(connection, now) + await _forget_matches(connection, now)


async def outlived(
    connection: AsyncConnection, found: Sequence[Found], stories: Mapping[str, str], now: datetime
) -> set[tuple[int, str]]:
    """Return the pairs of subscription and article of which an earlier match may be forgotten.

    `stories` are those of the articles.
    """
    before = now - KEPT + _SKEW
    numbers: set[int] = set()
    for chunk in chunked(sorted({one.match.subscription_id for one in found})):
        query = select(_S.id).where(_S.id.in_(chunk), _S.created < before)
        numbers |= set(await connection.scalars(query))
    old: set[str] = set()
    told = {stories[one.match.article_id] for one in found}
    for names in chunked(sorted(told) if numbers else []):
        of_old = select(_A.story).where(_A.story.in_(names), _A.arrived < before)
        old |= set(await connection.scalars(of_old))
    pairs = {(one.match.subscription_id, one.match.article_id) for one in found}
    return {(number, i) for number, i in pairs if number in numbers and stories[i] in old}


async def _forget_alerts(connection: AsyncConnection, now: datetime) -> int:
    """Delete alerts; what they told is not to be named again by a later alert of the story."""
    query = select(_L.id).where(_L.created < now - ALERTS_KEPT).order_by(_L.id).limit(AT_ONCE)
    ids = list(await connection.scalars(query))
    if ids:
        place = (_L.chat_id == _S.chat_id, _L.thread_id == _S.thread_id, _L.story == _M.story)
        told = exists().where(_L.id.in_(ids), _S.id == _M.subscription_id, *place)
        change = update(MATCHES).where(_M.state == "told", told)
        await connection.execute(change.values(state="listed"))
        await connection.execute(delete(ALERTS).where(_L.id.in_(ids)))
    return len(ids)


async def _forget_matches(connection: AsyncConnection, now: datetime) -> int:
    before = now - KEPT
    query = select(_M.id).join(ARTICLES, _A.id == _M.article_id)
    query = query.where(_M.state != "waiting", _M.matched < before, _A.arrived < before)
    ids = list(await connection.scalars(query.order_by(_M.id).limit(AT_ONCE)))
    if ids:
        await connection.execute(delete(MATCHES).where(_M.id.in_(ids)))
    return len(ids)
