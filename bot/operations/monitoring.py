"""What a monitoring system asks a running bot over HTTP: `/metrics` and `/healthz`."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.operations.families import FigureCollector
from bot.operations.figures import Shared, read_figures
from bot.operations.listening import listening
from bot.operations.loop_lag import LoopLag
from bot.store.errors import StoreError
from bot.store.figures import need_answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.operations.metrics import Metrics
    from bot.store.engine import Store

logger = logging.getLogger(__name__)

SETTING = "NEWSDESK_METRICS_LISTEN"


class Monitor:
    """Answers the requests. `index` returns generation and passages in use, None if none is."""

    def __init__(
        self, metrics: Metrics, store: Store, index: Callable[[], tuple[int, int] | None]
    ) -> None:
        self.lag = LoopLag()
        self._metrics = metrics
        self._index = index
        self._collector = FigureCollector()
        metrics.registry.register(self._collector)
        self._figures = Shared(partial(read_figures, store))
        self._answer = Shared(partial(need_answer, store.database), fresh=0)

    async def metrics(self, _request: web.Request) -> web.Response:
        """Return all metrics in Prometheus' text format."""
        collector = self._collector
        try:
            collector.figures = await self._figures.get()
        except (StoreError, TimeoutError) as error:
            collector.figures = None
            logger.warning("Metrics come without the database's: %s", type(error).__name__)
        collector.index = self._index()
        collector.lag = self.lag.worst(asyncio.get_running_loop().time())
        body = generate_latest(self._metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def health(self, _request: web.Request) -> web.Response:
        """Return 200 and "ok", or 503 and a line that says what is wrong."""
        problem = await self._problem()
        if problem is None:
            return web.Response(text="ok\n")
        return web.Response(status=503, text=f"{problem}\n")

    async def close(self) -> None:
        """End what is being read."""
        await self._figures.close()
        await self._answer.close()

    async def _problem(self) -> str | None:
        if trouble := self._metrics.trouble():
            return trouble
        if self._index() is None:
            return "the index is not open"
        try:
            await self._answer.get()
        except TimeoutError:
            return "the database does not answer in time"
        except StoreError as error:
            return " ".join(str(error).split())
        return None


@asynccontextmanager
async def monitored(
    metrics: Metrics, store: Store, index: Callable[[], tuple[int, int] | None], listen: str
) -> AsyncIterator[None]:
    """Serve `/metrics` and `/healthz` at "HOST:PORT" within the block.

    Raises ConfigurationError if the address can't be listened on.
    """
    monitor = Monitor(metrics, store, index)
    application = web.Application()
    application.router.add_get("/metrics", monitor.metrics)
    application.router.add_get("/healthz", monitor.health)
    measuring = asyncio.create_task(monitor.lag.run(), name="loop lag")
    try:
        async with listening(application, listen, SETTING):
            logger.info("Metrics are served at http://%s/metrics", listen)
            yield
    finally:
        measuring.cancel()
        await asyncio.gather(measuring, return_exceptions=True)
        await monitor.close()
