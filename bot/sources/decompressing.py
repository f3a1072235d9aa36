"""Unpacking what a server sends, never further than a limit."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Protocol

ACCEPTED = "gzip, deflate"
_GZIP = 16 + zlib.MAX_WBITS
_STEP = 256 * 1024


class TooLargeError(Exception):
    """There is more than the limit allows."""


class Unpacker(Protocol):
    """Takes a body piece by piece. Raises TooLargeError or zlib.error."""

    def feed(self, data: bytes) -> bytes:
        """Return what `data` unpacks to."""

    def end(self) -> bytes:
        """Return what is left. Raises EOFError if the packed data breaks off."""


class Plain:
    """Bytes as they are."""

    def feed(self, data: bytes) -> bytes:
        """Return `data`."""
        return data

    def end(self) -> bytes:
        """Return nothing more."""
        return b""


class Inflating:
    """gzip or deflate, with or without zlib's wrapping, up to `limit` unpacked bytes."""

    def __init__(self, *, packed_by_gzip: bool, limit: int) -> None:
        self._gzip = packed_by_gzip
        self._left = limit
        self._inflate = zlib.decompressobj(_GZIP) if packed_by_gzip else None
        self._started = False

    def feed(self, data: bytes) -> bytes:
        """Unpack the next piece; stops one byte past the limit, whatever the rest would make."""
        if not data:
            return b""
        self._started = True
        if self._inflate is None:  # deflate: some servers send it without zlib's two-byte header
            wrapped = data[0] & 0x0F == 8
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        unpacked = self._inflate.decompress(data, self._left + 1)
        self._left -= len(unpacked)
        if self._left < 0:
            raise TooLargeError
        return unpacked

    def end(self) -> bytes:
        """Return what the unpacker held back."""
        if self._inflate is None or not self._started:
            return b""
        if not self._inflate.eof:
            raise EOFError("the packed data breaks off")
        return b""


def unpacker_for(encoding: str, *, limit: int) -> Unpacker | None:
    """Return the unpacker for a Content-Encoding, or None if it isn't one that was asked for."""
    match encoding.strip().lower():
        case "" | "identity":
            return Plain()
        case "gzip" | "x-gzip":
            return Inflating(packed_by_gzip=True, limit=limit)
        case "deflate":
            return Inflating(packed_by_gzip=False, limit=limit)
    return None


def gunzip(data: bytes, *, limit: int) -> bytes:
    """Unpack a .gz file that is in memory.

    Raises TooLargeError, EOFError, or OSError or zlib.error if it is damaged.
    """
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        unpacked = bytearray()
        while part := packed.read(_STEP):
            unpacked += part
            if len(unpacked) > limit:
                raise TooLargeError
    return bytes(unpacked)
