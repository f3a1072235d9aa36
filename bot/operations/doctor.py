"""Checks of an installation: each looks at one thing and says how to mend it."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.building import (
    answer_threshold,
    calibration_file,
    embedder_spec,
    index_home,
    load_model,
    models_folder,
    number_format,
)
from bot.errors import BotError, ConfigurationError
from bot.operations.listening import parse_listen
from bot.store.engine import open_store
from bot.store.urls import database_url, need_database
from retrieval.calibration import read_calibration
from retrieval.errors import CalibrationError, NothingIndexedError, RetrievalError
from retrieval.library import check_dimension, check_match
from retrieval.onnx.embedder import LightEmbedder
from retrieval.onnx.layout import UnusableModelError
from retrieval.onnx.model import open_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.settings import Settings
    from bot.store.records import Watched
    from retrieval.embedding import PassageEmbedder
    from retrieval.index.generation import Generation

State: TypeAlias = Literal["ok", "note", "failed"]
_PACKAGES = (
    "python-telegram-bot",
    "sentence-transformers",
    "torch",
    "openvino",
    "faiss-cpu",
    "tantivy",
)
_ROOM = 500_000_000  # bytes free below which a sync may fail
_GROWTH = 2.0  # times as many passages, or as few: a calibration may no longer fit


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found. `kind` tells programs the checks apart."""

    kind: str
    state: State
    finding: str
    remedy: str = ""


def examine(settings: Settings, get_me: Callable[[Settings], str]) -> Iterator[Check]:
    """Yield the checks one by one, the slow ones last.

    `get_me` asks Telegram for the bot's name and raises an Exception whose text is fit to show.
    """
    yield _versions()
    yield _folder(settings)
    generation, check = _index(settings)
    yield check
    yield _database(settings, generation)
    yield _calibration(settings, generation)
    yield _model(settings, generation)
    yield _telegram(settings, get_me)
    if settings.metrics_listen is not None:
        yield _metrics(settings.metrics_listen)


def _versions() -> Check:
    found = []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            return Check("packages", "failed", f"{package} is missing", "run `make run` again")
    python = ".".join(str(part) for part in sys.version_info[:3])
    return Check("packages", "ok", f"Python {python}, {', '.join(found)}")


def _folder(settings: Settings) -> Check:
    folder = settings.data.resolve()
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    if not os.access(existing, os.W_OK):
        return Check("data", "failed", f"{existing} can't be written", "choose another --data")
    free = shutil.disk_usage(existing).free
    text = f"{folder}, {free / 1e9:.0f} GB free"
    if free < _ROOM:
        return Check("data", "failed", text, "free some space before the next sync")
    return Check("data", "ok", text)


def _index(settings: Settings) -> tuple[Generation | None, Check]:
    trouble: list[str] = []
    try:
        generation = index_home(settings).open(warn=trouble.append)
        check_match(generation, embedder_spec(settings))
    except NothingIndexedError as error:
        return None, Check("index", "failed", error.problem, error.remedy)
    except RetrievalError as error:
        return None, Check("index", "failed", error.problem, error.remedy)
    manifest = generation.manifest
    text = (
        f"generation {manifest.number}: {manifest.articles} articles, "
        f"{manifest.passages} passages, checksums right"
    )
    if trouble:
        return generation, Check("index", "failed", f"{trouble[0]}; using {text}")
    return generation, Check("index", "ok", text)


def _database(settings: Settings, generation: Generation | None) -> Check:
    """Look into the database, if there is one; this makes none."""
    url = database_url(settings)
    try:
        need_database(url)
    except BotError:
        note = "none yet; the next `newsdesk index` makes it"
        return Check("database", "ok" if generation is None else "note", note)
    try:
        articles, sources = asyncio.run(_look_into(url))
    except BotError as error:
        return Check("database", "failed", error.problem, error.remedy)
    failing = [w for w in sources if w.state.problem]
    text = f"{articles} articles, {len(sources)} sources"
    if failing:
        text += f", {len(failing)} of them failing: {failing[0].state.problem}"
        return Check("database", "note", text, "see `newsdesk sources list`")
    if generation is not None and articles != generation.manifest.articles:
        text += f"; the index holds {generation.manifest.articles} articles"
        return Check("database", "note", text, "run `newsdesk index`")
    return Check("database", "ok", text)


