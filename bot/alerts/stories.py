"""Matches of one place and story → the story as it is told. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.telling import Story, Why

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.alerts.telling import ArticleRef, Waiting


def story_of(
    matches: Sequence[Waiting], articles: Mapping[str, tuple[ArticleRef, ...]]
) -> Story | None:
    """Return what a chat's topic is told of a story.

    `matches` are of one place and story. `articles` gives for an article that matched all that
    tell its story, itself first; matches whose article is not there don't count. None if none do.
    """
    living = [one for one in matches if one.article_id in articles]
    living.sort(key=lambda one: (-one.score, one.id))
    if not living:
        return None
    first = living[0]
    refs = {ref.id: ref for one in living for ref in articles[one.article_id]}
    lead = articles[first.article_id][0]
    others = sorted(refs.values(), key=lambda ref: (ref.id != lead.id, ref.when, ref.id))
    return Story(
        chat_id=first.subscription.chat_id,
        thread_id=first.subscription.thread_id,
        story=first.story,
        articles=tuple(others),
        whys=tuple(Why(one.subscription, one.reasons, one.score, one.sentences) for one in living),
    )
