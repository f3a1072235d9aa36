"""The lexical ranking: BM25 over stemmed words in tantivy → passage keys and scores.

Documents are named by 64-bit keys that survive from one generation to the next, so an index can
start as a copy of the last one and take only what changed.
"""

from __future__ import annotations

import json
import math
import re
import shutil
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import tantivy

from retrieval.errors import DamagedIndexError
from retrieval.remembering import remembering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

UNDATED = -(2**31)
_HEAP = 64_000_000
_ANALYZER = "newsdesk"
# What lies between white space and the commonest marks; no word reaches over one of these.
_PIECE = re.compile(r"[^\s!-/:-@\[-`{-~–—‘’“”…]+")
_KEPT = 65_536  # words whose stems and rarity are remembered
_DELETED_AT_MOST = 0.02  # of the documents; beyond it a word's rarity would be misjudged
# Words that a question is made of but its answer isn't; BM25 weighs them little, skipping them
# saves reading their long posting lists.
FUNCTION_WORDS = frozenset(
    """
    a about an and are as at be been but by can did do does for from had has have how in into is
    it its of on or that the their there these they this those to was were what when where which
    who whom whose why will with would
    """.split()
)


@dataclass(frozen=True, slots=True)
class LexicalDocument:
    """One passage as the word index takes it. `day`: days since 1970, or UNDATED."""

    key: int
    article_key: int
    day: int
    text: str


class LexicalIndex:
    """A tantivy index on disk, opened for searching. Safe to search from many threads."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._analyzer = _analyzer()
        index.register_tokenizer(_ANALYZER, self._analyzer)
        index.config_reader("manual")
        index.reload()
        self._searcher = index.searcher()
        # Nothing in an opened index changes, so what it says of words can be remembered.
        self._piece_stems = _stemmer(self._analyzer)
        self._inverse_frequency = _rarity_meter(self._searcher)

    @classmethod
    def open(cls, path: Path) -> LexicalIndex:
        """Open the index in the folder `path`. Raises DamagedIndexError if it is none."""
        try:
            return cls(tantivy.Index.open(str(path)))
        except (ValueError, OSError) as error:
            raise DamagedIndexError(f"{path}: not a tantivy index") from error

    def __len__(self) -> int:
        return self._searcher.num_docs

    def search(
        self,
        text: str,
        *,
        limit: int,
        days: tuple[int | None, int | None] = (None, None),
        articles: Sequence[int] | None = None,
    ) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
        """Return the keys of the best passages for the words of `text`, and their BM25 scores.

        `days` bounds the day of publication, both ends inclusive. `articles` are the keys of the
        only articles to search, None for all; they change no score. No words, no passages.
        """
        query = self._query(text)
        if query is None or limit < 1 or (articles is not None and not articles):
            return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.float32)
        if articles is not None:
            schema = self._index.schema
            query = _narrowed(query, tantivy.Query.term_set_query(schema, "article", articles))
        if days == (None, None):
            found = self._searcher.search(query, limit=limit, count=False).hits
        else:
            found = self._search_days(query, limit, days)
        keys = self._searcher.fast_field_values("key", [address for _, address in found])
        scores = np.array([score for score, _ in found], dtype=np.float32)
        return np.array(keys, dtype=np.uint64), scores

    def _search_days(
        self, query: tantivy.Query, limit: int, days: tuple[int | None, int | None]
    ) -> list[tuple[float, tantivy.DocAddress]]:
        """Search within bounds; leaving out of twice as many costs half of a bounded search."""
        wide = self._searcher.search(query, limit=2 * limit, count=False).hits
        lower = UNDATED if days[0] is None else days[0]
        upper = 2**31 if days[1] is None else days[1]
        held = self._searcher.fast_field_values("day", [address for _, address in wide])
        inside = [
            hit
            for hit, day in zip(wide, held, strict=True)
            if day is not None and lower <= day <= upper
        ]
        if len(inside) >= limit or len(wide) < 2 * limit:
            return inside[:limit]
        bounded = self._bounded(query, lower, upper)
        return self._searcher.search(bounded, limit=limit, count=False).hits

    def stems(self, text: str) -> list[str]:
        """Return the words of `text` as the index knows them: lower-case, stemmed, in order."""
        return list(chain.from_iterable(map(self._piece_stems, _PIECE.findall(text))))

    def inverse_frequency(self, stem: str) -> float:
        """Return BM25's inverse document frequency of a stem: how much a match with it tells."""
        return self._inverse_frequency(stem)

    def _query(self, text: str) -> tantivy.Query | None:
        words = [w for w in text.lower().split() if w.strip("?!.,\"'") not in FUNCTION_WORDS]
        tokens = dict.fromkeys(self._analyzer.analyze(" ".join(words) or text))
        if not tokens:
            return None
        schema = self._index.schema
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", token, "freq"))
            for token in tokens
        ]
        return tantivy.Query.boolean_query(terms)

    def _bounded(self, query: tantivy.Query, lower: int, upper: int) -> tantivy.Query:
        bounds = tantivy.Query.range_query(
            self._index.schema, "day", tantivy.FieldType.Integer, lower, upper
        )
        return _narrowed(query, bounds)


