"""Zip files from strangers: whether unpacking one is harmless, from its directory alone. Pure."""

from __future__ import annotations

import io
import zipfile

from retrieval.readers.confined.extracted import Unreadable
from retrieval.readers.confined.limits import MAX_ZIP_BYTES, MAX_ZIP_ENTRIES, MAX_ZIP_RATIO

_SMALL = 1024**2
_SAVE_AGAIN = "open it in a word processor and save it again as .docx"


def why_unsafe(data: bytes) -> Unreadable | None:
    """Say why a zip file isn't to be unpacked, or None.

    The sizes in the directory are binding: `zipfile` unpacks no more than they say. What every
    part has in common with a bomb is to be large and to have been much smaller packed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return Unreadable("it is damaged or no Word document", _SAVE_AGAIN)
    if len(entries) > MAX_ZIP_ENTRIES:
        return Unreadable(f"it has {len(entries):,} parts, too many for a document", _SAVE_AGAIN)
    if any(entry.flag_bits & 1 for entry in entries):
        return Unreadable("it is protected by a password", "save a copy without one")
    large = [entry for entry in entries if entry.file_size > _SMALL]
    total = sum(entry.file_size for entry in entries)
    if total > MAX_ZIP_BYTES or any(
        entry.file_size > MAX_ZIP_RATIO * max(1, entry.compress_size) for entry in large
    ):
        size = f"{total / 1024**2:,.0f} MiB"
        problem = f"it would unpack to {size}, as only files made to harm do"
        if total > MAX_ZIP_BYTES:
            problem = f"it would unpack to {size}, too much for one article"
        return Unreadable(problem, "take its pictures out, or save its text as .txt")
    return None