async def _look_into(url: str) -> tuple[int, list[Watched]]:
    async with await open_store(url, clock=lambda: datetime.now(UTC)) as store:
        return await store.articles.count(), await store.sources.list()


def _calibration(settings: Settings, generation: Generation | None) -> Check:
    try:
        fitted = read_calibration(calibration_file(settings), embedder=embedder_spec(settings))
    except CalibrationError as error:
        text = f"{error.problem}; the package's own is used"
        return Check("calibration", "failed", text, error.remedy)
    threshold = f"threshold {answer_threshold(settings, fitted):.2f}"
    if settings.threshold is not None:
        threshold += " (as set)"
    if fitted is None:
        return Check("calibration", "ok", f"the package's own, {threshold}")
    text = (
        f"fitted {fitted.fitted:%Y-%m-%d} on {fitted.answerable} answerable and "
        f"{fitted.unanswerable} unanswerable questions, {threshold}"
    )
    now = generation.manifest.passages if generation is not None else fitted.passages
    if not 1 / _GROWTH <= now / max(1, fitted.passages) <= _GROWTH:
        text += f"; the collection had {fitted.passages} passages then, it has {now} now"
        return Check("calibration", "note", text, "run `newsdesk eval … --fit-threshold` again")
    return Check("calibration", "ok", text)


def _model(settings: Settings, generation: Generation | None) -> Check:
    try:
        embedder, without_graph = _embedder(settings)
        if generation is not None:
            check_dimension(generation, embedder)
    except RetrievalError as error:
        return Check("model", "failed", error.problem, error.remedy)
    because = f", for it has no graph ({without_graph})" if without_graph else ""
    return Check(
        "model",
        "ok",
        f"{settings.model}: {embedder.dimension} numbers a vector, reads {embedder.window} "
        f"tokens; runs as {embedder.precision} through {embedder.runtime}{because}",
    )


def _embedder(settings: Settings) -> tuple[PassageEmbedder, str]:
    """Return what embeds, and where it is torch, with which a start takes seconds longer, why."""
    try:
        model = open_model(models_folder(settings), settings.model, number_format(settings))
    except UnusableModelError as error:
        return load_model(settings), str(error)
    return LightEmbedder(embedder_spec(settings), model), ""


def _telegram(settings: Settings, get_me: Callable[[Settings], str]) -> Check:
    if settings.telegram_token is None:
        return Check(
            "telegram",
            "note",
            "no token: the terminal chat works, the bot can't start",
            "set NEWSDESK_TELEGRAM_TOKEN (from @BotFather)",
        )
    try:
        name = get_me(settings)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this check's finding
        return Check("telegram", "failed", str(error) or type(error).__name__)
    return Check("telegram", "ok", f"the token is @{name}'s")


def _metrics(listen: str) -> Check:
    """Tell whether the address could be listened on; a bot that runs does so already."""
    try:
        host, port = parse_listen(listen, "NEWSDESK_METRICS_LISTEN")
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except ConfigurationError as error:
        return Check("metrics", "failed", error.problem, error.remedy)
    except OSError as error:
        text = f"can't listen on {listen} ({error.strerror or error})"
        if error.errno == errno.EADDRINUSE:
            return Check(
                "metrics", "note", text, "fine if that is the running bot, else choose another"
            )
        return Check("metrics", "failed", text, "set NEWSDESK_METRICS_LISTEN to a free HOST:PORT")
    return Check("metrics", "ok", f"{listen} can be listened on")