def _narrowed(query: tantivy.Query, by: tantivy.Query) -> tantivy.Query:
    """Return `query` without what `by` doesn't match; the scores stay."""
    unscored = tantivy.Query.const_score_query(by, 0.0)
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)]
    )


def write_lexical(
    path: Path,
    *,
    previous: Path | None = None,
    dropped_articles: Iterable[int] = (),
    kept: Callable[[], Iterable[LexicalDocument]] = tuple,
    added: Sequence[LexicalDocument],
) -> None:
    """Write the index in the new folder `path`: that of `previous`, less and more what changed.

    `kept` gives the documents of `previous` that stay. They are read only to write the index
    anew when too many deleted ones have gathered: tantivy counts those in its statistics until
    it merges them away. Raises OSError if the disk refuses.
    """
    path.mkdir(parents=True)
    if previous is not None:
        _copy_tree(previous, path)
    _change(path, dropped_articles, added)
    if _deleted_share(path) > _DELETED_AT_MOST:
        shutil.rmtree(path)
        path.mkdir()
        _change(path, (), chain(kept(), added))


def _change(path: Path, dropped: Iterable[int], added: Iterable[LexicalDocument]) -> None:
    try:
        index = tantivy.Index(_schema(), str(path), reuse=True)
        index.register_tokenizer(_ANALYZER, _analyzer())
        writer = index.writer(_HEAP, 1)
        for key in dropped:
            # By query: deletion by term takes the number as signed and finds nothing.
            writer.delete_documents_by_query(tantivy.Query.term_query(index.schema, "article", key))
        for document in added:
            writer.add_document(_document(document))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:  # tantivy reports the disk's errors so
        raise OSError(f"could not write {path}: {error}") from error
    for leftover in path.glob(".tantivy-*.lock"):
        leftover.unlink()


def _deleted_share(path: Path) -> float:
    """Return how much of what the index holds is deleted, from tantivy's own record."""
    segments = json.loads((path / "meta.json").read_text(encoding="utf-8"))["segments"]
    held = sum(segment["max_doc"] for segment in segments)
    deleted = sum((segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in segments)
    return deleted / held if held else 0.0


def _document(document: LexicalDocument) -> tantivy.Document:
    record = tantivy.Document()
    record.add_unsigned("key", document.key)
    record.add_unsigned("article", document.article_key)
    record.add_integer("day", document.day)
    record.add_text("text", document.text)
    return record


def _copy_tree(source: Path, target: Path) -> None:
    """Copy, not link: damage to one generation's files must not reach the one before it."""
    for file in source.iterdir():
        if not file.name.endswith(".lock"):
            shutil.copy2(file, target / file.name)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", fast=True)
    builder.add_unsigned_field("article", indexed=True)
    builder.add_integer_field("day", fast=True)
    builder.add_text_field("text", tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(40))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _stemmer(analyzer: tantivy.TextAnalyzer) -> Callable[[str], tuple[str, ...]]:
    """Return a function from a piece of text to its stems; it remembers."""

    def stems(piece: str) -> tuple[str, ...]:
        return tuple(analyzer.analyze(piece))

    return remembering(stems, _KEPT)


def _rarity_meter(searcher: tantivy.Searcher) -> Callable[[str], float]:
    """Return a function from a stem to its inverse document frequency; it remembers."""

    def rarity(stem: str) -> float:
        total, holding = searcher.num_docs, searcher.doc_freq("text", stem)
        return math.log(1 + (total - holding + 0.5) / (holding + 0.5))

    return remembering(rarity, _KEPT)
