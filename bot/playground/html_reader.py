"""Reading Telegram's HTML byte by byte: names, attributes and character references."""

from __future__ import annotations

import re
from html.entities import html5

from bot.playground.errors import ParseError

_SPACES = b" \t\r\n\v\0"
TAG_NAME = re.compile(rb"[^ \t\r\n\v\0>]*")
PLAIN = re.compile(rb"[^&<]+")
BLANKS = re.compile(rb"[ \t\r\n\v]*")
_ATTRIBUTE_NAME = re.compile(rb"[^ \t\r\n\v\0=>/\"']*")
_TOKEN = re.compile(rb"[A-Za-z0-9.-]*")
_REFERENCE = re.compile(rb"&(?:#x([0-9A-Fa-f]*)|#([0-9]*)|([A-Za-z]*))")

_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_LAST_CODE_POINT = 0x10FFFF
_LONGEST_REFERENCE = 10


class ByteReader:
    """A place in UTF-8 bytes; a closing NUL stands for the end. `losses` names odd references."""

    def __init__(self, data: bytes) -> None:
        self.size = len(data)
        self.at = 0
        self.losses: list[str] = []
        self._data = data + b"\0"

    @property
    def here(self) -> int:
        """The byte to read next, 0 at the end."""
        return self._data[self.at]

    @property
    def next(self) -> int:
        """The byte after that one; not to be asked for at the end."""
        return self._data[self.at + 1]

    def take(self, pattern: re.Pattern[bytes]) -> bytes:
        """Read what matches, up to the end of the text."""
        found = pattern.match(self._data, self.at, self.size)
        begin, self.at = self.at, found.end() if found else self.at
        return self._data[begin : self.at]

    def take_name(self) -> str:
        """Read a tag's name, in small letters."""
        return self.take(TAG_NAME).lower().decode("utf-8", "replace")

    def take_reference(self) -> bytes:
        """Read a character reference; of one that Telegram does not decode, only the `&`."""
        found = next(_REFERENCE.finditer(self._data, self.at))
        character, name = _referred(found), found[3]
        semicolon = self._data[found.end()] == ord(";")
        if character:
            self.at = found.end() + semicolon
            return character.encode("utf-8", "surrogatepass")
        if name and semicolon and f"{name.decode()};" in html5:
            self.losses.append(f"&{name.decode()}; is shown as it stands: not a known reference")
        self.at += 1
        return b"&"

    def take_attribute(self, tag: str, begin: int) -> tuple[str, str | None]:
        """Read one attribute of the tag that began at `begin`; the value is None if it has none.

        Raises ParseError if it breaks off or has no name.
        """
        name = self.take(_ATTRIBUTE_NAME).decode("utf-8", "replace")
        if not name:
            raise ParseError(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self.take(BLANKS)
        if self.here not in b"=\0":
            return name, None
        if self.here == ord("="):
            self.at += 1
            self.take(BLANKS)
        if self.here == 0:
            raise ParseError(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._take_quoted() if self.here in b"'\"" else self._take_token()
        if self.here == 0:
            raise ParseError(f"Unclosed start tag at byte offset {begin}")
        return name, value

    def _take_token(self) -> str:
        begin = self.at
        token = self.take(_TOKEN).lower().decode()
        if self.here not in _SPACES + b">":
            raise ParseError(f"Unexpected end of name token at byte offset {begin}")
        return token

    def _take_quoted(self) -> str:
        mark = self.here
        self.at += 1
        value = bytearray()
        while self.here not in (mark, 0):
            if self.here == ord("&"):
                value += self.take_reference()
            else:
                value.append(self.here)
                self.at += 1
        self.at += self.here == mark
        return value.decode("utf-8", "replace")


def _referred(found: re.Match[bytes]) -> str:
    """Return the character that a reference means, "" if Telegram does not decode it."""
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return _NAMED.get(name, "")
    if found.end() - found.start() >= _LONGEST_REFERENCE:
        return ""
    code = int(hexadecimal or b"0", 16) if hexadecimal is not None else int(decimal or b"0")
    return chr(code) if 0 < code < _LAST_CODE_POINT else ""
