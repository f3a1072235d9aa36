"""Compares new and changed articles with the subscriptions, and keeps what matched."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.alerting.candidates import candidate_at, candidates_of
from bot.alerts.chat_settings import timetable_of
from bot.alerts.matching import Matcher
from bot.alerts.quoting import quote, sentences_for
from bot.alerts.sameness import WITHIN, same_stories
from bot.alerts.timetable import due
from bot.store.told import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from bot.alerting.ports import Desk
    from bot.alerts.types import Candidate, Match, Subscription, Vectors
    from bot.store.engine import Store
    from retrieval.index.generation import Generation

AT_ONCE = 400
"""Articles compared in one step: some 1,500 passages."""
MOST_EMBEDDED = 600
"""Sentences of a step that get vectors, some seconds' work; others are chosen by words alone."""


class Comparer:
    """One pass of new articles against all subscriptions. For one event loop."""

    def __init__(self, store: Store, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._desk = desk
        self._clock = clock

    async def compare(self) -> int:
        """Compare what is new in the current generation; returns how many matches are new.

        An article that isn't in the generation yet, or there in another version, waits for the
        next. Interrupted at any point, the rest is compared the next time.
        Raises StoreError, RetrievalError.
        """
        matches = self._store.matches
        if not await matches.fresh(1):
            return 0
        subscriptions = await self._store.subscriptions.active(self._clock())
        await matches.pass_over(min((one.created for one in subscriptions), default=None))
        generation = self._desk.library.generation
        lexical = generation.lexical
        matcher = Matcher(subscriptions, lexical.stems, lexical.inverse_frequency)
        after, new = "", 0
        while fresh := await matches.fresh(AT_ONCE, after):
            after = fresh[-1].id
            candidates = await asyncio.to_thread(candidates_of, generation, fresh)
            if candidates:
                found = await self._find(matcher, generation, candidates)
                await self._unite(generation, candidates, found)
                digests = {one.id: one.digest for one in fresh}
                compared = {one.article_id: digests[one.article_id] for one in candidates}
                new += await matches.keep(await self._dated(found, subscriptions), compared)
        return new

    async def embed_topics(self) -> None:
        """Embed the topics that have no vector of the model that is loaded."""
        name = str(self._desk.embedder.spec)
        for one in await self._store.subscriptions.unread(name):
            vector = await self._desk.embed(one.wanted.topic)
            await self._store.subscriptions.set_vectors({one.id: vector}, name)

    async def _find(
        self, matcher: Matcher, generation: Generation, candidates: Sequence[Candidate]
    ) -> list[Match]:
        """Return matches with sentences; of a changed article also those that it had before."""
        found = await asyncio.to_thread(matcher.match, candidates)
        earlier = await self._store.matches.of_articles(one.article_id for one in candidates)
        met = {(one.subscription_id, one.article_id) for one in found}
        again = [pair for pair in earlier if pair not in met]
        found += await asyncio.to_thread(_described, matcher, candidates, again)
        return await asyncio.to_thread(self._quoted, matcher, generation, candidates, found)

    async def _unite(
        self, generation: Generation, candidates: Sequence[Candidate], found: Sequence[Match]
    ) -> None:
        """Let articles that matched share a story with those told lately that tell the same."""
        matched = {one.article_id for one in found}
        if not matched:
            return
        told = await self._store.matches.lately(self._clock() - 2 * WITHIN)
        new = [one for one in candidates if one.article_id in matched]
        pairs = await asyncio.to_thread(_same, generation, new, told - matched)
        await self._store.matches.unite(pairs)

    def _quoted(
        self,
        matcher: Matcher,
        generation: Generation,
        candidates: Sequence[Candidate],
        found: Sequence[Match],
    ) -> list[Match]:
        """Give each match its sentences; at background priority, questions go first."""
        wanting = {one.id: one for one in matcher.subscriptions}
        articles = {one.article_id: one for one in candidates}
        return quoted(
            [(one, articles[one.article_id], wanting[one.subscription_id]) for one in found],
            generation.lexical.stems,
            self._desk.embedder.embed_passages,
        )

    async def _dated(
        self, found: Sequence[Match], subscriptions: Sequence[Subscription]
    ) -> list[Found]:
        by_id = {one.id: one for one in subscriptions}
        asked = [by_id[one.subscription_id] for one in found]
        chats = await self._store.matches.chats(one.chat_id for one in asked)
        now = self._clock()
        timetables = {number: timetable_of(chat.settings) for number, chat in chats.items()}
        moments = {
            (one.chat_id, one.pace): due(one.pace, timetables[one.chat_id], now)
            for one in asked
            if one.chat_id in timetables
        }
        return [
            Found(match, moments[one.chat_id, one.pace])
            for match, one in zip(found, asked, strict=True)
            if one.chat_id in timetables
        ]


def _same(
    generation: Generation, new: Sequence[Candidate], told: AbstractSet[str]
) -> dict[str, str]:
    rows = [row for i in sorted(told) if (row := generation.article_row(i)) is not None]
    return same_stories(new, [candidate_at(generation, row, "") for row in rows])


def quoted(
    found: Sequence[tuple[Match, Candidate, Subscription]],
    stems: Callable[[str], list[str]],
    embed: Callable[[Sequence[str]], Vectors],
) -> list[Match]:
    """Return matches with the two sentences that fit each best; embeds a limited number."""
    sentences = [sentences_for(candidate, wanting) for _, candidate, wanting in found]
    texts: dict[str, None] = {}
    for choice, (_, _, wanting) in zip(sentences, found, strict=True):
        if wanting.vector is not None and len(choice) > 2 and len(texts) < MOST_EMBEDDED:
            texts |= dict.fromkeys(choice)
    stem_set = lru_cache(maxsize=None)(lambda text: frozenset(stems(text)))
    rows = embed(list(texts)) if texts else ()
    vectors = dict(zip(texts, rows, strict=True))
    return [
        _with(match, quote(choice, wanting, stem_set, vectors))
        for choice, (match, _, wanting) in zip(sentences, found, strict=True)
    ]


def _with(match: Match, sentences: tuple[str, str]) -> Match:
    return replace(match, sentences=sentences)


def _described(
    matcher: Matcher, candidates: Sequence[Candidate], pairs: Sequence[tuple[int, str]]
) -> list[Match]:
    """Return matches for pairs of subscription and article, whether they are met or not."""
    rows = {one.id: row for row, one in enumerate(matcher.subscriptions)}
    columns = {one.article_id: column for column, one in enumerate(candidates)}
    known = [(rows[number], columns[i]) for number, i in pairs if number in rows]
    if not known:
        return []
    scores = matcher.scores(candidates)
    return [
        matcher.describe(row, candidates[column], float(scores[row, column]))
        for row, column in known
    ]
