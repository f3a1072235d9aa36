"""A reader of Telegram's HTML for tests: no code of the renderer's."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape

# Shown as nothing, taken away by Telegram, or put in the place of half a character.
BLANK = "\u2800\u3164\u115f\u1160\uffa0\ufe0f\ufffc\u030a\u0333\u033f\ufffd"
TOKEN = re.compile(
    r"<blockquote(?: expandable)?>|</blockquote>|<b>|</b>|<i>|</i>|<code>|</code>|"
    r'<a href="[^"<>]*">|</a>|&(?:amp|lt|gt|quot|#x27);|[^<>&]+'
)


@dataclass
class Parsed:
    text: str = ""
    links: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    entities: int = 0

    @property
    def units(self) -> int:
        return len(self.text.encode("utf-16-le")) // 2


def parse(message: str) -> Parsed:
    """Read a message as Telegram would; AssertionError for anything it would refuse."""
    parsed, stack, position = Parsed(), [], 0
    while position < len(message):
        token = TOKEN.match(message, position)
        assert token, f"not HTML that Telegram reads: {message[position : position + 60]!r}"
        position = token.end()
        read = token.group()
        if read.startswith("</"):
            name, start, link = stack.pop()
            assert read == f"</{name}>"
            parsed.entities += 1
            marked = parsed.text[start:]
            match name:
                case "a":
                    parsed.links.append(link)
                case "b":
                    parsed.bold.append(marked)
                case "blockquote":
                    parsed.quotes.append(marked)
        elif read.startswith("<"):
            name = read.strip("<>").split()[0]
            assert name not in {open_name for open_name, _, _ in stack}
            stack.append((name, len(parsed.text), unescape(read.partition('"')[2][:-2])))
        else:
            parsed.text += unescape(read)
    assert not stack
    return parsed


def read(messages: list[str]) -> Parsed:
    """Read messages, each within the limits, as one."""
    whole = Parsed()
    for message in messages:
        one = parse(message)
        assert 0 < one.units <= 4096
        assert one.entities <= 100
        assert len(message.encode()) <= 32768
        assert one.text.strip()
        whole.text += one.text + "\n"
        whole.links += one.links
        whole.bold += one.bold
        whole.quotes += one.quotes
    return whole


def squeeze(text: str) -> str:
    """Leave what is printed: no blanks, controls, marks of direction or lone surrogates."""
    return "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if not character.isspace()
        and character not in BLANK
        and unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
