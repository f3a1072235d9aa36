"""The bytes of a web page → text: which encoding, what pages say of it being often wrong. Pure."""

from __future__ import annotations

import codecs
import re

from retrieval.readers.decoding import decode

# As browsers read them (WHATWG Encoding Standard): the wider set that contains the one named.
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac_roman",
}
# What programs write that know nothing of encodings: the likeliest to be wrong.
_ANYTHING = frozenset(
    "ascii us-ascii latin1 latin-1 l1 iso8859-1 iso-8859-1 iso_8859-1 cp1252 windows-1252".split()
)
_NOT_ASCII_BASED = ("utf", "utf16", "utf32", "ucs", "cp037", "cp500", "idna", "punycode")
_DECLARED = re.compile(
    rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})"""
    rb"""|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""",
    re.IGNORECASE,
)
_SEARCHED = 16 * 1024


def decode_page(data: bytes) -> str | None:
    """Decode a web page, or return None if it looks like a binary file.

    In this order: a byte order mark; UTF-8, whatever the page says; what the page says, unless
    that is Latin-1, which pages say that don't know; what the bytes look like.
    """
    declared = _declared(data)
    if declared == "iso-2022-jp" and b"\x1b$" in data:  # which is ASCII, as far as bytes go
        return _strictly(data, declared)
    if not _is_utf8(data) and declared and declared not in _ANYTHING:
        text = _strictly(data, declared)
        if text is not None and "\0" not in text:
            return text
    decoded = decode(data)
    if decoded is not None:
        return decoded.text
    return data.decode("cp1252", "replace") if declared and b"\0" not in data else None


def _declared(data: bytes) -> str | None:
    """Return the encoding that a page names, in lower case, if it is one that fits such a page."""
    found = _DECLARED.search(data, 0, _SEARCHED)
    if found is None:
        return None
    name = (found[1] or found[2]).decode("ascii").lower()
    if name.startswith(_NOT_ASCII_BASED):
        return None
    try:
        known = codecs.lookup(_MEANT.get(name, name))
        "".encode(known.name)  # what isn't for text, such as "hex", is refused here
    except (LookupError, ValueError, TypeError):
        return None
    return name


def _is_utf8(data: bytes) -> bool:
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(_MEANT.get(name, name))
    except (UnicodeError, LookupError):
        return None
