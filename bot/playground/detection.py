"""The entities that Telegram finds in a text by itself.

Mentions, bot commands, hashtags, cashtags, links and e-mail addresses. A bare domain counts as a
link if it ends in one of the commoner top-level domains; Telegram knows the whole list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.playground.entities import Entity
from bot.playground.utf16 import units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MENTION = re.compile(r"(?<!\w)@(gif|vid|pic|[A-Za-z0-9_]{4,32})(?!\w)", re.IGNORECASE)
_COMMAND = re.compile(
    r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32}|(?!@))(?![\w/<>])", re.ASCII
)
_HASHTAG = re.compile(r"(?<![\w·])#(\w{1,256})(?![\w#])")
_CASHTAG = re.compile(r"(?<![\w$])\$(?:1INCH|[A-Z]{1,8})(?![\w$])")
_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9._+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?![\w@])")
_LINK = re.compile(
    r"(?<![\w@.-])(?P<scheme>(?:https?|ftp)://)?(?:[\w-]{1,63}\.)+(?P<top>[^\W\d_]{2,63})(?![\w@-])"
    r"(?::[0-9]{1,5})?(?P<rest>[/?#][^\s<>\"«»“”]*)?",
    re.IGNORECASE,
)
_COMMON_TOPS = frozenset(
    "ai app at au be biz blog br ca ch cn co com de dev dk edu es eu fi fr gov gr ie in info int"
    " io it jp kr me media net news nl no nz online org pl pt ru se site tech tr tv uk us".split()
)
_TRAILING = ".:;,('?!`"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


def find_entities(text: str) -> tuple[Entity, ...]:
    """Return what Telegram marks in `text`, in order and without overlaps; the longer one wins."""
    found = sorted(_candidates(text), key=lambda span: (span[0], -span[1]))
    return tuple(_first_come(text, found))


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    for kind, pattern in (
        ("mention", _MENTION),
        ("bot_command", _COMMAND),
        ("cashtag", _CASHTAG),
        ("email", _EMAIL),
    ):
        yield from ((found.start(), found.end(), kind) for found in pattern.finditer(text))
    for found in _HASHTAG.finditer(text):
        if any(character.isalpha() for character in found[1]):
            yield found.start(), found.end(), "hashtag"
    for found in _LINK.finditer(text):
        if found["scheme"] or found["top"].lower() in _COMMON_TOPS:
            rest = found["rest"] or ""
            yield found.start(), found.end() - len(rest) + len(_kept(rest)), "url"


def _kept(rest: str) -> str:
    """Cut from a link's path what belongs to the sentence: closing marks and lone brackets."""
    depth = dict.fromkeys(_BRACKETS.values(), 0)
    for place, character in enumerate(rest):
        if character in depth:
            depth[character] += 1
        elif opening := _BRACKETS.get(character):
            depth[opening] -= 1
            if depth[opening] < 0:
                rest = rest[:place]
                break
    return rest.rstrip(_TRAILING)


def _first_come(text: str, spans: Iterable[tuple[int, int, str]]) -> Iterator[Entity]:
    last = offset = 0
    for start, end, kind in spans:
        if start >= last:
            offset += units(text[last:start])
            length = units(text[start:end])
            yield Entity(kind, offset, length)
            last, offset = end, offset + length
