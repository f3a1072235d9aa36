"""The stand-in over HTTP, on loopback, as Telegram's server has it.

`/bot<token>/<method>` is a call, `/file/bot<token>/<path>` fetches a file, and a webhook gets its
updates posted while the server runs.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.playground.courier import RETRY_PAUSE, Courier
from bot.playground.dispatch import perform
from bot.playground.errors import ApiError, bad_request, not_found, unauthorized
from bot.playground.files import MAX_SENT_BYTES, MEGABYTE
from bot.playground.parameters import Upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import TracebackType
    from typing import Self

    from bot.playground.state import BotApiState

MAX_BODY_BYTES = MAX_SENT_BYTES + MEGABYTE
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{35}")


def add_bot_api(
    app: web.Application, state: BotApiState, *, retry_pause: float = RETRY_PAUSE
) -> None:
    """Give `app` the routes of the Bot API, and post updates to a webhook while it runs.

    `retry_pause`: seconds after the first post of an update that fails; doubled each time.
    """

    async def call(request: web.Request) -> web.StreamResponse:
        try:
            _check_token(state, request.match_info["token"])
            raw = await _raw_parameters(request)
        except ApiError as error:
            return web.json_response(error.body(), status=error.code)
        answer = await perform(state, request.match_info["method"], raw)
        if answer.status is None:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        return web.json_response(answer.body, status=answer.status)

    async def fetch(request: web.Request) -> web.StreamResponse:
        try:
            _check_token(state, request.match_info["token"])
        except ApiError as error:
            return web.json_response(error.body(), status=error.code)
        file = state.files.at(request.match_info["path"])
        if file is None:
            return web.json_response(not_found().body(), status=404)
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def post_updates(_app: web.Application) -> AsyncIterator[None]:
        courier = asyncio.create_task(Courier(state, retry_pause).run())
        yield
        courier.cancel()
        await asyncio.wait([courier])

    app.router.add_route("*", r"/bot{token:[^/]*}/{method:[^/]*}", call)
    app.router.add_get(r"/file/bot{token:[^/]*}/{path:.+}", fetch)
    app.cleanup_ctx.append(post_updates)


def _check_token(state: BotApiState, token: str) -> None:
    if token != state.token:
        raise unauthorized() if _TOKEN.fullmatch(token) else not_found()


async def _raw_parameters(request: web.Request) -> dict[str, Any]:
    """Return what the query string and a form or JSON body bring; the body goes first."""
    raw: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        try:
            body = json.loads(text) if text.strip() else {}
        except (ValueError, RecursionError):
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("can't parse JSON object")
        return raw | body
    try:
        form = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    for name, value in form.items():
        raw[name] = (
            Upload(value.filename, value.content_type, value.file.read())
            if isinstance(value, web.FileField)
            else value
        )
    return raw


class BotApiServer:
    """Serves a state while entered. `port` 0 takes any free one; see `root_url` for which.

    With python-telegram-bot: `.base_url(f"{root_url}/bot")`,
    `.base_file_url(f"{root_url}/file/bot")`.
    """

    def __init__(
        self,
        state: BotApiState,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        retry_pause: float = RETRY_PAUSE,
    ) -> None:
        self._state = state
        self._host = host
        self._port = port
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        add_bot_api(app, state, retry_pause=retry_pause)
        # The access log would hold the token; a client that leaves ends its long poll.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)

    async def __aenter__(self) -> Self:
        """Start to listen. Raises OSError if the port is taken."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except BaseException:
            await self._runner.cleanup()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End calls that wait and stop listening."""
        self._state.release()
        await self._runner.cleanup()

    @property
    def root_url(self) -> str:
        """Where it listens, without a slash at the end. Raises RuntimeError before entering."""
        if not self._runner.addresses:
            raise RuntimeError("the server is not running")
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"
