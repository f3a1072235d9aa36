"""The points at which a broadcast's bot is killed, and a stand-in that sees it die."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot.playground.server import add_bot_api

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from random import Random

    from bot.playground.state import BotApiState

TEXT = "Tonight from ten the bot is away for an hour."
AT_SERVER = ("cut off", "arrived", "carried out", "half answered", "answered")
AT_STEPS = ("sql INSERT INTO deliveries", "sql UPDATE deliveries", "sql commit")


@dataclass(frozen=True)
class Point:
    """A bot dies at the `nth` request or step of this `kind`, or `delay` seconds after it."""

    kind: str
    nth: int = 0
    delay: float | None = None

    @property
    def name(self) -> str:
        """What a table calls it."""
        within = self.delay is not None and self.kind in AT_STEPS
        return f"{self.kind} ... (after it)" if within else self.kind


def draw(random: Random, number: int) -> Point:
    """Draw the point `number` of a broadcast: at requests, at database steps, at any time.

    The first strikes while the broadcast is put into the outbox.
    """
    at_step = random.choice((None, random.uniform(0, 0.02)))
    if number == 0:
        return Point("sql INSERT INTO deliveries", 1, at_step)
    if number % 4 == 3:
        return Point("any time", delay=random.uniform(0, 1.5))
    if number % 4 == 1:
        return Point(random.choice(AT_STEPS[1:]), random.randint(1, 30), at_step)
    return Point(random.choice(AT_SERVER), random.randint(1, 16), random.uniform(0, 0.03))


class StandIn:
    """Telegram, which sees the bot die at a request of the broadcast if it is `armed` for that."""

    def __init__(self, state: BotApiState, chats: set[int], kill: Callable[[], None]) -> None:
        self.armed: Point | None = None
        self._state, self._chats, self._kill = state, chats, kill
        self._seen = 0

    def arm(self, point: Point | None) -> None:
        """Count requests anew."""
        self.armed, self._seen = point, 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Serve; gives the address."""

        @web.middleware
        async def watch(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            if request.match_info.get("method") == "sendMessage":
                form = await request.post()
                if form.get("text") == TEXT and int(str(form["chat_id"])) in self._chats:
                    self._seen += 1
                    if self.armed and self._seen == self.armed.nth:
                        return await self._strike(self.armed, request, handler)
            return await handler(request)

        app = web.Application(middlewares=[watch])
        add_bot_api(app, self._state)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield "http://{}:{}".format(*runner.addresses[0][:2])
        finally:
            self._state.release()
            await runner.cleanup()

    async def _strike(
        self,
        point: Point,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Kill the bot before, while or after its request is carried out and answered."""
        if point.kind == "cut off":
            self._kill()
            return web.Response(status=500)
        if point.kind == "arrived":
            self._kill()
            return await handler(request)
        response = await handler(request)
        if point.kind == "carried out":
            self._kill()
        elif point.kind == "half answered" and request.transport is not None:
            body = getattr(response, "body", b"")
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            request.transport.write(head + body[: len(body) // 2])
            self._kill()
            request.transport.abort()
        elif point.kind == "answered":
            asyncio.get_running_loop().call_later(point.delay or 0, self._kill)
        return response
