"""What makes two articles the same one: canonical addresses, digests and ids. All pure."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, urlsplit

MAX_URL_LENGTH = 4096

_DEFAULT_PORT = {"http": 80, "https": 443}
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*|[0-9a-f:.]*:[0-9a-f:.]*")
# The reserved characters of RFC 3986, "%" so that what is encoded stays so.
_KEPT_IN_PATH = "%/:@!$&'()*+,;="
_KEPT_IN_QUERY = _KEPT_IN_PATH + "?"
# What campaigns and mailings add to a link; pages are the same without.
_TRACKING = frozenset(
    "_ga _gl _hsenc _hsmi dclid fbclid gbraid gclid gclsrc igshid li_fat_id mc_cid mc_eid mkt_tok"
    " msclkid oly_anon_id oly_enc_id srsltid ttclid twclid vero_id wbraid wickedid yclid".split()
)


def article_digest(title: str, text: str) -> str:
    """Return 64 hexadecimal characters that change whenever title or text does."""
    return _sha256(f"{title}\0{text}")


def article_id(*, url: str | None, path: str | None, digest: str) -> str:
    """Return 16 hexadecimal characters that stay the same when the article is edited.

    The address decides if it is an http one, else the resolved `path` of a file that holds one
    article, else the digest (so that an edited article without either counts as a new one).
    """
    return id_of(canonical_url(url) if url else None, path, digest)


def id_of(canonical: str | None, path: str | None, digest: str) -> str:
    """Do what `article_id` does for an address that is known to be canonical."""
    if canonical is not None:
        return _sha256(f"url:{canonical}")[:16]
    return _sha256(f"text:{digest}" if path is None else f"file:{path}")[:16]


def canonical_url(url: str) -> str | None:
    """Return the one spelling of an http or https address, or None if `url` is no such address.

    Scheme and host are in lower case; default ports, fragments, user names and tracking
    parameters are gone, the other parameters stay in order; an empty path is "/"; spaces and
    non-ASCII letters are percent-encoded. Canonical addresses come back as they are.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
        path = quote(parts.path, safe=_KEPT_IN_PATH) or "/"
        query = quote(_without_tracking(parts.query), safe=_KEPT_IN_QUERY)
    except ValueError:  # a port that is no number, brackets astray, lone surrogates
        return None
    if parts.scheme not in _DEFAULT_PORT or not _HOST.fullmatch(host):
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, _DEFAULT_PORT[parts.scheme]):
        netloc = f"{netloc}:{port}"
    canonical = f"{parts.scheme}://{netloc}{path}{'?' if query else ''}{query}"
    return canonical if len(canonical) <= MAX_URL_LENGTH else None


def url_host(url: str) -> str:
    """Return the host of a canonical address as a reader knows it, without "www."."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def same_site(url: str, other: str) -> bool:
    """Tell whether one address is of the other's host or of a host below it ("www." aside)."""
    one, two = url_host(url), url_host(other)
    return one == two or one.endswith(f".{two}") or two.endswith(f".{one}")


def _without_tracking(query: str) -> str:
    return "&".join(
        parameter
        for parameter in query.split("&")
        if parameter and not _is_tracking(parameter.partition("=")[0].lower())
    )


def _is_tracking(name: str) -> bool:
    return name.startswith("utm_") or name in _TRACKING


def _sha256(text: str) -> str:
    # Paths may hold bytes that are no UTF-8; they come as lone surrogates and count as such.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
