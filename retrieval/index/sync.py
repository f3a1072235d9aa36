"""Brings the index up to date: plan → embed what is new → write → verify → swap → prune."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from retrieval.errors import DamagedIndexError, IndexMismatchError, IndexWriteError
from retrieval.index.generation import Generation
from retrieval.index.home import sync_folder
from retrieval.index.manifest import Manifest, write_manifest
from retrieval.index.plan import Delta, make_plan
from retrieval.index.spool import VectorSpool
from retrieval.index.vectors import embed_missing
from retrieval.index.write import NewArticle, discard, write_files
from retrieval.passages import embedding_text, split_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from retrieval.embedding import Embedder, EmbedderSpec
    from retrieval.index.home import IndexHome
    from retrieval.index.plan import Plan
    from retrieval.passages import PassageRule
    from retrieval.types import Article, Passage

Stage: TypeAlias = Literal["read", "load", "split", "embed", "write", "verify", "done"]
_SELF_COSINE = 0.99  # what a stored vector must reach with itself


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is: `done` of `total` in `stage` (articles or passages; 0 of 0: unknown)."""

    stage: Stage
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What the index is made with and when. `rebuild` starts from nothing but the input."""

    spec: EmbedderSpec
    rule: PassageRule
    inputs: tuple[str, ...]
    now: datetime
    rebuild: bool = False


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync did. `generation` is the current one afterwards, `written` says if it is new."""

    generation: int
    written: bool
    added: tuple[Article, ...]
    updated: tuple[Article, ...]
    unchanged: int
    duplicates: int
    articles: int
    passages: int
    embedded: int
    reused: int
    seconds: float


def sync(
    home: IndexHome,
    articles: Iterable[Article],
    options: SyncOptions,
    *,
    load_embedder: Callable[[], Embedder],
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    warn: Callable[[str], None] = lambda _line: None,
) -> SyncResult:
    """Index `articles` beside what is there, and make the result current.

    Like `sync_changes`, for articles that are at hand; nothing is dropped.
    """
    return sync_changes(
        home,
        lambda _indexed: Delta(articles),
        options,
        load_embedder=load_embedder,
        on_progress=on_progress,
        warn=warn,
    )


def sync_changes(
    home: IndexHome,
    choose: Callable[[Mapping[str, str]], Delta],
    options: SyncOptions,
    *,
    load_embedder: Callable[[], Embedder],
    locked: bool = False,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    warn: Callable[[str], None] = lambda _line: None,
) -> SyncResult:
    """Make the change that `choose` asks for, given article id → digest of what is indexed.

    The model is loaded only if something has to be embedded. Whatever fails, the generation that
    was current stays so, and vectors already computed are kept for the next try. `locked` says
    that the caller holds the home's lock already.
    Raises IndexBusyError, IndexMismatchError, IndexWriteError, EmbeddingError.
    """
    started = time.perf_counter()
    try:
        with nullcontext() if locked else home.lock(now=options.now):
            run = _Run(home, options, load_embedder, on_progress, warn)
            result = run.sync(choose)
    except OSError as error:
        raise IndexWriteError.of(home.path, error) from error
    on_progress(Progress("done"))
    return replace(result, seconds=time.perf_counter() - started)


