"""Reads matches with their subscriptions, and stories with all their articles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.alerts.telling import ArticleRef, Waiting
from bot.alerts.types import Reason
from bot.store.chunks import chunked
from bot.store.schema import ARTICLES, MATCHES, SUBSCRIPTIONS
from bot.store.subscriptions import subscription_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

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
