"""Which requests the page's server takes, so that no other site can use it. Pure.

A site that a person visits may send requests to any address of the same machine, and may, by
DNS rebinding, even have its own name lead there. Against the first stand `Origin` and
`Sec-Fetch-Site`, which browsers set and scripts can't; against the second stands `Host`.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every response carries."""

_OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")
_HTTP_PORT = 80


@dataclass(frozen=True, slots=True)
class Guard:
    """Knows under which names the server is asked rightly.

    `host` is what the operator has it listen on; if that means all of the machine's addresses,
    every address (but no name) is right: rebinding takes a name.
    """

    host: str
    port: int

    def complaint(
        self,
        hosts: Sequence[str],
        origins: Sequence[str],
        site: str | None,
        *,
        is_visit: bool = False,
    ) -> str:
        """Return why a request is refused, "" if it is taken.

        `hosts`, `origins` and `site` are what it has of `Host`, `Origin` and `Sec-Fetch-Site`.
        `is_visit`: it opens the page itself in a tab, which a link from anywhere may do.
        """
        if len(hosts) != 1 or not self._is_own(hosts[0]):
            return f"Open this page at http://{self.authority}: it answers under no other name."
        if any(origin.lower() != f"http://{hosts[0].lower()}" for origin in origins):
            return "Other sites can't use this page."
        if site not in {None, "same-origin", "none"} and not is_visit:
            return "Other sites can't use this page."
        return ""

    @property
    def authority(self) -> str:
        """Host and port to open in a browser on this machine."""
        return f"{'127.0.0.1' if self._is_everywhere else bracketed(self.host)}:{self.port}"

    def _is_own(self, asked: str) -> bool:
        name = asked.lower()
        if name.endswith(f":{self.port}"):
            name = name.removesuffix(f":{self.port}")
        elif self.port != _HTTP_PORT:
            return False
        if name in {*_OWN_NAMES, bracketed(self.host.lower())}:
            return True
        return self._is_everywhere and _is_address(name)

    @property
    def _is_everywhere(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_unspecified
        except ValueError:
            return self.host == ""


def bracketed(host: str) -> str:
    """Return a host as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _is_address(name: str) -> bool:
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return False
    return bracketed(bare) == name and not address.is_unspecified
