"""Links as Telegram takes them: which it refuses, and how it writes those it keeps."""

from __future__ import annotations

import re
from urllib.parse import quote

from bot.playground.errors import LinkError

_REST_BEGINS = re.compile(r"[/?#]")
_APP = re.compile(r"(tg|ton):(?://)?", re.IGNORECASE)
_USER = re.compile(r"tg:(?://)?user\?(?:.*&)?id=([1-9][0-9]*)(?:[&#]|$)", re.IGNORECASE)
_HOST_SAFE = "!$,~*'();&+=%"
_REST_SAFE = "".join(map(chr, range(0x21, 0x7F)))


def check_link(link: str) -> str:
    """Return `link` as Telegram would store it: `example.com` becomes `http://example.com/`.

    Takes http, https, tg and ton links and bare hosts with a dot. Raises LinkError on the rest.
    """
    app = _APP.match(link)
    try:
        return _app_link(app[1].lower(), link[app.end() :]) if app else _web_link(link)
    except LinkError as error:
        raise LinkError(f"URL '{link}' is invalid: {error}") from None


def linked_user(link: str) -> int | None:
    """Return the user id of a `tg://user?id=…` link, None for any other link."""
    found = _USER.match(link)
    return int(found[1]) if found else None


def _web_link(link: str) -> str:
    scheme, userinfo, host, port, rest = _split(link)
    if "." not in host and not host.startswith("["):
        raise LinkError("Wrong HTTP URL")
    return f"{scheme}://{userinfo}{host}{port}{rest}"


def _app_link(scheme: str, target: str) -> str:
    _, userinfo, host, port, rest = _split(target)
    if userinfo or port:
        raise LinkError(f"Wrong {scheme} URL")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", host):
        raise LinkError("Unallowed characters in URL host")
    return f"{scheme}://{host}{rest.removeprefix('/') if rest.startswith('/?') else rest}"


def _split(link: str) -> tuple[str, str, str, str, str]:
    scheme, mark, tail = link.partition("://")
    if not mark or set(scheme) & set(":/?#"):
        scheme, tail = "http", link
    if scheme.lower() not in {"http", "https"}:
        raise LinkError("Unsupported URL protocol")
    authority = _REST_BEGINS.split(tail, maxsplit=1)[0]
    userinfo, at, address = authority.rpartition("@")
    host, port = _host_and_port(address)
    rest = quote(tail[len(authority) :].rstrip(), safe=_REST_SAFE, errors="replace")
    rest = rest if rest.startswith("/") else f"/{rest}"
    return scheme.lower(), userinfo + at, host, port, rest


def _host_and_port(address: str) -> tuple[str, str]:
    bracket = address.rfind("]") + 1
    host, colon, port = address[bracket:].partition(":")
    host = (address[:bracket] + host).lower()
    if colon and not (re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) <= 65535):
        raise LinkError("Wrong port number specified in the URL")
    if not host:
        raise LinkError("URL host is empty")
    if not re.fullmatch(r"\[[0-9a-f:.]+\]", host):
        host = quote(host, safe=_HOST_SAFE, errors="replace")
    return host, colon + port
