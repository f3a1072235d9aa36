"""Labelled pairs of a topic and an article, as the label files keep them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.index.generation import Generation

UNWANTED, WANTED, BORDERLINE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Pair:
    """A subscription's words, an article's row in the index, and whether an alert is wanted.

    `weight` is how many pairs of the collection this one stands for.
    """

    topic: str
    row: int
    label: int
    weight: float


def read_pairs(path: Path, generation: Generation) -> list[Pair]:
    """Read the pairs whose articles the index holds, by id or else by address."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = {record["article"]: generation.article_row(record["article"]) for record in records}
    if None in rows.values():
        by_url = {generation.article(n).url: n for n in range(len(generation.article_table))}
        for record in records:
            if rows[record["article"]] is None:
                rows[record["article"]] = by_url.get(record["url"])
    return [
        Pair(record["topic"], row, record["label"], record["weight"])
        for record in records
        if (row := rows[record["article"]]) is not None
    ]
