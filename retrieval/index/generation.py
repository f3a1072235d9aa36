"""An opened generation: one unchanging state of the collection, ready to be asked."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from retrieval.dense import DenseIndex
from retrieval.errors import DamagedIndexError
from retrieval.index.articles import ArticleLines, decode_article, source_of_line
from retrieval.index.layout import (
    ARTICLE,
    ARTICLE_LINES,
    ARTICLE_TABLE,
    DENSE,
    LEXICAL,
    PASSAGE,
    PASSAGE_TABLE,
    article_key,
)
from retrieval.index.manifest import read_manifest, verify_files
from retrieval.lexical import LexicalIndex
from retrieval.types import Passage, Span

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.types import Article

_KEPT_ARTICLES = 512  # decoded articles kept at hand


class Generation:
    """One state of the collection. Nothing in it changes, so threads may share it.

    Rows number passages from 0; article rows number articles from 0.
    """

    def __init__(self, folder: Path, *, verify: bool = True) -> None:
        """Open the generation in `folder`. Raises DamagedIndexError naming the file at fault."""
        self.folder = folder
        self.manifest = read_manifest(folder)
        if verify:
            verify_files(folder, self.manifest)
        self.article_table = _table(folder / ARTICLE_TABLE, ARTICLE)
        self.passage_table = _table(folder / PASSAGE_TABLE, PASSAGE)
        self.dense = DenseIndex.read(folder / DENSE, self.manifest.dense)
        self.lexical = LexicalIndex.open(folder / LEXICAL)
        self._lines = ArticleLines(folder / ARTICLE_LINES)
        self._check_counts()
        self.days: NDArray[np.int32] = self.article_table["day"][self.passage_table["article"]]
        self._key_order = np.argsort(self.passage_table["key"])
        self._sorted_keys = self.passage_table["key"][self._key_order]
        # The cache belongs to the instance, so that it goes when the generation goes.
        self.article = lru_cache(maxsize=_KEPT_ARTICLES)(self._article)

    @property
    def number(self) -> int:
        """The generation's number; later ones are higher."""
        return self.manifest.number

    def __len__(self) -> int:
        return len(self.passage_table)

    def _article(self, row: int) -> Article:
        record = self.article_table[row]
        return decode_article(self._lines.line(int(record["offset"]), int(record["length"])))

    def digests(self) -> dict[str, str]:
        """Return article id → digest of everything in the generation."""
        table = self.article_table
        return {
            f"{int(key):016x}": digest.tobytes().hex()
            for key, digest in zip(table["key"], table["digest"], strict=True)
        }

    def article_row(self, article_id: str) -> int | None:
        """Return the row of the article with this id, or None."""
        return self._article_rows.get(article_key(article_id))

    def articles_of(self, source: str) -> NDArray[np.int64]:
        """Return the rows of the articles of a source, ascending; none for an unknown one."""
        return self._source_rows.get(source, np.empty(0, dtype=np.int64))

    def passages_of(self, articles: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which passages are of the articles in these rows, boolean (passages,)."""
        chosen = np.zeros(len(self.article_table), dtype=np.bool_)
        chosen[articles] = True
        of_them: NDArray[np.bool_] = chosen[self.passage_table["article"]]
        return of_them

    @cached_property
    def _article_rows(self) -> dict[int, int]:
        """Article key → row: made when first asked for."""
        return {key: row for row, key in enumerate(self.article_table["key"].tolist())}

    @cached_property
    def _source_rows(self) -> dict[str, NDArray[np.int64]]:
        """The rows of each source's articles: read when first asked for, in a fraction of a second.

        Two threads that ask at once read the same twice, no more.
        """
        rows: dict[str, list[int]] = {}
        for row, record in enumerate(self.article_table[["offset", "length"]].tolist()):
            rows.setdefault(source_of_line(self._lines.line(*record)), []).append(row)
        return {source: np.array(found, dtype=np.int64) for source, found in rows.items()}

    def passage(self, row: int) -> Passage:
        """Return the passage in `row`, its text cut from its article."""
        record = self.passage_table[row]
        article = self.article(int(record["article"]))
        span = Span(int(record["start"]), int(record["end"]))
        ordinal = int(record["ordinal"])
        return Passage(f"{article.id}.{ordinal}", article.id, ordinal, span, span.of(article.text))

    def article_of(self, row: int) -> Article:
        """Return the article that the passage in `row` is of."""
        return self.article(int(self.passage_table["article"][row]))

    def rows_of_keys(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the rows of passages by their keys. Raises DamagedIndexError for unknown keys."""
        if len(keys) == 0:
            return np.empty(0, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._sorted_keys, keys), len(self) - 1)
        if not np.array_equal(self._sorted_keys[places], keys):
            raise DamagedIndexError(f"{self.folder}: the word index names passages it doesn't hold")
        rows: NDArray[np.int64] = self._key_order[places]
        return rows

    def _check_counts(self) -> None:
        counts = {
            "articles": (len(self.article_table), self.manifest.articles),
            "passages": (len(self.passage_table), self.manifest.passages),
            "vectors": (len(self.dense), self.manifest.passages),
            "indexed passages": (len(self.lexical), self.manifest.passages),
        }
        for what, (found, expected) in counts.items():
            if found != expected:
                raise DamagedIndexError(f"{self.folder}: {found} {what} instead of {expected}")


def _table(path: Path, dtype: np.dtype[np.void]) -> NDArray[np.void]:
    try:
        # Mapped, so that processes share it and opening a large one reads nothing.
        table = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DamagedIndexError(f"{path}: missing or unreadable") from error
    if table.dtype != dtype or table.ndim != 1:
        raise DamagedIndexError(f"{path}: holds other records than this program's")
    return np.asarray(table)
