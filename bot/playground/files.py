"""Files: what Telegram keeps of them, and the ids and paths it gives them.

The limits are the Bot API's: 50 MB to send, 10 MB for a photo, 20 MB to fetch.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject

MEGABYTE = 1024 * 1024
MAX_SENT_BYTES = 50 * MEGABYTE
MAX_PHOTO_BYTES = 10 * MEGABYTE
MAX_FETCHED_BYTES = 20 * MEGABYTE

FileKind: TypeAlias = Literal["document", "photo"]

_PNG = b"\x89PNG\r\n\x1a\n"
_PLAIN_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
_NO_FRAME = frozenset({0xC4, 0xC8, 0xCC})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file; `size` of a photo is its width and height in pixels, `path` where it is fetched."""

    id: str
    unique_id: str
    kind: FileKind
    path: str
    content: bytes
    name: str = ""
    mime_type: str = ""
    size: tuple[int, int] = (0, 0)

    def to_json(self) -> JsonObject:
        """Return the Bot API's File."""
        return {**self._ids(), "file_path": self.path}

    def to_message_json(self) -> JsonObject:
        """Return the field of a message that holds the file."""
        if self.kind == "photo":
            width, height = self.size
            return {"photo": [{**self._ids(), "width": width, "height": height}]}
        document = self._ids()
        if self.name:
            document["file_name"] = self.name
        if self.mime_type:
            document["mime_type"] = self.mime_type
        return {"document": document}

    def _ids(self) -> JsonObject:
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }


class FileShelf:
    """All files, by id and by path."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._numbers = itertools.count()

    def add(
        self,
        kind: FileKind,
        content: bytes,
        name: str = "",
        mime_type: str = "",
        size: tuple[int, int] = (0, 0),
    ) -> StoredFile:
        """Keep a file under a new id."""
        number = next(self._numbers)
        suffix = ".jpg" if kind == "photo" else PurePosixPath(name).suffix
        path = f"{kind}s/file_{number}{suffix if suffix.isascii() else ''}"
        file = StoredFile(
            f"BQACAgIAAxkB{number:012d}",
            f"AgAD{number:08d}",
            kind,
            path,
            content,
            name,
            mime_type,
            size,
        )
        self._files[file.id] = file
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """Return a file, None for an unknown id."""
        return self._files.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """Return the file to fetch from a path; None too for one that is too big to fetch."""
        found = (file for file in self._files.values() if file.path == path)
        file = next(found, None)
        return file if file and len(file.content) <= MAX_FETCHED_BYTES else None


def image_size(content: bytes) -> tuple[int, int] | None:
    """Return the width and height of a PNG, GIF or JPEG image, None if it is none of these."""
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
    elif content[:6] in {b"GIF87a", b"GIF89a"} and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
    elif content.startswith(b"\xff\xd8\xff"):
        return _jpeg_size(content)
    else:
        return None
    return (width, height) if width and height else None


def image_type(content: bytes) -> str | None:
    """Return the MIME type of an image that `image_size` knows, None if it is none."""
    if image_size(content) is None:
        return None
    kinds = {b"\x89": "image/png", b"G": "image/gif"}
    return kinds.get(content[:1], "image/jpeg")


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk a JPEG's segments up to the frame header, which holds the size."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
        elif marker in _PLAIN_MARKERS:
            place += 2
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return (width, height) if width and height else None
        else:
            place += 2 + int.from_bytes(content[place + 2 : place + 4])
    return None
