"""Writes a generation's folder: what is kept of the last one, and what is new."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from retrieval.dense import DenseIndex
from retrieval.index.articles import encode_article
from retrieval.index.home import sync_folder
from retrieval.index.layout import (
    ARTICLE,
    ARTICLE_LINES,
    ARTICLE_TABLE,
    DENSE,
    LEXICAL,
    PASSAGE,
    PASSAGE_TABLE,
    article_key,
    day_of,
    passage_key,
    text_digest,
)
from retrieval.index.manifest import checksums
from retrieval.lexical import LexicalDocument, write_lexical
from retrieval.passages import embedding_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.dense import DenseKind
    from retrieval.index.generation import Generation
    from retrieval.index.manifest import FileSum
    from retrieval.types import Article, Passage


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to write with its passages and their vectors, float32 (len(passages), dim)."""

    article: Article
    passages: Sequence[Passage]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Written:
    """What a generation's folder holds: counts, and checksums by path within the folder.

    `dense` is how its vectors are searched.
    """

    articles: int
    passages: int
    dense: DenseKind
    files: dict[str, FileSum]


def write_files(
    folder: Path,
    *,
    previous: Generation | None,
    gone: frozenset[str],
    new: Sequence[NewArticle],
    dimension: int,
) -> Written:
    """Write all files but the manifest. Raises OSError.

    `gone` are ids of `previous`'s articles to leave out: dropped ones and those that `new`
    brings in another version. What is kept keeps its order and goes first.
    """
    folder.mkdir(parents=True)
    gone_keys = [article_key(article_id) for article_id in sorted(gone)]
    keep = _kept_rows(previous, gone_keys)
    articles, passages = _write_tables(folder, previous, keep, new)
    dense = DenseIndex.following(
        previous.dense if previous is not None else None,
        keep[previous.passage_table["article"]] if previous is not None else None,
        [item.vectors for item in new],
        dimension,
    )
    dense.write(folder / DENSE)
    np.save(folder / ARTICLE_TABLE, articles, allow_pickle=False)
    np.save(folder / PASSAGE_TABLE, passages, allow_pickle=False)
    write_lexical(
        folder / LEXICAL,
        previous=previous.folder / LEXICAL if previous is not None else None,
        dropped_articles=gone_keys,
        kept=lambda: _kept_documents(previous, keep),
        added=list(_documents(new)),
    )
    return Written(len(articles), len(passages), dense.kind, _seal(folder))


def _kept_rows(previous: Generation | None, gone_keys: list[int]) -> NDArray[np.bool_]:
    if previous is None:
        return np.zeros(0, dtype=np.bool_)
    gone = np.isin(previous.article_table["key"], np.array(gone_keys, dtype=np.uint64))
    return np.asarray(~gone, dtype=np.bool_)


def _write_tables(
    folder: Path,
    previous: Generation | None,
    keep: NDArray[np.bool_],
    new: Sequence[NewArticle],
) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """Write the article lines; return the article and passage tables that fit them."""
    articles = np.zeros(int(keep.sum()) + len(new), dtype=ARTICLE)
    passages = np.zeros(sum(len(item.passages) for item in new), dtype=PASSAGE)
    kept = 0
    with (folder / ARTICLE_LINES).open("wb") as stream:
        if previous is not None:
            kept = _copy_kept(previous, keep, articles, stream)
            old = _renumbered(previous, keep)
            passages = np.concatenate([old, passages])
        row = len(passages) - sum(len(item.passages) for item in new)
        for n, item in enumerate(new, start=kept):
            line = encode_article(item.article)
            articles[n] = (
                article_key(item.article.id),
                np.frombuffer(bytes.fromhex(item.article.digest), dtype="<u8"),
                stream.tell(),
                len(line),
                row,
                len(item.passages),
                day_of(item.article.published),
            )
            stream.write(line)
            for passage in item.passages:
                passages[row] = _passage_record(item.article, passage, n)
                row += 1
    return articles, passages


def _copy_kept(
    previous: Generation, keep: NDArray[np.bool_], articles: NDArray[np.void], stream: BinaryIO
) -> int:
    """Copy the kept article lines and fill the head of `articles` with their records."""
    kept = previous.article_table[keep].copy()
    kept["first"] = np.cumsum(kept["count"]) - kept["count"]
    offset = 0
    source = (previous.folder / ARTICLE_LINES).open("rb")
    with source:
        for record in kept:
            source.seek(int(record["offset"]))
            stream.write(source.read(int(record["length"])))
            record["offset"] = offset
            offset += int(record["length"])
    articles[: len(kept)] = kept
    return len(kept)


def _renumbered(previous: Generation, keep: NDArray[np.bool_]) -> NDArray[np.void]:
    table = previous.passage_table[keep[previous.passage_table["article"]]].copy()
    new_rows = np.cumsum(keep) - 1
    table["article"] = new_rows[table["article"]]
    return np.asarray(table)


def _passage_record(article: Article, passage: Passage, article_row: int) -> tuple[object, ...]:
    digest = text_digest(embedding_text(article.title, passage.text))
    return (
        passage_key(passage.id),
        np.frombuffer(digest, dtype="<u8"),
        article_row,
        passage.ordinal,
        passage.span.start,
        passage.span.end,
    )


def _documents(new: Sequence[NewArticle]) -> Iterator[LexicalDocument]:
    for item in new:
        article = item.article
        for passage in item.passages:
            yield LexicalDocument(
                key=passage_key(passage.id),
                article_key=article_key(article.id),
                day=day_of(article.published),
                text=embedding_text(article.title, passage.text),
            )


def _kept_documents(
    previous: Generation | None, keep: NDArray[np.bool_]
) -> Iterator[LexicalDocument]:
    """Yield the documents of `previous` that stay, as they were when they were added."""
    if previous is None:
        return
    table = previous.passage_table
    for row in np.flatnonzero(keep[table["article"]]):
        article_row = int(table["article"][row])
        article = previous.article(article_row)
        yield LexicalDocument(
            key=int(table["key"][row]),
            article_key=int(previous.article_table["key"][article_row]),
            day=int(previous.article_table["day"][article_row]),
            text=embedding_text(article.title, previous.passage(int(row)).text),
        )


def _seal(folder: Path) -> dict[str, FileSum]:
    """Hand every file to the disk and return the checksums by path within the folder."""
    # tantivy's threads may leave an empty lock file behind at any moment.
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock")
    for path in files:
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    sync_folder(folder / LEXICAL)
    sync_folder(folder)
    sealed = {}
    for path, found in zip(files, checksums(files), strict=True):
        if isinstance(found, OSError):
            raise found
        sealed[path.relative_to(folder).as_posix()] = found
    return sealed


def discard(folder: Path) -> None:
    """Delete a folder that was not finished, as far as the disk allows."""
    shutil.rmtree(folder, ignore_errors=True)
