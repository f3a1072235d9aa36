"""HTTP as Newsdesk does it: public addresses only, bounded in size, time and redirects.

Every hop of a redirect is checked like the first: scheme, port, address, robots.txt. There are
no cookies, no proxies from the environment, no credentials sent on, and file: is never followed.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import aiohttp
from yarl import URL

from bot.sources.decompressing import ACCEPTED, TooLargeError, unpacker_for
from bot.sources.guarding import BlockedAddressError, Guard
from bot.sources.politeness import Politeness
from bot.sources.problems import FetchError, RefusedError
from bot.sources.retrying import retry_after
from bot.sources.robots import MAX_ROBOTS_BYTES, PRODUCT, Robots

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from aiohttp.abc import AbstractResolver

MAX_REDIRECTS = 5
MAX_URL = 4096
_HEADER_BYTES = 16 * 1024
_HEADERS = 100
_LONGEST_VALIDATOR = 512
_STEP = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost: unpacked bytes, seconds for all hops together, redirects."""

    max_bytes: int = 10 * 1024 * 1024
    seconds: float = 30.0
    redirects: int = MAX_REDIRECTS


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body. `url` is where it was found in the end; `moved` where it has gone for good."""

    url: str
    status: int
    body: bytes
    content_type: str
    etag: str | None = None
    modified: str | None = None
    moved: str | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing has changed since the tags that were sent."""

    url: str
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: URL
    permanent: bool


