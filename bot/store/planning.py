"""What a batch of arrivals means for the articles that are there. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.store.columns import clean_text
from bot.store.records import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.store.barring import Barred
    from bot.store.records import Arrival
    from retrieval.types import Article


@dataclass(frozen=True, slots=True)
class Known:
    """A live article, as far as deciding needs it. `article` is None if it stays as it is."""

    id: str
    digest: str
    url: str | None
    title: str
    revision: int
    arrived: datetime
    renewed: datetime
    article: Article | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """That a source brought an article under a key; `current` unless the key names another now."""

    key: str
    fingerprint: str
    article_id: str
    current: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write.

    `added` and `updated` are the final states of articles new and known; `merged` maps a known
    article that became equal to another to that other's id; `changes` tell all that happened, in
    the order of the arrivals; `taken` is how many of the arrivals the plan covers, and `barred`
    what keeps some of those out.
    """

    added: list[Known]
    updated: list[Known]
    merged: dict[str, str]
    routes: list[Route]
    changes: list[Change]
    taken: int
    barred: list[Barred] = field(default_factory=list)


def plan_put(arrivals: Sequence[Arrival], known: Iterable[Known], seen_at: datetime) -> Plan:
    """Decide on arrivals, one after the other.

    `known` are the live articles that share an id, an address or a digest with any of them. An
    arrival is the article with its id, else the one with its address. With the same digest that
    article stays as it is; with another it is updated, or, if yet another article has that very
    digest, goes up in that one. An arrival that is neither is the article with its digest by
    another route, else a new one.

    The plan ends early, before an article that went up in another and comes back.
    """
    state = _State({one.id: one for one in known})
    before = frozenset(state.by_id)
    taken = 0
    for arrival in arrivals:
        if state.is_gone(arrival.article.id):
            break
        state.take(arrival, seen_at)
        taken += 1
    final = [one for one in state.by_id.values() if one.article is not None]
    return Plan(
        added=[one for one in final if one.id not in before],
        updated=[one for one in final if one.id in before],
        merged={one: state.successor(one) for one in sorted(before - frozenset(state.by_id))},
        routes=state.routes(),
        changes=state.changes,
        taken=taken,
    )


class _State:
    def __init__(self, by_id: dict[str, Known]) -> None:
        self.by_id = by_id
        self.by_url = {one.url: one.id for one in by_id.values() if one.url is not None}
        self.by_digest = {one.digest: one.id for one in by_id.values()}
        self.went_to: dict[str, str] = {}
        self.seen: list[tuple[Arrival, str]] = []
        self.changes: list[Change] = []

    def take(self, arrival: Arrival, seen_at: datetime) -> None:
        article = arrival.article
        found = self.by_id.get(article.id) or self._with_url(article.url)
        twin = self.by_digest.get(article.digest)
        if found is None and twin is None:
            self._add(article, seen_at)
        elif found is not None and found.digest != article.digest:
            if twin is None:
                self._update(found, article, seen_at)
            else:
                self._merge(found, twin, seen_at)
        self.seen.append((arrival, self.by_digest[article.digest]))

    def routes(self) -> list[Route]:
        """Return a route for each key and article; a key's last one is current."""
        fingerprints: dict[tuple[str, str], str] = {}
        current: dict[str, str] = {}
        for arrival, article_id in self.seen:
            key, live = clean_text(arrival.key), self.successor(article_id)
            fingerprints[key, live] = arrival.fingerprint
            current[key] = live
        return [
            Route(key, fingerprint, article_id, current[key] == article_id)
            for (key, article_id), fingerprint in fingerprints.items()
        ]

    def is_gone(self, article_id: str) -> bool:
        """Tell whether the article went up in another."""
        return article_id in self.went_to

    def successor(self, article_id: str) -> str:
        """Return the live article that an article went up in, step by step; else itself."""
        while article_id not in self.by_id:
            article_id = self.went_to[article_id]
        return article_id

    def _with_url(self, url: str | None) -> Known | None:
        owner = None if url is None else self.by_url.get(url)
        return None if owner is None else self.by_id[owner]

    def _add(self, article: Article, seen_at: datetime) -> None:
        made = Known(article.id, article.digest, None, article.title, 1, seen_at, seen_at, article)
        self._put(made, article.url)
        url = self.by_id[made.id].url
        self.changes.append(Change("added", made.id, article.title, url))

    def _update(self, old: Known, article: Article, seen_at: datetime) -> None:
        self._drop(old)
        self._put(
            replace(
                old,
                digest=article.digest,
                title=article.title,
                revision=old.revision + 1,
                renewed=seen_at,
                article=article,
            ),
            article.url,
        )
        after = seen_at - old.renewed
        url = self.by_id[old.id].url
        self.changes.append(Change("updated", old.id, article.title, url, after))

    def _merge(self, old: Known, twin: str, seen_at: datetime) -> None:
        self._drop(old)
        self.went_to[old.id] = twin
        after = seen_at - old.renewed
        self.changes.append(Change("removed", old.id, old.title, old.url, after))

    def _put(self, one: Known, url: str | None) -> None:
        """Take an article in; an address that another article has stays with that one."""
        if url is not None and self.by_url.setdefault(url, one.id) != one.id:
            url = None
        self.by_id[one.id] = replace(one, url=url)
        self.by_digest[one.digest] = one.id

    def _drop(self, one: Known) -> None:
        del self.by_id[one.id], self.by_digest[one.digest]
        if one.url is not None:
            del self.by_url[one.url]
