"""Text measured as Telegram measures it, in UTF-16 code units."""

from __future__ import annotations


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def part(text: str, offset: int, length: int) -> str:
    """Return `length` units of `text` from unit `offset` on.

    A half of a surrogate pair at either end comes back as a lone surrogate.
    """
    encoded = text.encode("utf-16-le", "surrogatepass")
    return encoded[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def is_encodable(text: str) -> bool:
    """Tell whether `text` is free of lone surrogates, so that UTF-8 can hold it."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
