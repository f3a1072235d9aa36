"""Articles as lines of JSON: how a generation keeps them and reads one back."""

from __future__ import annotations

import json
import mmap
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.errors import DamagedIndexError
from retrieval.types import Article

if TYPE_CHECKING:
    from pathlib import Path

_SOURCE = b', "source": '
_DECODER = json.JSONDecoder()


def encode_article(article: Article) -> bytes:
    """Return an article as one line of JSON, UTF-8, newline included."""
    record = {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "source": article.source,
        "authors": article.authors,
        "published": article.published.isoformat() if article.published else None,
        "fetched": article.fetched.isoformat(),
        "language": article.language,
        "digest": article.digest,
    }
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def decode_article(line: bytes) -> Article:
    """Return the article that `line` holds. Raises DamagedIndexError if it holds none."""
    try:
        record = json.loads(line)
        published = record["published"]
        return Article(
            id=record["id"],
            url=record["url"],
            title=record["title"],
            text=record["text"],
            source=record["source"],
            authors=tuple(record["authors"]),
            published=_moment(published) if published else None,
            fetched=_moment(record["fetched"]),
            language=record["language"],
            digest=record["digest"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedIndexError("an article in the index can't be read back") from error


def source_of_line(line: bytes) -> str:
    """Return the source of the article that `line` holds, without reading the rest of it.

    Raises DamagedIndexError if it holds none.
    """
    # Text comes before it and could be long. Inside a string a quotation mark is escaped, so the
    # mark can only be the key itself.
    try:
        start = line.rindex(_SOURCE) + len(_SOURCE)
        source, _ = _DECODER.raw_decode(line[start:].decode("utf-8"))
    except ValueError as error:
        raise DamagedIndexError("an article in the index can't be read back") from error
    return str(source)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class ArticleLines:
    """The article lines of a generation, mapped into memory; pages are read when asked for."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            # An empty file can't be mapped; an empty generation has no lines to ask for.
            self._bytes: mmap.mmap | bytes = (
                mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
                if path.stat().st_size
                else b""
            )

    def line(self, offset: int, length: int) -> bytes:
        """Return the bytes of one line."""
        return self._bytes[offset : offset + length]
