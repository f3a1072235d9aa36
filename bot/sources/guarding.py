"""The resolver that lets connections go to public addresses only."""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.sources.addresses import Address, is_public, literal_address
from bot.sources.problems import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yarl import URL

# Ports of other protocols, which a request could be smuggled into (WHATWG Fetch, "bad port").
UNSAFE_PORTS = frozenset(
    (
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95,
        101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179,
        389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601,
        636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3306, 3659, 4045, 4190, 5060, 5061, 5432,
        6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9200, 10080, 11211, 27017,
    )
)  # fmt: skip
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|[0-9a-f:.]+(%\w+)?", re.IGNORECASE | re.ASCII)
_ALLOW = "if it is yours, name its host in NEWSDESK_FETCH_ALLOWED_HOSTS"


class BlockedAddressError(OSError):
    """A name leads to an address that is not public. An OSError, as failed look-ups are."""


class Guard(AbstractResolver):
    """Looks names up and refuses those that lead anywhere but to the public Internet.

    aiohttp connects to the very addresses that `resolve` returns, so nothing is looked up a
    second time between check and connection; addresses written out bypass the resolver and are
    checked by `admit`. `open_socket` is asked once more before each connection. Hosts in
    `allowed` (names or addresses) are exempt.
    """

    def __init__(self, resolver: AbstractResolver, *, allowed: Iterable[str] = ()) -> None:
        self._resolver = resolver
        self._allowed = frozenset(_plain(host) for host in allowed)
        self._exempt: set[Address] = set()

    def admit(self, url: URL) -> URL:
        """Return `url` with an address in its usual spelling.

        Raises RefusedError if its scheme, port or written-out address is not allowed.
        """
        shown = str(url.with_user(None)) if url.raw_host else str(url)
        if url.scheme not in ("http", "https"):
            raise RefusedError(shown, "only http and https addresses are fetched")
        host, port = url.raw_host, url.port
        if not host or port is None or not _HOST.fullmatch(host):
            raise RefusedError(shown, "the address names no host", "check the address")
        if port in UNSAFE_PORTS:
            raise RefusedError(shown, f"port {port} belongs to another service")
        try:
            literal = literal_address(host)
        except ValueError:
            problem = "its host is no valid address"
            raise RefusedError(shown, problem, "check the address") from None
        if literal is None:
            return url
        if {_plain(host), str(literal)} & self._allowed:
            self._exempt.add(literal)
        elif not is_public(literal):
            raise RefusedError(shown, f"{literal} is not on the public Internet", _ALLOW)
        return url.with_host(str(literal))

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look `host` up. Raises BlockedAddressError if any of its addresses is not public."""
        found = await self._resolver.resolve(host, port, family)
        addresses = [_address(result["host"]) for result in found]
        if _plain(host) in self._allowed:
            self._exempt.update(addresses)
            return found
        for address in addresses:
            if not is_public(address):
                raise BlockedAddressError(f"{host} leads to {address}, which is not public")
        return found

    def open_socket(
        self,
        info: tuple[
            socket.AddressFamily | int, socket.SocketKind | int, int, str, tuple[object, ...]
        ],
    ) -> socket.socket:
        """Make the socket for a connection. Raises BlockedAddressError if it may not be made."""
        family, kind, protocol, _, target = info
        address = _address(str(target[0]))
        if not is_public(address) and address not in self._exempt:
            raise BlockedAddressError(f"{address} is not on the public Internet")
        opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        return opened

    async def close(self) -> None:
        """Release the resolver behind."""
        await self._resolver.close()


def _plain(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").lower()


def _address(written: str) -> Address:
    return ip_address(written.partition("%")[0])
