"""Bytes → text: which encoding, or none because it isn't text. Pure."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

# Longest first: UTF-32's mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ASCII = frozenset(map(chr, range(0x80)))
_NEVER_GUESSED = ["utf_7", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"]
_GUESSED_FROM = 256 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# What English and its neighbours write beyond ASCII in Windows-1252, without what it shows for
# letters that Polish, Czech, Hungarian, Turkish and Cyrillic code pages can't do without.
_WESTERN = frozenset(
    "€‚„…‘’“”•–—™š›œŠŒ\xa0¡£©«®°´·»¿½¼¾àáâãäåæçèéêëìíîïñòóôöøùúûüÿßÀÁÂÄÅÆÇÈÉÊÎÑÓÔÖØÚÜ"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without a byte order mark. `doubt` says what isn't sure about it, or is empty."""

    text: str
    doubt: str = ""


def decode(data: bytes) -> Decoded | None:
    """Decode a text file, or return None if it looks like a binary one.

    In this order: what a byte order mark says; UTF-8; UTF-8 with some damage; Windows-1252 for
    ASCII with a few Western letters and typographic signs, where guessing by statistics has too
    little to go by; the best guess of charset-normalizer.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _plausible(_try(data, encoding))
    if b"\0" in data:
        return None
    for attempt in (_as_utf8, _as_damaged_utf8, _as_western, _as_guessed):
        decoded = attempt(data)
        if decoded is not None:
            return _plausible(decoded)
    return None


def _as_utf8(data: bytes) -> Decoded | None:
    return _try(data, "utf-8")


def _as_damaged_utf8(data: bytes) -> Decoded | None:
    """Accept a few bad bytes among many sequences that only UTF-8 has."""
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    # A sequence of n bytes makes one character: what is longer as bytes is no ASCII.
    whole = sum(map(text.count, set(text) - _ASCII)) - damaged
    if whole < 4 * damaged:
        return None
    return Decoded(text, f"{damaged} of its characters are damaged UTF-8 and show as \ufffd")


def _as_western(data: bytes) -> Decoded | None:
    decoded = _try(data, "cp1252")
    if decoded is None:
        return None
    beyond = len(data) - len(data.decode("ascii", "ignore"))
    if beyond > max(4, len(data) // 6) or not set(decoded.text) - _ASCII <= _WESTERN:
        return None
    return decoded


def _as_guessed(data: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes  # slow to import, seldom needed

    # Whole lines, since half a character at the end would rule out the right encoding.
    end = data.rfind(b"\n", 0, _GUESSED_FROM) + 1
    sample = data[:end] if end and len(data) > _GUESSED_FROM else data
    guess = from_bytes(sample, cp_exclusion=_NEVER_GUESSED).best()
    decoded = None if guess is None else _try(data, guess.encoding)
    if guess is None or decoded is None:
        return None
    return Decoded(decoded.text, f"its encoding isn't UTF-8 and was guessed to be {guess.encoding}")


def _try(data: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding))
    except UnicodeError:
        return None


def _plausible(decoded: Decoded | None) -> Decoded | None:
    """Refuse text of which more than a fiftieth is control characters."""
    if decoded is None:
        return None
    controls = sum(1 for _ in _CONTROL.finditer(decoded.text))
    return decoded if 50 * controls <= len(decoded.text) else None
