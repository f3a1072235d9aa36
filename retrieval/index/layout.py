"""The names, record types and keys of a generation's files; what `write` writes and `open` reads.

A generation is a folder:

    manifest.json    what it is and what its files' checksums are
    articles.jsonl   the articles, one JSON object a line
    articles.npy     one ARTICLE record for each, in the same order
    passages.npy     one PASSAGE record for each; an article's passages stand together
    dense.faiss      vectors, row n for passage n
    sketches.faiss   where the collection is large: their sketches, in the same order
    centre.npy       what the sketches were taken about
    lexical/         tantivy; documents named by passage key
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from retrieval.lexical import UNDATED

# Format 1 says nothing of the dense index: there, every vector is compared.
FORMAT: Final = 2
READABLE: Final = (1, 2)
MANIFEST: Final = "manifest.json"
ARTICLE_LINES: Final = "articles.jsonl"
ARTICLE_TABLE: Final = "articles.npy"
PASSAGE_TABLE: Final = "passages.npy"
DENSE: Final = "dense.faiss"
LEXICAL: Final = "lexical"

# offset and length: the article's line in bytes; first and count: its passages' rows.
ARTICLE: Final = np.dtype(
    [
        ("key", "<u8"),
        ("digest", "<u8", (4,)),
        ("offset", "<i8"),
        ("length", "<i8"),
        ("first", "<i8"),
        ("count", "<i4"),
        ("day", "<i4"),
    ]
)
# start and end: code points in the article's text; digest: of the text that was embedded.
PASSAGE: Final = np.dtype(
    [
        ("key", "<u8"),
        ("digest", "<u8", (2,)),
        ("article", "<i4"),
        ("ordinal", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
    ]
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def article_key(article_id: str) -> int:
    """Return an article id (16 hexadecimal digits) as the 64-bit number it writes."""
    return int(article_id, 16)


def passage_key(passage_id: str) -> int:
    """Return the 64-bit number by which the word index names a passage."""
    return int.from_bytes(hashlib.blake2b(passage_id.encode(), digest_size=8).digest(), "little")


def text_digest(text: str) -> bytes:
    """Return the 16 bytes by which an embedded text is known again."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def day_of(moment: datetime | None) -> int:
    """Return days since 1970 in UTC, or UNDATED."""
    return UNDATED if moment is None else (moment.astimezone(UTC) - _EPOCH) // timedelta(days=1)
