"""Ways to damage a document, for Hypothesis: cut, flipped, spliced, repeated, renumbered."""

from __future__ import annotations

import re

from hypothesis import strategies as st

_NUMBER = re.compile(rb"\d+")
_NUMBERS = (b"0", b"-1", b"7", b"65536", b"2147483648", b"99999999999999999999", b"1e9", b"")


def _at(data: bytes) -> st.SearchStrategy[int]:
    return st.integers(0, len(data))


@st.composite
def mutated(draw: st.DrawFn, data: bytes, tokens: tuple[bytes, ...]) -> bytes:
    """Damage a document in one to six ways."""
    for _ in range(draw(st.integers(1, 6))):
        data = draw(st.sampled_from(_WAYS))(draw, data, tokens)[:200_000]
    return data


def _truncate(draw: st.DrawFn, data: bytes, tokens: tuple[bytes, ...]) -> bytes:
    return data[: draw(_at(data))]


def _flip(draw: st.DrawFn, data: bytes, tokens: tuple[bytes, ...]) -> bytes:
    at = draw(_at(data))
    return (
        data[:at]
        + bytes(byte ^ 1 << draw(st.integers(0, 7)) for byte in data[at : at + 1])
        + (data[at + 1 :])
    )


def _insert(draw: st.DrawFn, data: bytes, tokens: tuple[bytes, ...]) -> bytes:
    at = draw(_at(data))
    return data[:at] + draw(st.sampled_from(tokens) | st.binary(max_size=20)) + data[at:]


def _cut(draw: st.DrawFn, data: bytes, tokens: tuple[bytes, ...]) -> bytes:
    at = draw(_at(data))
    return data[:at] + data[at + draw(st.integers(1, 300)) :]


def _repeat(draw: st.DrawFn, data: bytes, tokens: tuple[bytes, ...]) -> bytes:
    at = draw(_at(data))
    piece = data[at : at + draw(st.integers(1, 60))]
    return data[:at] + piece * draw(st.integers(2, 500)) + data[at:]


def _splice(draw: st.DrawFn, data: bytes, tokens: tuple[bytes, ...]) -> bytes:
    start = draw(_at(data))
    at = draw(_at(data))
    return data[:at] + data[start : start + draw(st.integers(1, 400))] + data[at:]


def _renumber(draw: st.DrawFn, data: bytes, tokens: tuple[bytes, ...]) -> bytes:
    found = list(_NUMBER.finditer(data[:50_000]))
    if not found:
        return data
    number = draw(st.sampled_from(found))
    return data[: number.start()] + draw(st.sampled_from(_NUMBERS)) + data[number.end() :]


_WAYS = (_truncate, _flip, _insert, _cut, _repeat, _splice, _renumber)
