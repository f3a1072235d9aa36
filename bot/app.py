"""The whole bot from open to closed: collection, desk, alerts and Telegram in one event loop."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.garbage import set_aside, short_collections

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.alerting.service import Alerting
    from bot.collection.events import SyncEvent
    from bot.collection.syncing import Collection
    from bot.desk import Desk
    from bot.operations.metrics import Metrics
    from bot.settings import Settings
    from bot.store.engine import Store
    from retrieval.embedding import Embedder


def utc_now() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class RunningBot:
    """A bot that takes updates. `wake` has it look at once at what is due."""

    username: str
    wake: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Front:
    """How what happens at the start is shown: `busy` while it waits, `syncing` the first sync."""

    warn: Callable[[str], None] = lambda _line: None
    busy: Callable[[str], AbstractContextManager[None]] = lambda _line: nullcontext()
    syncing: Callable[[], AbstractContextManager[Callable[[SyncEvent], None]]] = lambda: (
        nullcontext(lambda _event: None)
    )


async def run_bot(
    settings: Settings,
    *,
    front: Front | None = None,
    ready: Callable[[RunningBot], None] = lambda _bot: None,
    stop: asyncio.Event | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Run the bot until `stop` is set or SIGINT or SIGTERM comes; then finish what is begun.

    `ready` is called when updates are about to be taken. Where sources are known but nothing is
    indexed yet they are indexed first. Raises RetrievalError and BotError.
    """
    from bot.collection.opening import open_collection

    front = front or Front()
    desks: list[Desk] = []

    def serving(running: RunningBot) -> None:
        set_aside()
        ready(running)

    async with (
        AsyncExitStack() as stack,
        open_collection(
            settings, clock=clock, warn=front.warn, embedder=_loaded(settings, desks)
        ) as collection,
    ):
        if not collection.home.numbers() and await collection.store.sources.list():
            with front.syncing() as on_event:
                await collection.sync(trigger="start", tell=on_event)
        with front.busy("Opening the index and loading the model ..."):
            from bot.desk import open_desk

            desk = await asyncio.to_thread(
                open_desk, settings, warn=front.warn, clock=clock, crowded=True
            )
        desks.append(await stack.enter_async_context(desk))
        async with _observed(settings, desk, collection.store) as observer:
            stack.enter_context(short_collections())
            await _serve(settings, desk, collection, observer, front, serving, stop)


def _loaded(settings: Settings, desks: list[Desk]) -> Callable[[], Embedder]:
    """Return what gives syncs their model: the desk's, once there is one."""
    from bot.building import load_embedder

    return lambda: desks[0].embedder if desks else load_embedder(settings)


@asynccontextmanager
async def _observed(settings: Settings, desk: Desk, store: Store) -> AsyncIterator[Metrics | None]:
    """Serve metrics within the block, if they are wanted; gives what is to be told of the bot."""
    if settings.metrics_listen is None:
        yield None
        return
    from bot.operations.metrics import Metrics
    from bot.operations.monitoring import monitored

    def index() -> tuple[int, int]:
        manifest = desk.library.generation.manifest
        return manifest.number, manifest.passages

    metrics = Metrics()
    async with monitored(metrics, store, index, settings.metrics_listen):
        yield metrics


async def _serve(
    settings: Settings,
    desk: Desk,
    collection: Collection,
    observer: Metrics | None,
    front: Front,
    ready: Callable[[RunningBot], None],
    stop: asyncio.Event | None,
) -> None:
    from bot.alerting.service import Alerting
    from bot.chat.alert_renderer import AlertRenderer
    from bot.collection.reloading import Reloader
    from bot.collection.watching import watch_sources
    from bot.desk import reopen_library
    from bot.telegram.application import run_polling

    store = collection.store
    alerting = Alerting(store, desk, AlertRenderer(), clock=collection.clock)

    async def swap() -> None:
        library = await asyncio.to_thread(reopen_library, settings, desk.embedder, warn=front.warn)
        desk.swap(library)
        alerting.wake()

    reloader = Reloader(collection, swap)
    tasks = [asyncio.create_task(alerting.run(), name="alerts")]
    if settings.watch:
        tasks.append(asyncio.create_task(watch_sources(reloader), name="sources"))
    try:
        await run_polling(
            settings,
            desk,
            reloader,
            store,
            stop=stop,
            ready=lambda name: ready(RunningBot(name, _waker(alerting, store))),
            alerting=alerting,
            observer=observer,
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await reloader.close()


def _waker(alerting: Alerting, store: Store) -> Callable[[], None]:
    """Return what has alerts and the outbox look at once for what is due."""

    def wake() -> None:
        alerting.wake()
        store.outbox.bell.set()

    return wake
