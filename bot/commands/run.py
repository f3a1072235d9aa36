"""`newsdesk run`: the Telegram bot."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import click

from bot.commands.output import say, spinner, warn
from bot.commands.progress import progress_bar
from bot.errors import ConfigurationError, ExitCode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.collection.syncing import Collection
    from bot.desk import Desk
    from bot.operations.metrics import Metrics
    from bot.settings import Settings
    from bot.store.engine import Store
    from retrieval.embedding import Embedder


@click.command()
@click.option(
    "--or-chat", is_flag=True, help="Without a token, open the chat in the terminal instead."
)
@click.pass_context
def run(context: click.Context, or_chat: bool) -> ExitCode:
    """Start the Telegram bot. Stop it with Ctrl-C.

    The token comes from @BotFather; give it in NEWSDESK_TELEGRAM_TOKEN.
    """
    settings: Settings = context.obj
    if settings.telegram_token is None:
        if not or_chat:
            raise ConfigurationError(
                "NEWSDESK_TELEGRAM_TOKEN is not set",
                "get a token from @BotFather, or try `newsdesk chat`, which needs none",
            )
        from bot.commands.chat import chat

        outcome: ExitCode = context.invoke(chat)
        return outcome
    asyncio.run(_run(settings))
    return ExitCode.DONE


async def _run(settings: Settings) -> None:
    from bot.operations.logs import setup_logging

    token = settings.telegram_token
    setup_logging([token.get_secret_value()] if token else [], settings.log_level)
    from bot.collection.opening import open_collection

    desks: list[Desk] = []
    async with (
        AsyncExitStack() as stack,
        open_collection(settings, warn=warn, embedder=_loaded(settings, desks)) as collection,
    ):
        if not collection.home.numbers():
            await _first_sync(collection)
        with spinner("Opening the index and loading the model ..."):
            from bot.desk import open_desk

            desk = await asyncio.to_thread(open_desk, settings, warn=warn)
        desks.append(await stack.enter_async_context(desk))
        async with _observed(settings, desk, collection.store) as observer:
            await _serve(settings, desk, collection, observer)


def _loaded(settings: Settings, desks: list[Desk]) -> Callable[[], Embedder]:
    """Return what gives syncs their model: the desk's, once there is one."""
    from bot.building import load_embedder

    return lambda: desks[0].embedder if desks else load_embedder(settings)


async def _first_sync(collection: Collection) -> None:
    """Index the sources, if there are any, before the first question."""
    if await collection.store.sources.list():
        with progress_bar() as on_event:
            await collection.sync(trigger="start", tell=on_event)


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
    settings: Settings, desk: Desk, collection: Collection, observer: Metrics | None
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
        desk.swap(await asyncio.to_thread(reopen_library, settings, desk.embedder, warn=warn))
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
            ready=lambda name: say(f"@{name} is listening. Stop with Ctrl-C."),
            alerting=alerting,
            observer=observer,
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await reloader.close()
