"""Telegram's HTML parse mode: markup in, text and entities out, or its very complaint.

It is no HTML parser: tags nest strictly, `</>` closes the innermost one, attributes it does not
know are skipped, named references other than `&lt; &gt; &amp; &quot;` stay as they are, and a
known one works without its semicolon too. Byte offsets in complaints count UTF-8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.playground.entities import Entity
from bot.playground.errors import LinkError, ParseError
from bot.playground.html_reader import BLANKS, PLAIN, ByteReader
from bot.playground.links import check_link, linked_user
from bot.playground.utf16 import is_encodable, units

_LEADING_INTEGER = re.compile(r"-?[0-9]{1,18}(?![0-9])")
_SIMPLE = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
}
_TAGS = frozenset(_SIMPLE) | {"a", "pre", "code", "blockquote", "tg-emoji", "tg-time"}


@dataclass(frozen=True, slots=True)
class Markup:
    """What markup says: the text, its entities in order, and what Telegram drops without a word."""

    text: str
    entities: tuple[Entity, ...]
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _OpenTag:
    name: str
    argument: str
    unix: str
    offset: int
    begin: int


def parse_html(html: str) -> Markup:
    """Parse Telegram's HTML. Offsets in UTF-16 units; nothing is trimmed.

    Raises ParseError in Telegram's words ("Unsupported start tag "p" at byte offset 0", …).
    """
    if not is_encodable(html):
        raise ParseError("Strings must be encoded in UTF-8")
    return _Parser(html.encode()).parse()


class _Parser:
    """One pass over the bytes."""

    def __init__(self, data: bytes) -> None:
        self._reader = ByteReader(data)
        self._text = bytearray()
        self._units = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []
        self._losses = self._reader.losses

    def parse(self) -> Markup:
        reader = self._reader
        while reader.at < reader.size:
            if reader.here == ord("<"):
                if reader.next == ord("/"):
                    self._end_tag()
                else:
                    self._start_tag()
            else:
                self._add(
                    reader.take_reference() if reader.here == ord("&") else reader.take(PLAIN)
                )
        if self._open:
            name = self._open[-1].name
            raise ParseError(f'Can\'t find end tag corresponding to start tag "{name}"')
        # A language stays only on a `pre`.
        found = (replace(e, language=None) if e.type == "code" else e for e in self._entities)
        ordered = tuple(sorted(found, key=lambda entity: entity.order))
        return Markup(self._written(), ordered, tuple(self._losses))

    def _add(self, piece: bytes) -> None:
        self._text += piece
        self._units += units(piece.decode("utf-8", "surrogatepass"))

    def _written(self, begin: int = 0) -> str:
        try:
            return self._text[begin:].decode()
        except UnicodeDecodeError:
            raise ParseError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ) from None

    def _start_tag(self) -> None:
        reader, begin = self._reader, self._reader.at
        reader.at += 1
        name = reader.take_name()
        if reader.here == 0:
            raise ParseError(f"Unclosed start tag at byte offset {begin}")
        if name not in _TAGS:
            raise ParseError(f'Unsupported start tag "{name}" at byte offset {begin}')
        argument, unix = "", ""
        while reader.here != ord(">"):
            reader.take(BLANKS)
            if reader.here == ord(">"):
                break
            attribute, value = reader.take_attribute(name, begin)
            if (name, attribute) == ("tg-time", "unix"):
                unix = value or unix
            else:
                argument = _argument(name, attribute, value or "") or argument
        if name == "span" and argument != "spoiler":
            raise ParseError(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        reader.at += 1
        self._open.append(_OpenTag(name, argument, unix, self._units, len(self._text)))

    def _end_tag(self) -> None:
        reader, begin = self._reader, self._reader.at
        if not self._open:
            raise ParseError(f"Unexpected end tag at byte offset {begin}")
        reader.at += 2
        name = reader.take_name()
        reader.take(BLANKS)
        if reader.here != ord(">"):
            raise ParseError(f"Unclosed end tag at byte offset {begin}")
        reader.at += 1
        tag = self._open.pop()
        if name not in {"", tag.name}:
            raise ParseError(
                f"Unmatched end tag at byte offset {begin}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        if self._units > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        offset, length = tag.offset, self._units - tag.offset
        plain = Entity(_SIMPLE.get(tag.name, tag.name), offset, length)
        match tag.name:
            case "pre" | "code":
                self._close_code(plain, tag.argument or None)
                return
            case "blockquote":
                prefix = "expandable_" if tag.argument else ""
                entity: Entity | None = replace(plain, type=f"{prefix}blockquote")
            case "tg-emoji":
                entity = replace(plain, type="custom_emoji", custom_emoji_id=_emoji(tag.argument))
            case "tg-time":
                entity = self._date(plain, tag)
            case "a":
                entity = self._link(plain, tag.argument or self._written(tag.begin))
            case _:
                entity = plain
        if entity is not None:
            self._entities.append(entity)

    def _close_code(self, plain: Entity, language: str | None) -> None:
        """Close `<pre>` or `<code>`: both around the same text, with a language, are one `pre`."""
        last = self._entities[-1] if self._entities else None
        if (
            last is not None
            and {last.type, plain.type} == {"pre", "code"}
            and (last.offset, last.length) == (plain.offset, plain.length)
            and (spoken := last.language if plain.type == "pre" else language)
        ):
            self._entities[-1] = replace(last, type="pre", language=spoken)
        else:
            self._entities.append(
                replace(plain, language=language if plain.type == "code" else None)
            )

    def _link(self, plain: Entity, target: str) -> Entity | None:
        if user_id := linked_user(target):
            return replace(plain, type="text_mention", user_id=user_id)
        try:
            return replace(plain, type="text_link", url=check_link(target))
        except LinkError as error:
            self._losses.append(f"the link is dropped: {error}")
            return None

    def _date(self, plain: Entity, tag: _OpenTag) -> Entity | None:
        date_format = date_time_format(tag.argument)
        found = _LEADING_INTEGER.match(tag.unix)
        # As a signed 32-bit number, which later times overflow.
        unix = ((int(found[0]) + 2**31) % 2**32 - 2**31) if found else 0
        if unix <= 0:
            self._losses.append(f'the date is dropped: unix="{tag.unix}" is no time in range')
            return None
        return replace(plain, type="date_time", unix_time=unix, date_time_format=date_format)


def _argument(tag: str, attribute: str, value: str) -> str:
    """Return what an attribute says of its tag, "" if nothing."""
    match tag, attribute:
        case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "format"):
            return value
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "expandable"
        case _:
            return ""


def _emoji(identifier: str) -> str:
    if re.fullmatch(r"-?[1-9][0-9]{0,18}", identifier) and -(2**63) <= int(identifier) < 2**63:
        return identifier
    raise ParseError("Invalid custom emoji identifier specified")


def date_time_format(written: str) -> str:
    """Return a date format as Telegram gives it back: `r`, or `w`, `d` or `D`, `t` or `T`.

    The short form wins where both are asked for. Raises ParseError on any other letter.
    """
    if written in {"r", "R"}:
        return "r"
    if not set(written) <= set("tTdDwW"):
        raise ParseError("Invalid date format used")
    weekday = "w" if set(written) & set("wW") else ""
    date = "d" if "d" in written else "D" if "D" in written else ""
    time = "t" if "t" in written else "T" if "T" in written else ""
    return weekday + date + time
