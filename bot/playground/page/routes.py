"""The page's addresses: each answers with JSON, a file, or the feed; a refusal is one line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from bot.playground.files import image_type
from bot.playground.page.acts import ACTS, perform
from bot.playground.page.assets import read_asset
from bot.playground.page.body import Body, Refused
from bot.playground.page.feed import Feed, frame
from bot.playground.page.guard import SECURITY_HEADERS, Guard
from bot.playground.page.receiving import read_form, read_json
from bot.playground.page.view import calls_json, messages_json, page_json

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from bot.playground.bell import Bell
    from bot.playground.page.scene import Scene

KEEP_ALIVE_SECONDS = 15.0
WRITE_SECONDS = 30.0
"""How long a page may leave the feed unread before the connection ends; it then comes back."""

_LOG = logging.getLogger(__name__)


class Routes:
    """The handlers over one scene. `bell` rings whenever something may have happened."""

    def __init__(self, scene: Scene, bell: Bell) -> None:
        self._scene = scene
        self._bell = bell
        self._feed = Feed(scene)
        self._is_closing = False
        self.guard: Guard | None = None

    def listen(self, host: str, port: int) -> None:
        """Take requests, from now on, as of a server that listens there."""
        self.guard = Guard(host, port)

    def close(self) -> None:
        """End the feeds."""
        self._is_closing = True
        self._bell.ring()

    def add_to(self, app: web.Application) -> None:
        """Give `app` the routes, the guard before them, and the headers of every response."""
        app.middlewares.append(self._watched)
        app.on_response_prepare.append(_add_headers)
        app.router.add_get("/", self._page)
        app.router.add_get("/static/{path:.+}", self._static)
        app.router.add_get("/api/state", self._state)
        app.router.add_get("/api/messages", self._messages)
        app.router.add_get("/api/calls", self._calls)
        app.router.add_get("/api/file/{id}", self._file)
        app.router.add_get("/api/feed", self._stream)
        for name in ACTS:
            app.router.add_post(f"/api/{name}", self._act)

    @web.middleware
    async def _watched(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse foreign requests, and put every refusal into one line."""
        try:
            self._admit(request)
            return await handler(request)
        except Refused as refused:
            return _refusal(refused.status, refused.line)
        except web.HTTPException as error:
            if error.status in {404, 405}:
                return _refusal(error.status, "There is nothing at this address.")
            return _refusal(error.status, f"{error.reason}.")
        except ConnectionError:
            raise
        except Exception:  # noqa: BLE001
            _LOG.exception("%s %s failed", request.method, request.path)
            return _refusal(500, "This went wrong in the playground itself; its log says how.")

    def _admit(self, request: web.Request) -> None:
        if self.guard is None:
            raise Refused(503, "The page is starting. Try again in a moment.")
        headers = request.headers
        if complaint := self.guard.complaint(
            headers.getall("Host", []),
            headers.getall("Origin", []),
            headers.get("Sec-Fetch-Site"),
            is_visit=request.path == "/" and headers.get("Sec-Fetch-Mode") == "navigate",
        ):
            raise Refused(403, complaint)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return await _asset(request, "index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return await _asset(request, request.match_info["path"])

    async def _state(self, request: web.Request) -> web.StreamResponse:
        number = Body(dict(request.query)).maybe_number("as")
        me = self._scene.person(self._scene.cast.admin.id if number is None else number)
        cursor = self._feed.cursor(self._feed.now())
        return web.json_response(page_json(self._scene, me) | {"feed": cursor})

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        query = Body(dict(request.query))
        me = self._scene.person(query.number("as"))
        chat = self._scene.chat(me, query.number("chat"))
        return web.json_response(messages_json(self._scene.state, chat))

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        after = Body(dict(request.query)).maybe_number("after") or 0
        return web.json_response({"calls": calls_json(self._scene.state, after)})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._scene.state.files.get(request.match_info["id"])
        if file is None:
            raise Refused(404, "There is no such file.")
        kind = image_type(file.content)
        name = quote(file.name or file.path.rpartition("/")[2], safe="", errors="replace")
        shown = "inline" if kind else "attachment"
        return web.Response(
            body=file.content,
            content_type=kind or "application/octet-stream",
            headers={"Content-Disposition": f"{shown}; filename*=UTF-8''{name}"},
        )

    async def _act(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        body = await (read_form if name == "file" else read_json)(request)
        return web.json_response(await perform(self._scene, name, body))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Tell one page what happens until it or the server ends."""
        cursor = request.headers.get("Last-Event-ID") or request.query.get("since", "")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            try:
                await self._tell(response, cursor)
            except TimeoutError:
                if request.transport is not None:
                    request.transport.abort()
        return response

    async def _tell(self, response: web.StreamResponse, cursor: str) -> None:
        feed = self._feed
        place = feed.place(cursor)
        known: object = None
        while not self._is_closing:
            told, place = feed.next(place)
            if (switches := feed.switches()) != known:
                known = switches
                told += feed.switches_json()
            if not told:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                        await self._bell.heard()
                        continue
                await _write(response, b": still here\n\n")
                continue
            *first, last = told
            frames = [*map(frame, first), frame(last, feed.cursor(place))]
            await _write(response, b"".join(frames))


async def _write(response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(WRITE_SECONDS):
        await response.write(data)


async def _asset(request: web.Request, path: str) -> web.StreamResponse:
    asset = await asyncio.to_thread(read_asset, path)
    if asset is None:
        raise Refused(404, "There is nothing at this address.")
    headers = {"Content-Type": asset.content_type}
    headers |= {"ETag": asset.etag, "Last-Modified": asset.last_modified}
    known = [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]
    if asset.etag in known:
        return web.Response(status=304, headers=headers)
    return web.Response(body=asset.content, headers=headers)


def _refusal(status: int, line: str) -> web.Response:
    return web.json_response({"ok": False, "error": line}, status=status)


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(SECURITY_HEADERS)
    of_api = request.path.startswith("/api/")
    response.headers["Cache-Control"] = "no-store" if of_api else "no-cache"
