"""The page's server on a bench: a state with the cast, a switch that is no bot's, and a client."""

from __future__ import annotations

import io
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.playground.bell import Bell
from bot.playground.page.cast import make_cast
from bot.playground.page.controls import BotStatus
from bot.playground.page.server import PageServer
from bot.playground.state import BotApiState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.playground.page.cast import Cast
    from bot.playground.people import Chat, User

START = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


@dataclass
class FakeControls:
    """A clock that moves only when told to, and a switch that counts."""

    bell: Bell = field(default_factory=Bell)
    status: BotStatus = field(default_factory=lambda: BotStatus("running"))
    moved: timedelta = timedelta(0)
    restarts: int = 0

    def now(self) -> datetime:
        return START + self.moved

    def forward(self, by: timedelta) -> None:
        if by < timedelta(0):
            raise ValueError("the clock goes forward only")
        self.moved += by
        self.bell.ring()

    async def restart(self) -> None:
        self.restarts += 1
        self.set(BotStatus("stopping"))

    def set(self, status: BotStatus) -> None:
        self.status = status
        self.bell.ring()


@dataclass
class Page:
    """A client of the server, with what is behind it."""

    state: BotApiState
    cast: Cast
    controls: FakeControls
    url: str
    http: aiohttp.ClientSession

    @property
    def olga(self) -> User:
        return self.cast.admin

    @property
    def ann(self) -> User:
        return self.cast.readers[0]

    @property
    def ravi(self) -> User:
        return self.cast.readers[1]

    def chat(self, title: str) -> Chat:
        return next(c for c in self.state.directory._chats.values() if c.title == title)

    async def get(self, path: str, **query: Any) -> tuple[int, Any]:
        async with self.http.get(f"/api/{path}", params=query) as response:
            return response.status, await response.json()

    async def view(self, me: User) -> dict[str, Any]:
        status, view = await self.get("state", **{"as": me.id})
        assert status == 200, view
        return view

    async def shown(self, me: User, chat: Chat | User) -> list[dict[str, Any]]:
        status, found = await self.get("messages", **{"as": me.id, "chat": chat.id})
        assert status == 200, found
        return found["messages"]

    async def post(self, name: str, body: Any) -> tuple[int, dict[str, Any]]:
        async with self.http.post(f"/api/{name}", json=body) as response:
            return response.status, await response.json()

    async def act(self, me: User, name: str, /, **body: Any) -> dict[str, Any]:
        status, done = await self.post(name, {"as": me.id, **body})
        assert (status, done["ok"]) == (200, True), done
        return done

    async def refused(self, me: User, name: str, /, **body: Any) -> tuple[int, str]:
        status, answer = await self.post(name, {"as": me.id, **body})
        assert 400 <= status < 500, answer
        assert answer["ok"] is False
        assert "\n" not in answer["error"]
        return status, answer["error"]

    async def upload(
        self,
        me: User,
        chat: Chat | User,
        name: str,
        content: bytes,
        mime: str = "text/plain",
        /,
        **fields: str,
    ) -> tuple[int, dict[str, Any]]:
        form = aiohttp.FormData(
            {"as": str(me.id), "chat": str(chat.id), **fields},
            default_to_multipart=True,
            quote_fields=False,
        )
        form.add_field("file", io.BytesIO(content), filename=name, content_type=mime)
        async with self.http.post("/api/file", data=form) as response:
            return response.status, await response.json()


class Listener:
    """Reads a feed, skipping what only keeps it alive."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.cursor = ""

    async def next(self, *kinds: str) -> dict[str, Any]:
        """Return the next event, of these kinds if any are named."""
        while True:
            line = (await self._response.content.readline()).decode()
            assert line, "the feed ended"
            if line.startswith("id: "):
                self.cursor = line[4:].strip()
            if line.startswith("data: "):
                told: dict[str, Any] = json.loads(line[6:])
                if not kinds or told["kind"] in kinds:
                    return told

    async def ended(self) -> None:
        while await self._response.content.readline():
            pass


@asynccontextmanager
async def listening(page: Page, cursor: str = "") -> AsyncIterator[Listener]:
    """Open a feed from `cursor` on, else from now, with its first two events read."""
    query = {"since": cursor} if cursor else {}
    async with page.http.get("/api/feed", params=query) as response:
        assert response.content_type == "text/event-stream"
        listener = Listener(response)
        if not cursor:
            assert (await listener.next())["kind"] == "clock"
            assert (await listener.next())["kind"] == "status"
        yield listener


@asynccontextmanager
async def page_open(state: BotApiState | None = None, **options: Any) -> AsyncIterator[Page]:
    """Serve the page on a free port while the block runs."""
    controls = FakeControls()
    state = state or BotApiState(username="newsdesk", clock=controls.now)
    cast = make_cast(state)
    options.setdefault("patience", 0.05)
    timeout = aiohttp.ClientTimeout(total=30)
    async with (
        PageServer(state, cast, controls, port=0, **options) as server,
        aiohttp.ClientSession(server.url, timeout=timeout) as http,
    ):
        yield Page(state, cast, controls, server.url, http)
