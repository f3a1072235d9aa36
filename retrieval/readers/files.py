"""The shell around the readers: which reader a file has, and what can go wrong on the disk."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from retrieval.readers.confined.limits import MAX_HTML_BYTES
from retrieval.readers.docx import read_docx, skip_doc
from retrieval.readers.html import read_html
from retrieval.readers.items import Origin, Skipped
from retrieval.readers.jsonl import read_jsonl
from retrieval.readers.markdown import read_markdown
from retrieval.readers.pdf import read_pdf
from retrieval.readers.plain import read_plain
from retrieval.readers.textfile import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO, TypeAlias

    from retrieval.readers.items import ReadItem

    Reader: TypeAlias = Callable[[BinaryIO, Origin], Iterator[ReadItem]]

# A new format is a function and a line here. `whole` makes a reader of bytes one of streams.
READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".txt": whole(read_plain),
        ".text": whole(read_plain),
        ".md": whole(read_markdown),
        ".markdown": whole(read_markdown),
        ".jsonl": read_jsonl,
        ".ndjson": read_jsonl,
        ".jsonl.gz": read_jsonl,
        ".ndjson.gz": read_jsonl,
        ".html": whole(read_html, limit=MAX_HTML_BYTES),
        ".htm": whole(read_html, limit=MAX_HTML_BYTES),
        ".xhtml": whole(read_html, limit=MAX_HTML_BYTES),
        ".pdf": whole(read_pdf),
        ".docx": whole(read_docx),
        ".doc": skip_doc,  # found, so that a folder of them says what to do
    }
)
SUFFIXES: frozenset[str] = frozenset(READERS)
KINDS = ", ".join(suffix for suffix, reader in READERS.items() if reader is not skip_doc)


def reader_for(name: str) -> Reader | None:
    """Return the reader for a file's name, whatever its case, or None if there is none."""
    lowered = name.lower()
    return next((READERS[suffix] for suffix in SUFFIXES if lowered.endswith(suffix)), None)


def read_file(path: Path, *, fetched: datetime) -> Iterator[ReadItem]:
    """Read the articles of one file, each followed by the notes about it. `fetched` is aware.

    Nothing about the file raises: what can't be read is `Skipped`, with the reason. The file
    stays open until the iterator is exhausted or closed.
    """
    location = os.path.realpath(path)  # Path.resolve raises on a loop of links
    reader = reader_for(path.name)
    if reader is None:
        yield Skipped(location, "files of this kind aren't read", f"convert it to one of {KINDS}")
        return
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            yield _no_file(location, status.st_mode)
            return
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
        with path.open("rb") as stream:
            yield from reader(stream, Origin(location, modified, fetched.astimezone(UTC)))
    except OSError as error:
        yield _unreadable(location, error)


def _no_file(location: str, mode: int) -> Skipped:
    if stat.S_ISDIR(mode):
        return Skipped(location, "it is a folder", "name the files in it")
    return Skipped(location, "it is no regular file", "copy what it holds into one")


def _unreadable(location: str, error: OSError) -> Skipped:
    match error:
        case FileNotFoundError():
            return Skipped(location, "there is no such file", "check the path")
        case PermissionError():
            return Skipped(location, "permission denied", "let Newsdesk's user read it")
        case _:
            reason = error.strerror or str(error)
            return Skipped(location, f"it can't be read ({reason})", "check the disk and retry")
