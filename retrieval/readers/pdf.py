"""PDF → one article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.readers.documents import read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.readers.items import Origin, ReadItem


def read_pdf(data: bytes, origin: Origin) -> Iterator[ReadItem]:
    """Read a PDF as one article: title, authors and date from its metadata, then its text.

    Yields the article and notes about pages left out, or one `Skipped`: for a password, for
    pictures of text, for damage, and for what takes too long or too much memory.
    """
    return read_document("pdf", data, origin)