class Fetcher:
    """Fetches addresses; an async context manager that holds the connections.

    `allowed_hosts` may be private; `resolver` looks names up (aiohttp's by default) and is
    always guarded; `clock` returns aware UTC.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        allowed_hosts: frozenset[str] = frozenset(),
        politeness: Politeness | None = None,
        resolver: AbstractResolver | None = None,
        version: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._limits = limits or Limits()
        self._allowed = allowed_hosts
        self._politeness = politeness or Politeness()
        self._resolver = resolver
        self._clock = clock
        self._robots = Robots(self._robots_body, clock=clock)
        agent = f"{PRODUCT}/{version}" if version else PRODUCT
        self._agent = f"{agent} (news collection; honours robots.txt)"
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Open the session."""
        self._guard = Guard(self._resolver or aiohttp.ThreadedResolver(), allowed=self._allowed)
        connector = aiohttp.TCPConnector(
            resolver=self._guard, socket_factory=self._guard.open_socket, ttl_dns_cache=60
        )
        self._session = await self._stack.enter_async_context(
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                max_line_size=_HEADER_BYTES,
                max_field_size=_HEADER_BYTES,
                max_headers=_HEADERS,
                headers={"User-Agent": self._agent, "Accept-Encoding": ACCEPTED},
            )
        )
        self._stack.push_async_callback(self._guard.close)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        await self._stack.aclose()

    async def fetch(
        self, url: str, *, etag: str | None = None, modified: str | None = None
    ) -> Fetched | NotModified:
        """Get `url`, following redirects, unless it is as `etag` or `modified` say.

        Raises RefusedError if it may not be fetched, else FetchError, for every answer that is
        not 2xx too.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in conditions.items() if value}
        return await self._follow(url, headers, limit=self._limits.max_bytes, ask=True)

    async def _robots_body(self, url: str) -> bytes:
        got = await self._follow(url, {}, limit=MAX_ROBOTS_BYTES, ask=False)
        return got.body if isinstance(got, Fetched) else b""

    async def _follow(
        self, url: str, headers: dict[str, str], *, limit: int, ask: bool
    ) -> Fetched | NotModified:
        target = _parse(url)
        permanent, moved = True, None
        left = self._limits.seconds
        for _ in range(self._limits.redirects + 1):
            target = self._guard.admit(target)
            if ask:
                await self._ask_robots(target)
            async with self._politeness.turn(target.raw_host or ""):
                started = self._clock_seconds()
                got = await self._hop(target, headers, limit=limit, seconds=left)
                left -= self._clock_seconds() - started
            if not isinstance(got, _Redirect):
                return replace(got, moved=moved) if isinstance(got, Fetched) else got
            target = got.target
            permanent = permanent and got.permanent
            moved = str(target) if permanent else moved
        problem = f"it redirects more than {self._limits.redirects} times"
        raise FetchError(url, problem, "check the address in a browser")

    async def _ask_robots(self, target: URL) -> None:
        delay = await self._robots.check(str(target))
        if delay is not None:
            self._politeness.slow_down(target.raw_host or "", delay)

    @staticmethod
    def _clock_seconds() -> float:
        return asyncio.get_running_loop().time()

    async def _hop(
        self, target: URL, headers: dict[str, str], *, limit: int, seconds: float
    ) -> Fetched | NotModified | _Redirect:
        """Send one request. Raises FetchError for whatever goes wrong on the way."""
        shown = str(target)
        try:
            async with asyncio.timeout(max(seconds, 0)):
                async with self._session.get(
                    target, headers=headers, allow_redirects=False, timeout=_NO_TIMEOUT
                ) as response:
                    return await self._read(response, target, limit)
        except TimeoutError:
            problem = f"it took longer than {self._limits.seconds:g} s"
            raise FetchError(shown, problem, "it is tried again later") from None
        except TooLargeError:
            problem = f"it has more than {_size(limit)}"
            raise FetchError(
                shown, problem, "NEWSDESK_FETCH_MAX_BYTES sets the limit", status=413
            ) from None
        except (zlib.error, EOFError) as error:
            raise FetchError(shown, f"its packed body is damaged ({error})") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _unreached(shown, target, error) from None

    async def _read(
        self, response: aiohttp.ClientResponse, target: URL, limit: int
    ) -> Fetched | NotModified | _Redirect:
        etag, modified = _validator(response, "ETag"), _validator(response, "Last-Modified")
        if response.status == 304:
            return NotModified(str(target), etag, modified)
        if response.status in _REDIRECTS:
            return _redirect(response, target)
        if not 200 <= response.status < 300:
            raise self._answered(response, target)
        return Fetched(
            url=str(target),
            status=response.status,
            body=await _body(response, target, limit),
            content_type=response.headers.get("Content-Type", ""),
            etag=etag,
            modified=modified,
        )

    def _answered(self, response: aiohttp.ClientResponse, target: URL) -> FetchError:
        wait = retry_after(response.headers.get("Retry-After"), self._clock())
        remedy = {
            401: "it wants a login, which Newsdesk has none of",
            403: "the site doesn't let Newsdesk in",
            404: "check the address",
            410: "it is gone for good; remove the source or give it a new address",
        }.get(response.status, "it is tried again later")
        problem = f"the server answered {response.status} {response.reason or ''}".rstrip()
        return FetchError(str(target), problem, remedy, status=response.status, retry_after=wait)


# The deadline of a hop is asyncio's: aiohttp's own would start anew with each phase.
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None)


def _parse(url: str) -> URL:
    if len(url) > MAX_URL:
        raise RefusedError(url, f"the address has more than {MAX_URL} characters")
    try:
        parsed = URL(url.strip())
    except ValueError:
        raise RefusedError(url, "it is no web address", "check the address") from None
    return parsed.with_fragment(None)


def _redirect(response: aiohttp.ClientResponse, target: URL) -> _Redirect:
    location = response.headers.get("Location", "")
    if not location or len(location) > MAX_URL:
        raise FetchError(str(target), "it redirects to no address", status=response.status)
    try:
        following = target.join(URL(location)).with_fragment(None).with_user(None)
    except ValueError:
        problem = "it redirects to something that is no address"
        raise FetchError(str(target), problem, status=response.status) from None
    return _Redirect(following, response.status in _PERMANENT)


def _validator(response: aiohttp.ClientResponse, name: str) -> str | None:
    """Return a header that is to be kept and sent back, if that can be done."""
    value: str = response.headers.get(name, "")
    return value if value.isascii() and 0 < len(value) <= _LONGEST_VALIDATOR else None


async def _body(response: aiohttp.ClientResponse, target: URL, limit: int) -> bytes:
    """Read and unpack the body. Raises TooLargeError as soon as `limit` is passed."""
    unpacker = unpacker_for(response.headers.get("Content-Encoding", ""), limit=limit)
    if unpacker is None:
        raise FetchError(str(target), "its body is packed in a way that wasn't asked for")
    if (response.content_length or 0) > limit:
        raise TooLargeError
    body = bytearray()
    async for part in response.content.iter_chunked(_STEP):
        body += unpacker.feed(part)
        if len(body) > limit:
            raise TooLargeError
    unpacker.end()
    return bytes(body)


def _unreached(shown: str, target: URL, error: Exception) -> FetchError:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, BlockedAddressError):
        remedy = "if it is yours, name its host in NEWSDESK_FETCH_ALLOWED_HOSTS"
        return RefusedError(shown, str(cause), remedy)
    match error:
        case aiohttp.ClientConnectorDNSError():
            problem = f"the host {target.host} is not known"
        case aiohttp.ClientConnectorCertificateError() | ssl.SSLError():
            problem = "its certificate is not valid"
        case aiohttp.ClientConnectorError():
            problem = f"no connection ({cause.strerror if isinstance(cause, OSError) else cause})"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError():
            problem = "the server broke off its answer"
        case aiohttp.ClientResponseError():
            problem = f"the server's answer is no valid HTTP ({error.message})"
        case _:
            problem = f"it can't be fetched ({type(error).__name__})"
    return FetchError(shown, problem, "it is tried again later")


def _size(limit: int) -> str:
    return f"{limit // 1024**2} MiB" if limit >= 1024**2 else f"{limit} bytes"
