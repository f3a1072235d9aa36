"""The webhook: where updates are posted instead of waiting for getUpdates.

Telegram itself posts to https only, on the ports 443, 80, 88 and 8443. The stand-in posts to
loopback addresses only, where it takes http and any port as well.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.playground.errors import bad_request

if TYPE_CHECKING:
    from datetime import datetime

    from bot.playground.json_types import JsonObject

MAX_CONNECTIONS = 100
USUAL_CONNECTIONS = 40
MAX_SECRET = 256
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(slots=True, eq=False)
class Webhook:
    """Where to post, with which secret, and how the last failure read."""

    url: str
    secret_token: str = ""
    max_connections: int = USUAL_CONNECTIONS
    certificate: bytes | None = None
    failed_at: datetime | None = None
    failure: str = ""

    def to_json(self) -> JsonObject:
        """Return the Bot API's WebhookInfo, without what the queue knows."""
        info: JsonObject = {
            "url": self.url,
            "has_custom_certificate": self.certificate is not None,
            "max_connections": self.max_connections,
        }
        if self.failed_at is not None:
            info |= {
                "last_error_date": int(self.failed_at.timestamp()),
                "last_error_message": self.failure,
            }
        return info


def check_secret(secret: str) -> str:
    """Return the secret token. Raises ApiError(400) unless it is up to 256 of A-Z a-z 0-9 _ -."""
    if len(secret) > MAX_SECRET:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    return secret


def check_url(url: str) -> str:
    """Return a webhook's URL. Raises ApiError(400) for one that is not on loopback."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise bad_request("bad webhook: invalid URL specified") from None
    is_here = _is_loopback(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not is_here:
        raise bad_request("bad webhook: the stand-in posts to loopback addresses only")
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
