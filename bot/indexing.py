"""Paths to an up-to-date index: reads the files, syncs, and reports what happened."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.building import embedder_spec, index_home, load_embedder, passage_rule
from retrieval.errors import DamagedIndexError, NothingIndexedError, ReadError
from retrieval.index.manifest import read_manifest
from retrieval.index.sync import SyncOptions, sync
from retrieval.readers import Noted, Skipped, find_files, read_file
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from bot.settings import Settings
    from retrieval.index.home import IndexHome
    from retrieval.index.sync import Progress, SyncResult


@dataclass(slots=True)
class IndexReport:
    """What came of indexing some paths.

    `missing` are given paths that could not be read at all, `skipped` files or lines left out,
    `noted` those read with a reservation; `read` counts articles.
    """

    result: SyncResult | None = None
    read: int = 0
    missing: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)


def known_inputs(home: IndexHome) -> tuple[str, ...]:
    """Return the paths that the newest readable generation was made of; empty if there is none.

    Only its manifest is read: the sync opens and verifies the generation itself.
    """
    for number in reversed(home.numbers()):
        with suppress(DamagedIndexError):
            return read_manifest(home.folder(number)).inputs
    return ()


def index_paths(
    settings: Settings,
    paths: Sequence[Path],
    *,
    now: datetime,
    rebuild: bool = False,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    warn: Callable[[str], None] = lambda _line: None,
) -> IndexReport:
    """Index `paths`, or, when none are given, the paths indexed before.

    Raises NothingIndexedError when there is nothing to index and nothing indexed, and the other
    RetrievalErrors of `sync`; bad files end in the report instead.
    """
    home = index_home(settings)
    known = () if rebuild and paths else known_inputs(home)
    if not paths and not known:
        raise NothingIndexedError(
            f"nothing is indexed in {settings.data}", "name a file or folder: newsdesk index PATH"
        )
    report = IndexReport()
    files = _files(paths or [Path(p) for p in known], report)
    given = [str(path.resolve()) for path in paths if path.exists()]
    options = SyncOptions(
        spec=embedder_spec(settings),
        rule=passage_rule(settings),
        inputs=tuple(dict.fromkeys([*known, *given])),
        now=now,
        rebuild=rebuild,
    )
    if not files and not home.numbers():
        return report
    report.result = sync(
        home,
        _articles(files, now, report),
        options,
        load_embedder=lambda: load_embedder(settings),
        on_progress=on_progress,
        warn=warn,
    )
    return report


def _files(paths: Sequence[Path], report: IndexReport) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        try:
            files.extend(find_files(path))
        except ReadError as error:
            report.missing.append(str(error))
    return list(dict.fromkeys(files))


def _articles(files: Sequence[Path], now: datetime, report: IndexReport) -> Iterator[Article]:
    for file in files:
        for item in read_file(file, fetched=now):
            match item:
                case Article():
                    report.read += 1
                    yield item
                case Skipped():
                    report.skipped.append(item)
                case Noted():
                    report.noted.append(item)
