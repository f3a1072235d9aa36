"""What a sync has to do: a pure comparison of what is indexed with what came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from retrieval.types import Article


@dataclass(frozen=True, slots=True)
class Plan:
    """Articles to add, articles to put in the place of their older version, and the rest.

    `unchanged` counts articles that came again as they were; `duplicates` counts those whose
    text is already there under another id; `dropped` are ids to remove.
    """

    added: tuple[Article, ...]
    replaced: tuple[Article, ...]
    dropped: tuple[str, ...]
    unchanged: int
    duplicates: int

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.added or self.replaced or self.dropped)


def make_plan(
    indexed: Mapping[str, str], incoming: Iterable[Article], *, dropped: Iterable[str] = ()
) -> Plan:
    """Compare `indexed` (article id → digest) with what came in.

    The same id with another digest replaces; the same digest under another id is a duplicate and
    left out; of several incoming versions of one id the last counts. Articles that did not come
    again stay: a file that was moved away is no reason to forget what it said.
    """
    latest: dict[str, Article] = {}
    digests = dict(indexed)
    owners = {digest: article_id for article_id, digest in indexed.items()}
    unchanged = duplicates = 0
    for article in incoming:
        owner = owners.get(article.digest)
        if owner == article.id:
            unchanged += 1
        elif owner is not None:
            duplicates += 1
        else:
            owners.pop(digests.get(article.id, ""), None)
            owners[article.digest] = article.id
            digests[article.id] = article.digest
            latest[article.id] = article
    edited_back = [i for i, article in latest.items() if indexed.get(i) == article.digest]
    for article_id in edited_back:
        del latest[article_id]
    return Plan(
        added=tuple(a for a in latest.values() if a.id not in indexed),
        replaced=tuple(a for a in latest.values() if a.id in indexed),
        dropped=tuple(dict.fromkeys(i for i in dropped if i in indexed and i not in latest)),
        unchanged=unchanged + len(edited_back),
        duplicates=duplicates,
    )
