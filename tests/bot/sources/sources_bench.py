"""What the tests of sources are made with: web servers on loopback, records, a page reader."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sources.fetching import Fetcher, Limits
from bot.sources.politeness import Manners, Politeness
from bot.store.records import Source, SourceState, Watched
from retrieval.readers import Origin
from retrieval.readers.building import build_article
from retrieval.readers.fields import Fields
from retrieval.readers.items import Skipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
LOOPBACK = frozenset({"127.0.0.1", "localhost"})


class Site:
    """A web server: `pages` maps paths to bodies, responses or handlers; `hits` is what came."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.hits: list[web.Request] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.hits.append(request)
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        if callable(page):
            return await page(request)
        if isinstance(page, tuple):
            status, headers = page[0], page[1]
            return web.Response(status=status, headers=headers, body=page[2] if page[2:] else b"")
        body = page.encode() if isinstance(page, str) else page
        return web.Response(body=body, content_type="text/html")

    def paths(self) -> list[str]:
        """The paths that were asked for, robots.txt aside."""
        return [hit.path for hit in self.hits if hit.path != "/robots.txt"]


@asynccontextmanager
async def serving(site: Site, host: str = "127.0.0.1") -> AsyncIterator[Site]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", site.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    server = web.TCPSite(runner, host, 0)
    await server.start()
    site.url = f"http://{host}:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()


def polite_fetcher(**changes: Any) -> Fetcher:
    """A fetcher that may talk to this machine and makes no pauses."""
    options: dict[str, Any] = {
        "allowed_hosts": LOOPBACK,
        "politeness": Politeness(Manners(pause=0)),
        "limits": Limits(seconds=10),
    }
    return Fetcher(**{**options, **changes})


def read_page(data: bytes, url: str, now: datetime) -> Any:
    """A reader of pages that are a title and paragraphs, a line each; b"" is no article."""
    lines = [line.strip() for line in data.decode().split("\n")]
    if not data:
        yield Skipped(url, "the page holds no article", "name another")
        return
    fields = Fields(title=lines[0], url=url)
    yield build_article(fields, lines[1:], Origin(url, None, now), own_file=True)


def watched(kind: str, location: str, **changes: Any) -> Watched:
    state = SourceState(**{name: changes.pop(name) for name in _STATE if name in changes})
    options: dict[str, Any] = {"every": 900, "mirror": False, "enabled": True, "created": NOW}
    source = Source(id=1, kind=kind, location=location, name="it", **{**options, **changes})
    return Watched(source, state, 0)


_STATE = ("etag", "modified", "fingerprint", "checked", "due", "failures", "problem")
