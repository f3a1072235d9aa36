"""The page's own files, read from disk at each request, so that a reload shows a change."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

STATIC = Path(__file__).with_name("static")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,80}")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file with what HTTP says of it."""

    content: bytes
    content_type: str
    etag: str
    last_modified: str


def read_asset(path: str, folder: Path = STATIC) -> Asset | None:
    """Return the file at a path such as `js/main.js`, None if there is none.

    Only plain names lead anywhere, none with a dot in front: no way out of the folder.
    """
    parts = path.split("/")
    kind = _TYPES.get(Path(parts[-1]).suffix)
    if kind is None or not all(_PART.fullmatch(part) for part in parts):
        return None
    try:
        file = folder.joinpath(*parts)
        content, changed = file.read_bytes(), file.stat().st_mtime
    except OSError:
        return None
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Asset(content, kind, f'"{digest}"', formatdate(changed, usegmt=True))
