"""Word documents → one article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.readers.documents import read_document
from retrieval.readers.items import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from retrieval.readers.items import Origin, ReadItem


def read_docx(data: bytes, origin: Origin) -> Iterator[ReadItem]:
    """Read a Word document as one article: its properties, its paragraphs, its table rows.

    Yields the article, or one `Skipped`.
    """
    return read_document("docx", data, origin)


def skip_doc(_stream: BinaryIO, origin: Origin) -> Iterator[ReadItem]:
    """Say of a document in Word's format of before 2007 what to do with it."""
    remedy = "open it in a word processor and save it as .docx"
    yield Skipped(origin.path, "Word's old .doc format isn't read", remedy)
