"""Writes the matches of articles that were compared: each story once for a subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select, update

from bot.store.chunks import chunked, insert_or
from bot.store.schema import ARTICLES, MATCHES, SUBSCRIPTIONS
from bot.store.subscriptions import thousandths

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.alerts.types import Match
    from bot.store.told import Found

_M, _A, _S = MATCHES.c, ARTICLES.c, SUBSCRIPTIONS.c


async def still(connection: AsyncConnection, compared: Mapping[str, str]) -> dict[str, str]:
    """Return the stories of those articles that are as they were compared (id → story)."""
    found: dict[str, str] = {}
    for chunk in chunked(sorted(compared)):
        query = select(_A.id, _A.digest, _A.story).where(_A.id.in_(chunk), _A.matched.is_(None))
        rows = await connection.execute(query)
        found |= {i: story for i, digest, story in rows if digest == compared[i]}
    return found


async def story_keys(connection: AsyncConnection, stories: set[str]) -> dict[str, str]:
    """Return under which names stories are kept: those of the first match of any of their articles.

    A story is called after one of its articles, and may be called after another once more come.
    """
    story_of: dict[str, str] = {}
    for chunk in chunked(sorted(stories)):
        rows = await connection.execute(select(_A.id, _A.story).where(_A.story.in_(chunk)))
        story_of |= {i: story for i, story in rows}  # noqa: C416 - typed rows
    first: dict[str, tuple[int, str]] = {}
    query = select(_M.article_id, _M.story, func.min(_M.id)).group_by(_M.article_id, _M.story)
    for chunk in chunked(sorted(stories | story_of.keys()), 2000):
        known = or_(_M.article_id.in_(chunk), _M.story.in_(chunk))
        for article_id, key, number in await connection.execute(query.where(known)):
            story = story_of.get(article_id, key)
            if story in stories and (number, key) < first.get(story, (number + 1, "")):
                first[story] = (number, key)
    return {story: first[story][1] if story in first else story for story in stories}


def once_each(found: Iterable[Found]) -> list[Found]:
    """Return each subscription's matches, of an article once."""
    return list({(one.match.subscription_id, one.match.article_id): one for one in found}.values())


async def of_living(connection: AsyncConnection, found: list[Found]) -> list[Found]:
    """Return the matches whose subscriptions are there, and stay until the transaction ends."""
    living: set[int] = set()
    for chunk in chunked(sorted({one.match.subscription_id for one in found})):
        query = select(_S.id).where(_S.id.in_(chunk)).order_by(_S.id)
        living |= set(await connection.scalars(query.with_for_update(key_share=True)))
    return [one for one in found if one.match.subscription_id in living]


async def write_matches(
    connection: AsyncConnection,
    found: Sequence[Found],
    keys: Mapping[str, str],
    now: datetime,
    old: Collection[tuple[int, str]] = (),
) -> int:
    """Renew the matches with the same articles, put in the others; returns how many are new.

    None is made of the pairs of subscription and article in `old`.
    """
    there: set[tuple[int, str]] = set()
    told: set[tuple[int, str]] = set()
    for chunk in chunked(sorted({one.match.article_id for one in found})):
        query = select(_M.subscription_id, _M.article_id).where(_M.article_id.in_(chunk))
        there |= {(number, i) for number, i in await connection.execute(query)}
    for chunk in chunked(sorted(set(keys.values()))):
        query = select(_M.subscription_id, _M.story).where(_M.story.in_(chunk))
        told |= {(number, story) for number, story in await connection.execute(query)}
    renewed = [one for one in found if (one.match.subscription_id, one.match.article_id) in there]
    if renewed:
        change = update(MATCHES).where(
            _M.subscription_id == bindparam("of"), _M.article_id == bindparam("with")
        )
        values = {name: bindparam(f"b_{name}", type_=_M[name].type) for name in _RENEWED}
        await connection.execute(change.values(values), [_renewal(one.match) for one in renewed])
    new: dict[tuple[int, str], dict[str, Any]] = {}
    for one in sorted(found, key=lambda one: -one.match.score):
        pair = (one.match.subscription_id, keys[one.match.article_id])
        article = (one.match.subscription_id, one.match.article_id)
        if pair not in told and article not in there and article not in old:
            new.setdefault(pair, _row(one, pair[1], now))
    if new:
        statement = insert_or(connection, MATCHES).on_conflict_do_nothing()
        await connection.execute(statement, list(new.values()))
    return len(new)


_RENEWED = ("score", "reasons", "sentences")


def _said(match: Match) -> dict[str, Any]:
    return {
        "score": thousandths(match.score),
        "reasons": [[reason.kind, reason.text] for reason in match.reasons],
        "sentences": list(match.sentences),
    }


def _renewal(match: Match) -> dict[str, Any]:
    values = {f"b_{name}": value for name, value in _said(match).items()}
    return {**values, "of": match.subscription_id, "with": match.article_id}


def _row(one: Found, story: str, now: datetime) -> dict[str, Any]:
    return {
        **_said(one.match),
        "subscription_id": one.match.subscription_id,
        "story": story,
        "article_id": one.match.article_id,
        "matched": now,
        "due": one.due,
        "state": "waiting",
    }
