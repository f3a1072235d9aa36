"""Links that open a page at a quotation.

Written by the URL Fragment Text Directives specification (https://wicg.github.io/
scroll-to-text-fragment/): `#:~:text=start` or `#:~:text=start,end`, in which "-", "," and "&"
have a meaning of their own and so are always percent-encoded within a text.
"""

from __future__ import annotations

from urllib.parse import quote

from bot.chat.captions import URL_BYTES

LONGEST_WHOLE = 80  # characters; of a longer quotation its first and last words are named
_ENDS = (5, 4, 3)  # words at each end, fewer where they are long
_LONGEST_DIRECTIVE = 600  # bytes


def with_fragment(url: str, quotation: str) -> str:
    """Return `url` so that a browser opens it at the quotation, or as it is.

    It stays as it is if it has a fragment already, if nothing is quoted, and if the link would
    become too long.
    """
    words = quotation.split()
    if "#" in url or not words:
        return url
    for directive in _directives(words):
        if len(directive) <= _LONGEST_DIRECTIVE and len(url.encode()) + len(directive) <= URL_BYTES:
            return url + directive
    return url


def _directives(words: list[str]) -> list[str]:
    """Return the ways to name the quotation, best first."""
    text = " ".join(words)
    ranges = [
        f"#:~:text={_encode(words[:n])},{_encode(words[-n:])}" for n in _ENDS if len(words) > 2 * n
    ]
    # A text without spaces has no words to cut between, so it is named whole if at all.
    if len(text) <= LONGEST_WHOLE or not ranges:
        return [f"#:~:text={_encode(words)}"]
    return ranges


def _encode(words: list[str]) -> str:
    return quote(" ".join(words), safe="", errors="replace").replace("-", "%2D")
