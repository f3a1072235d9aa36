"""A bot over a real collection and the stand-in, for what admins do to the collection."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from telegram_bench import FixedDesk, bot_at_work

from bot.collection.opening import open_collection
from bot.collection.reloading import Reloader
from bot.settings import load_settings
from tests.support.collections import Clock
from tests.support.embedders import FakeEmbedder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.collection.syncing import Collection
    from bot.playground.messages import Message
    from bot.playground.people import User
    from bot.playground.state import BotApiState
    from retrieval.embedding import Embedder


@asynccontextmanager
async def reloading(
    data: Path, embedder: Callable[[], Embedder] = FakeEmbedder, **settings: object
) -> AsyncIterator[Reloader]:
    """Give a reloader over the collection in a data folder."""
    chosen = load_settings(
        data=data, model="fake", fetch_allowed_hosts=frozenset({"127.0.0.1"}), **settings
    )
    async with open_collection(chosen, clock=Clock(), embedder=embedder) as collection:

        async def swap() -> None:
            return

        reloader = Reloader(collection, swap)
        yield reloader
        await reloader.close()


@asynccontextmanager
async def tended(
    state: BotApiState, reloader: Reloader, boss: User, desk: FixedDesk | None = None
) -> AsyncIterator[FixedDesk]:
    """Run the bot with an admin."""
    desk = desk or FixedDesk()
    store = reloader.collection.store
    async with bot_at_work(state, desk, reloader, store, admins=[boss.id]):
        yield desk


async def ending(state: BotApiState, who: User, *signs: str) -> Message:
    """Return the first edit that holds one of the signs."""
    while True:
        edited = await state.next_edit(who, within=60)  # visits keep a pause
        if any(sign in edited.text for sign in signs):
            return edited


async def indexed(collection: Collection) -> set[str]:
    """Return the titles that the index in use holds."""
    generation = await asyncio.to_thread(collection.home.open)
    return {generation.article(row).title for row in range(generation.manifest.articles)}
