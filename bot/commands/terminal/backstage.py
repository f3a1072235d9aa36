"""What the chat needs and gets while the person types: the desk with its model, and the store."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from bot.commands.terminal.completing import Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.desk import Desk
    from bot.settings import Settings
    from bot.store.engine import Store

TITLES = 500


class Backstage:
    """Opens the desk and the store, each once, when they are first wanted. One event loop."""

    def __init__(self, settings: Settings, warn: Callable[[str], None]) -> None:
        self._settings = settings
        self._warn = warn
        self._desk: asyncio.Task[Desk] | None = None
        self._store: asyncio.Task[Store] | None = None
        self._named: asyncio.Task[None] | None = None
        self.names = Names()

    def start(self) -> asyncio.Task[Desk]:
        """Begin to open everything; returns what ends when questions can be answered."""
        self._begin_names()
        return self._begin()

    async def desk(self) -> Desk:
        """Return the desk once it is open. Raises what `open_desk` raises.

        Whoever no longer waits stops only the waiting.
        """
        return await asyncio.shield(self._begin())

    async def store(self) -> Store:
        """Return the store once it is open. Raises StoreError; the next call tries again."""
        if self._store is None or (self._store.done() and self._store.exception()):
            self._store = asyncio.create_task(self._open_store())
        return await asyncio.shield(self._store)

    async def known(self) -> Names:
        """Return the names once they are read."""
        await asyncio.shield(self._begin_names())
        return self.names

    async def close(self) -> None:
        """Close what is open; what is still being opened is not waited for."""
        if self._store is not None and self._store.done() and not self._store.exception():
            await self._store.result().close()
        if self._desk is not None and self._desk.done() and not self._desk.exception():
            self._desk.result().close()

    def _begin_names(self) -> asyncio.Task[None]:
        if self._named is None:
            self._named = asyncio.create_task(self._read_names())
        return self._named

    def _begin(self) -> asyncio.Task[Desk]:
        if self._desk is None:
            self._desk = asyncio.create_task(self._open_desk())
        return self._desk

    async def _open_desk(self) -> Desk:
        # One import after the other: both at once would only wait for each other.
        if self._named is not None:
            await asyncio.wait([self._named])
        desk_module = await asyncio.to_thread(import_module, "bot.desk")
        desk: Desk = await asyncio.to_thread(desk_module.open_desk, self._settings, warn=self._warn)
        return desk

    async def _open_store(self) -> Store:
        await asyncio.to_thread(import_module, "bot.store.engine")
        from datetime import UTC, datetime

        from bot.store.engine import open_store
        from bot.store.urls import database_url

        return await open_store(database_url(self._settings), clock=lambda: datetime.now(UTC))

    async def _read_names(self) -> None:
        """Read what can be completed; without a database there is just less of it."""
        from bot.errors import BotError

        try:
            store = await self.store()
            from bot.store.shelf import Shelf

            shelf = Shelf(store.database)
            titles: dict[str, str] = {}
            for article_id, title in await shelf.titles(TITLES):
                titles.setdefault(" ".join(title.split()), article_id)
            self.names = Names(await shelf.sources(), titles)
        except BotError as error:
            self._warn(str(error))
