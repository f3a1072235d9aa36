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

    `unchanged` counts articles that came again as they were; `duplicates` counts new ids whose
    text is there under another id; `dropped` are ids to remove.
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


@dataclass(frozen=True, slots=True)
class Delta:
    """What a sync brings: articles new or changed, and ids to leave out from now on."""

    articles: Iterable[Article]
    dropped: Iterable[str] = ()


def compare(indexed: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the ids to index and the ids to drop, so that the index holds what is wanted.

    Both map article id → digest.
    """
    changed = [i for i, digest in wanted.items() if indexed.get(i) != digest]
    return changed, [i for i in indexed if i not in wanted]


def make_plan(
    indexed: Mapping[str, str], incoming: Iterable[Article], *, dropped: Iterable[str] = ()
) -> Plan:
    """Compare `indexed` (article id → digest) with what came in.

    The same id with another digest replaces; of several incoming versions of one id the last
    counts. A new id whose text another article holds is a duplicate and left out. Articles that
    did not come again stay: a file that was moved away is no reason to forget what it said.
    """
    latest = {article.id: article for article in incoming}
    changed = {i: a for i, a in latest.items() if indexed.get(i) != a.digest}
    held = {digest for article_id, digest in indexed.items() if article_id not in changed}
    replaced = tuple(a for i, a in changed.items() if i in indexed)
    held.update(article.digest for article in replaced)
    added: list[Article] = []
    for article_id, article in changed.items():
        if article_id not in indexed and article.digest not in held:
            added.append(article)
            held.add(article.digest)
    return Plan(
        added=tuple(added),
        replaced=replaced,
        dropped=tuple(dict.fromkeys(i for i in dropped if i in indexed and i not in latest)),
        unchanged=len(latest) - len(changed),
        duplicates=len(changed) - len(replaced) - len(added),
    )
