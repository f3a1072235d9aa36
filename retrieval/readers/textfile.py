"""What readers of whole text files share: reading with a limit, decoding, "is empty"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.readers.decoding import decode
from retrieval.readers.items import Noted, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from retrieval.readers.items import Origin, ReadItem

MAX_FILE_BYTES = 32 * 1024 * 1024


def whole(
    reader: Callable[[bytes, Origin], Iterator[ReadItem]], *, limit: int = MAX_FILE_BYTES
) -> Callable[[BinaryIO, Origin], Iterator[ReadItem]]:
    """Make a reader of bytes one of streams; a stream of more than `limit` bytes is skipped.

    Raises OSError, from the iterator, if the stream can't be read.
    """

    def read(stream: BinaryIO, origin: Origin) -> Iterator[ReadItem]:
        data = stream.read(limit + 1)
        if len(data) <= limit:
            yield from reader(data, origin)
        else:
            size = f"{limit // 1024**2} MiB" if limit >= 1024**2 else f"{limit} bytes"
            problem = f"it has more than {size}, too much for one article"
            yield Skipped(origin.path, problem, "split it into one file an article")

    return read


def read_text(
    data: bytes, origin: Origin, reader: Callable[[str, Origin], Iterator[ReadItem]]
) -> Iterator[ReadItem]:
    """Decode a file and hand its text, which says something, to `reader`.

    Yields what that yields, and a note if the encoding is in doubt; or `Skipped` for a binary
    or empty file.
    """
    decoded = decode(data)
    if decoded is None:
        remedy = "save it as UTF-8 text if it is an article, else take it out of the folder"
        yield Skipped(origin.path, "it looks like a binary file", remedy)
    elif not decoded.text.strip():
        yield nothing_in(origin)
    else:
        yield from reader(decoded.text, origin)
        if decoded.doubt:
            yield Noted(origin.path, decoded.doubt, "save it as UTF-8")


def nothing_in(origin: Origin) -> Skipped:
    """Say that a file holds no article."""
    return Skipped(origin.path, "it is empty", "write an article into it, or delete it")
