"""A small index to test with, and a look inside one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.embedding import EmbedderSpec
from retrieval.index.sync import SyncOptions, sync
from retrieval.passages import PassageRule
from tests.support.articles import NOW
from tests.support.embedders import FakeEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from retrieval.index.generation import Generation
    from retrieval.index.home import IndexHome
    from retrieval.index.sync import SyncResult
    from retrieval.types import Article

FAKE = EmbedderSpec(model="fake")
RULE = PassageRule(target=8, limit=16)


def options(
    *,
    spec: EmbedderSpec = FAKE,
    rule: PassageRule = RULE,
    inputs: tuple[str, ...] = ("news",),
    rebuild: bool = False,
) -> SyncOptions:
    return SyncOptions(spec=spec, rule=rule, inputs=inputs, now=NOW, rebuild=rebuild)


def sync_fake(
    home: IndexHome,
    articles: Iterable[Article],
    settings: SyncOptions | None = None,
    *,
    embedder: FakeEmbedder | None = None,
    warn: Callable[[str], None] = lambda _line: None,
) -> SyncResult:
    """Sync with hash vectors."""
    return sync(
        home,
        articles,
        settings or options(),
        load_embedder=lambda: embedder or FakeEmbedder(),
        warn=warn,
    )


def never() -> FakeEmbedder:
    raise AssertionError("the model was loaded though nothing had to be embedded")


@dataclass(frozen=True)
class Row:
    """All that a generation knows of one passage."""

    article: Article
    ordinal: int
    text: str
    span: tuple[int, int]
    vector: tuple[float, ...]
    day: int


def rows(generation: Generation) -> set[Row]:
    """Return a generation's passages as a set that can be compared with another's."""
    vectors = generation.dense.vectors()
    found = set()
    for row in range(len(generation)):
        passage = generation.passage(row)
        found.add(
            Row(
                article=generation.article_of(row),
                ordinal=passage.ordinal,
                text=passage.text,
                span=(passage.span.start, passage.span.end),
                vector=tuple(vectors[row].tolist()),
                day=int(generation.days[row]),
            )
        )
    assert len(found) == len(generation)
    return found


def stored_articles(generation: Generation) -> dict[str, Article]:
    every = [generation.article(row) for row in range(len(generation.article_table))]
    assert len({article.id for article in every}) == len(every)
    return {article.id: article for article in every}


def sums(folder: Path) -> dict[str, str]:
    """Return path within the folder → checksum, of every file but tantivy's locks."""
    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }
    assert found
    return found
