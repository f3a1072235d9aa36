"""Articles of a generation, as matching sees them. Blocking: reads the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.alerts.types import Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.store.told import Fresh
    from retrieval.index.generation import Generation


def candidates_of(generation: Generation, fresh: Sequence[Fresh]) -> list[Candidate]:
    """Return those of the articles that the generation holds in the very same version."""
    return [
        candidate_at(generation, row, one.story, one.arrived)
        for one in fresh
        if (row := generation.article_row(one.id)) is not None
        and digest_at(generation, row) == one.digest
    ]


def candidate_at(
    generation: Generation, row: int, story: str, arrived: datetime | None = None
) -> Candidate:
    """Return the article in a row; it arrived when it was fetched unless a moment is given."""
    article = generation.article(row)
    record = generation.article_table[row]
    first, count = int(record["first"]), int(record["count"])
    rows = np.arange(first, first + count, dtype=np.int64)
    spans = generation.passage_table[first : first + count]
    return Candidate(
        article_id=article.id,
        story=story,
        title=article.title,
        source=article.source,
        url=article.url,
        published=article.published,
        arrived=arrived or article.fetched,
        passages=tuple(
            article.text[start:end]
            for start, end in zip(spans["start"].tolist(), spans["end"].tolist(), strict=True)
        ),
        vectors=generation.dense.vectors(rows),
    )


def digest_at(generation: Generation, row: int) -> str:
    """Return the digest of the article in a row."""
    digest: str = generation.article_table["digest"][row].tobytes().hex()
    return digest
