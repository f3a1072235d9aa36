"""The page over HTTP: its files, its API, and the feed of what happens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from bot.playground.bell import Bell
from bot.playground.journal import PATIENCE
from bot.playground.page.receiving import MAX_REQUEST_BYTES
from bot.playground.page.routes import Routes
from bot.playground.page.scene import Scene

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from bot.playground.page.cast import Cast
    from bot.playground.page.controls import Controls
    from bot.playground.state import BotApiState

SHUTDOWN_SECONDS = 1.0


class PageServer:
    """Serves the page while entered. `port` 0 takes any free one; `url` says which.

    Only requests to this machine by its own names, or to `host`, are taken; with a `host` that
    means all addresses, to any address but to no name. `patience`: seconds to wait for what the
    bot offers inline.
    """

    def __init__(
        self,
        state: BotApiState,
        cast: Cast,
        controls: Controls,
        *,
        host: str = "127.0.0.1",
        port: int = 8765,
        patience: float = PATIENCE,
    ) -> None:
        self._host = host
        self._port = port
        self._bells = (state.journal.bell, controls.bell)
        self._bell = Bell()
        self._ringers: list[asyncio.Task[None]] = []
        self._routes = Routes(Scene(state, cast, controls, patience), self._bell)
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        self._routes.add_to(app)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )

    async def __aenter__(self) -> Self:
        """Start to listen. Raises OSError if the port is taken."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except BaseException:
            await self._runner.cleanup()
            raise
        self._routes.listen(self._host, self._runner.addresses[0][1])
        self._ringers = [asyncio.create_task(self._ring(bell)) for bell in self._bells]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the feeds and whatever waits, and stop listening."""
        self._routes.close()
        for ringer in self._ringers:
            ringer.cancel()
        await asyncio.gather(*self._ringers, return_exceptions=True)
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where to open the page, without a slash at the end. RuntimeError before entering."""
        if self._routes.guard is None:
            raise RuntimeError("the page's server is not running")
        return f"http://{self._routes.guard.authority}"

    async def _ring(self, bell: Bell) -> None:
        """Ring for the feeds whenever `bell` rings; no ring between two waits goes unheard."""
        while True:
            await bell.heard()
            self._bell.ring()
