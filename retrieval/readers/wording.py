"""Text as articles hold it: paragraphs of one line, clean white space, Unicode NFC.

Most text comes clean, so every function first asks whether there is anything to do; those
checks run at memory speed, and all else is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\u2028\u2029]")

_CONTROL = [*range(0x20), *range(0x7F, 0xA0)]
_INVISIBLE = [
    0xAD,  # soft hyphen
    0x61C,  # with 200E, 200F, 202A-202E and 2066-206F: direction marks
    0x180E,
    *range(0x200B, 0x2010),  # zero-width space and joiners
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,  # a byte order mark astray
    *range(0xFFF9, 0xFFFC),
    *range(0xE0001, 0xE0080),  # tags
]
_SURROGATE = range(0xD800, 0xE000)
# Whatever stands here is not printable, so that `str.isprintable` tells when it isn't needed.
_REPLACED: dict[int, str | None] = {
    **dict.fromkeys(_CONTROL, " "),
    **dict.fromkeys(_INVISIBLE),
    **dict.fromkeys(_SURROGATE, "\ufffd"),
}

# Sorting stacked accents takes time quadratic in the height of the stack. No language stacks more
# than a handful; Unicode's own "stream-safe" text stops at 30.
_HIGHEST_STACK = 30
_STACK = re.compile(r"[^\w\s\x00-\x7f]{64,}")
_LONG = 4096  # a shorter text has no stack that takes long


def clean_line(raw: str) -> str:
    """Return `raw` as one line: NFC, single spaces, no invisible characters, stripped.

    Line breaks and control characters count as spaces; zero-width characters, direction marks
    and soft hyphens go; lone surrogates become U+FFFD.
    """
    if raw.isprintable() and not _has_loose_spaces(raw):
        line = raw
    else:
        line = " ".join(raw.translate(_REPLACED).split())
    return line if line.isascii() else _compose(line)


def clean_lines(text: str) -> list[str]:
    """Return the lines of `text`, each as `clean_line` makes it; blank ones as ""."""
    if _is_clean(text):
        return text.split("\n")
    return [clean_line(raw) for raw in _LINE_BREAK.split(text)]


def paragraphs(text: str) -> list[str]:
    """Return the lines of `text` that say something, each as `clean_line` makes it."""
    return [line for line in clean_lines(text) if line]


def skeleton(text: str) -> str:
    """Return `text` without case, spaces, punctuation and symbols, for comparing wordings."""
    return text.casefold().translate(_SKELETON)


def shorten(line: str, limit: int) -> str:
    """Return `line`, cut after a word and ended with "…" if it has more than `limit` characters."""
    if len(line) <= limit:
        return line
    head = line[:limit]
    words, _, _ = head.rpartition(" ")
    return (words or head[: limit - 1]).rstrip(" ,;:–—-") + "…"


class _Skeleton(dict[int, int | None]):
    """A translation table that works out each character once."""

    def __missing__(self, code: int) -> int | None:
        """Keep letters, marks and digits; drop punctuation, separators, symbols and controls."""
        self[code] = None if unicodedata.category(chr(code))[0] in "PZSC" else code
        return self[code]


_SKELETON = _Skeleton()


def _has_loose_spaces(text: str) -> bool:
    return "  " in text or text[:1] == " " or text[-1:] == " "


def _is_clean(text: str) -> bool:
    """Tell whether the lines of `text` are what `clean_line` would make of them."""
    flat = text.replace("\n\n", "\n").replace("\n", " ")
    if not flat.isprintable() or _has_loose_spaces(flat):
        return False
    return text.isascii() or _compose(text) == text


def _compose(text: str) -> str:
    """Return `text` in NFC, its stacks lowered; what comes out would come out the same again.

    Composing can make a stack higher (U+0344 is two accents), so one round may not be enough.
    """
    while True:
        lowered = text
        if len(text) > _LONG:
            lowered = _STACK.sub(_lower_stack, text)
        composed = unicodedata.normalize("NFC", lowered)
        if composed == text:
            return composed
        text = composed


def _lower_stack(found: re.Match[str]) -> str:
    kept: list[str] = []
    height = 0
    for character in found[0]:
        height = height + 1 if unicodedata.combining(character) else 0
        if height <= _HIGHEST_STACK:
            kept.append(character)
    return "".join(kept)