class _Run:
    """One sync, under the lock."""

    def __init__(
        self,
        home: IndexHome,
        options: SyncOptions,
        load_embedder: Callable[[], Embedder],
        on_progress: Callable[[Progress], None],
        warn: Callable[[str], None],
    ) -> None:
        self.home = home
        self.options = options
        self.load_embedder = load_embedder
        self.tell = on_progress
        self.warn = warn

    def sync(self, choose: Callable[[Mapping[str, str]], Delta]) -> SyncResult:
        previous = self._previous()
        indexed = previous.digests() if previous is not None else {}
        delta = choose(indexed)
        plan = make_plan(indexed, self._counted(delta.articles), dropped=delta.dropped)
        if previous is not None and plan.empty and previous.manifest.inputs == self.options.inputs:
            self._point_to(previous)
            self.home.clean(previous.number)
            return _result(plan, previous, written=False)
        new, dimension, embedded = self._embed(plan, previous)
        generation = self._write(plan, previous, new, dimension)
        self.home.swap(generation.number)
        self.home.spool.unlink(missing_ok=True)
        # Beside the new generation stays the one it was made from: that one is known to be good.
        self.home.prune(keep={generation.number, previous.number if previous else 0})
        reused = sum(len(item.passages) for item in new) - embedded
        return _result(plan, generation, written=True, embedded=embedded, reused=reused)

    def _previous(self) -> Generation | None:
        """Open what is current, unless it is to be built anew or there is nothing yet."""
        if self.options.rebuild or not self.home.numbers():
            return None
        previous = self.home.open(warn=self.warn)
        found = previous.manifest
        if found.embedder != self.options.spec:
            raise IndexMismatchError(expected=str(self.options.spec), found=str(found.embedder))
        if found.rule != self.options.rule:
            raise IndexMismatchError(expected=str(self.options.rule), found=str(found.rule))
        return previous

    def _point_to(self, generation: Generation) -> None:
        """Mend a CURRENT that is unreadable or names a generation that could not be opened."""
        try:
            current = self.home.current()
        except DamagedIndexError:
            current = None
        if current != generation.number:
            self.home.swap(generation.number)

    def _counted(self, articles: Iterable[Article]) -> Iterable[Article]:
        done = 0
        for done, article in enumerate(articles, start=1):
            if done % 100 == 0:
                self.tell(Progress("read", done))
            yield article
        self.tell(Progress("read", done, done))

    def _embed(self, plan: Plan, previous: Generation | None) -> tuple[list[NewArticle], int, int]:
        """Split and embed what is new. Returns it, the dimension, and how many were embedded."""
        todo = [*plan.replaced, *plan.added]
        if not todo and previous is not None:
            return [], previous.dense.dimension, 0
        self.tell(Progress("load"))
        embedder = self.load_embedder()
        if previous is not None and previous.dense.dimension != embedder.dimension:
            raise IndexMismatchError(
                expected=f"{self.options.spec} ({embedder.dimension} numbers a vector)",
                found=f"{previous.manifest.embedder} ({previous.dense.dimension})",
            )
        passages = self._split(todo, embedder)
        texts = [
            embedding_text(article.title, passage.text)
            for article, found in zip(todo, passages, strict=True)
            for passage in found
        ]
        vectors, embedded = embed_missing(
            texts,
            embedder,
            previous=previous,
            spool=VectorSpool(self.home.spool, self.options.spec, embedder.dimension),
            on_progress=lambda done, total: self.tell(Progress("embed", done, total)),
        )
        new, row = [], 0
        for article, found in zip(todo, passages, strict=True):
            new.append(NewArticle(article, found, vectors[row : row + len(found)]))
            row += len(found)
        return new, embedder.dimension, embedded

    def _split(self, todo: Sequence[Article], embedder: Embedder) -> list[list[Passage]]:
        rule = self.options.rule.within(embedder.window)
        passages = []
        for done, article in enumerate(todo):
            if done % 50 == 0:
                self.tell(Progress("split", done, len(todo)))
            passages.append(split_article(article, rule=rule, count=embedder.count_tokens))
        return passages

    def _write(
        self, plan: Plan, previous: Generation | None, new: Sequence[NewArticle], dimension: int
    ) -> Generation:
        """Write the next generation under a working name, verify it, give it its number."""
        self.tell(Progress("write"))
        number = max(self.home.numbers(), default=0) + 1
        working = self.home.generations / f"{number:06d}.new"
        discard(working)
        gone = frozenset([*plan.dropped, *(article.id for article in plan.replaced)])
        try:
            written = write_files(
                working, previous=previous, gone=gone, new=new, dimension=dimension
            )
            manifest = Manifest(
                number=number,
                created=self.options.now,
                embedder=self.options.spec,
                rule=self.options.rule,
                dimension=dimension,
                articles=written.articles,
                passages=written.passages,
                inputs=self.options.inputs,
                files=written.files,
                dense=written.dense,
            )
            write_manifest(working, manifest)
            sync_folder(working)
            self.tell(Progress("verify"))
            _read_back(working)
            working.rename(self.home.folder(number))
            sync_folder(self.home.generations)
        except BaseException:
            discard(working)
            raise
        return Generation(self.home.folder(number), verify=False)


def _read_back(folder: Path) -> None:
    """Open and ask what was just written. Raises OSError if that isn't what was to be written.

    FAISS says nothing of a disk that fills up as it closes its file.
    """
    try:
        _verify(Generation(folder))
    except DamagedIndexError as error:
        raise OSError(f"what was written can't be read back ({error.problem})") from error


def _verify(generation: Generation) -> None:
    """Ask a new generation for a few of its own passages. Raises DamagedIndexError."""
    for row in {0, len(generation) // 2, len(generation) - 1} if len(generation) else set():
        vector = generation.dense.vectors(np.array([row]))[0]
        _, cosines = generation.dense.search(vector, limit=1)
        keys, _ = generation.lexical.search(generation.passage(row).text[:200], limit=1)
        generation.rows_of_keys(keys)
        if len(cosines) != 1 or cosines[0] < _SELF_COSINE:
            raise DamagedIndexError(f"{generation.folder}: does not find its own passages")


def _result(
    plan: Plan, generation: Generation, *, written: bool, embedded: int = 0, reused: int = 0
) -> SyncResult:
    return SyncResult(
        generation=generation.number,
        written=written,
        added=plan.added,
        updated=plan.replaced,
        unchanged=plan.unchanged,
        duplicates=plan.duplicates,
        articles=generation.manifest.articles,
        passages=generation.manifest.passages,
        embedded=embedded,
        reused=reused,
        seconds=0.0,
    )
