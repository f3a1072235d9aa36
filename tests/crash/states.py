"""What a data folder holds, read without Newsdesk's store and without changing it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from retrieval.errors import NothingIndexedError
from retrieval.index.home import IndexHome
from tests.support.indexes import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.index.generation import Generation
    from tests.support.indexes import Row

_TABLES = {
    "articles": "*",
    "article_bands": "*",
    "routes": "*",
    # Not `due`, which has a share of chance.
    "sources": "id, kind, location, name, every, mirror, enabled, created, fingerprint, checked,"
    " failures, problem",
}
_ONE_AT_A_TIME = Lock()
_HOME = {"CURRENT", "LOCK", "CACHEDIR.TAG", "generations"}


@dataclass(frozen=True)
class StoreState:
    """The rows of the collection's tables, and of the journal as mappings, oldest run first."""

    tables: dict[str, frozenset[tuple[Any, ...]]] = field(default_factory=dict)
    runs: tuple[dict[str, Any], ...] = ()
    problems: tuple[str, ...] = ()

    def routes(self) -> dict[int, frozenset[tuple[str, str, bool]]]:
        """Return source → (key, article, current) of its routes."""
        found = defaultdict(set)
        for source, _hash, article, key, _fingerprint, _seen, current in self.of("routes"):
            found[source].add((key, article, bool(current)))
        return {source: frozenset(routes) for source, routes in found.items()}

    def digests(self) -> dict[str, str]:
        """Return article → digest."""
        return {row["id"]: row["digest"] for row in self.articles()}

    def bands(self) -> dict[str, frozenset[int]]:
        """Return article → bands of its signature."""
        found = defaultdict(set)
        for band, article in self.of("article_bands"):
            found[article].add(band)
        return {article: frozenset(bands) for article, bands in found.items()}

    def articles(self) -> list[dict[str, Any]]:
        """Return the articles' rows as mappings."""
        return [dict(row) for row in self.of("articles")]

    def visited(self, now: str) -> set[int]:
        """Return the sources whose state says that they were visited at `now`."""
        return {row[0] for row in self.of("sources") if row[9] and row[9].startswith(now)}

    def of(self, table: str) -> frozenset[tuple[Any, ...]]:
        """Return a table's rows; none if there is no such table."""
        return self.tables.get(table, frozenset())


def read_store(data: Path) -> StoreState:
    """Read a copy of the database, so that the next sync finds it as it was left."""
    with tempfile.TemporaryDirectory() as folder:
        for file in data.glob("newsdesk.db*"):
            shutil.copy(file, folder)
        copy = Path(folder) / "newsdesk.db"
        if not copy.exists():
            return StoreState()
        connection = sqlite3.connect(copy)
        try:
            return _read(connection)
        finally:
            connection.close()


def _read(connection: sqlite3.Connection) -> StoreState:
    problems = [str(row) for row in connection.execute("PRAGMA integrity_check") if row != ("ok",)]
    problems += [f"dangling {row}" for row in connection.execute("PRAGMA foreign_key_check")]
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    tables: dict[str, frozenset[tuple[Any, ...]]] = {}
    for table, columns in _TABLES.items():
        if table in names:
            found = connection.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - our own
            keys = [column[0] for column in found.description]
            named = table == "articles"
            tables[table] = frozenset(
                tuple(zip(keys, row, strict=True)) if named else row for row in found
            )
    runs: list[dict[str, Any]] = []
    if "sync_runs" in names:
        found = connection.execute("SELECT * FROM sync_runs ORDER BY id")
        keys = [column[0] for column in found.description]
        runs = [dict(zip(keys, row, strict=True)) for row in found]
    return StoreState(tables, tuple(runs), tuple(problems))


@dataclass(frozen=True)
class IndexState:
    """What opening the index gives: its passages with their vectors; None without an index."""

    passages: frozenset[Row] | None
    problems: tuple[str, ...] = ()


def read_index(data: Path) -> IndexState:
    """Open the index as the next start does, and ask it for all of its passages."""
    home = IndexHome(data / "index")
    warnings: list[str] = []
    generation = opened(home, warnings.append)
    if generation is None:
        return IndexState(None, tuple(warnings))
    problems = [*warnings, *unanswered(generation)]
    current = home.current()
    if current is not None and current != generation.number:
        problems.append(f"generation {generation.number} is open, {current} is current")
    return IndexState(frozenset(rows(generation)), tuple(problems))


def opened(home: IndexHome, warn: Callable[[str], None] = lambda _line: None) -> Generation | None:
    """Open the index; None if there is none. One thread at a time."""
    # NumPy reads a file's head with `ast`, in which threads trip over each other before Python
    # 3.11.8 and 3.12.1 ("AST constructor recursion depth mismatch").
    with _ONE_AT_A_TIME:
        try:
            return home.open(warn=warn)
        except NothingIndexedError:
            return None


def unanswered(generation: Generation) -> Iterator[str]:
    """Yield what is wrong with a generation's finding of its own passages."""
    for row in range(len(generation)):
        vector = generation.dense.vectors(np.array([row]))[0]
        nearest, _ = generation.dense.search(vector, limit=1)
        keys, _ = generation.lexical.search(generation.passage(row).text, limit=len(generation))
        if row not in generation.rows_of_keys(keys):
            yield f"words do not find passage {row}"
        if not np.array_equal(generation.dense.vectors(nearest)[0], vector):
            yield f"its vector does not find passage {row}"


def leftovers(data: Path) -> list[str]:
    """Return what is in the data folder that an undisturbed sync does not leave there."""
    found = [f"{entry.name} in data" for entry in data.iterdir()]
    found = [name for name in found if name not in {"newsdesk.db in data", "index in data"}]
    home = IndexHome(data / "index")
    if not home.path.exists():
        return found
    found += [entry.name for entry in home.path.iterdir() if entry.name not in _HOME]
    if len(home.numbers()) > 2:
        found.append(f"generations {home.numbers()}")
    for folder in home.generations.iterdir() if home.generations.exists() else ():
        found += _strangers(folder)
    try:
        with FileLock(home.path / "LOCK", timeout=0):
            pass
    except Timeout:
        found.append("the lock is held")
    return found


def _strangers(folder: Path) -> list[str]:
    from retrieval.index.manifest import read_manifest

    if not folder.name.isdigit():
        return [folder.name]
    expected = {*read_manifest(folder).files, "manifest.json"}
    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    return [f"{folder.name}/{name}" for name in files - expected if not name.endswith(".lock")]
