"""XML from strangers, as text that no parser can be harmed with. Pure."""

from __future__ import annotations

import codecs
import re

from bot.sources.problems import ContentError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}?\?>")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_FIRST_ELEMENT = re.compile(r"<[^\W\d]")
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\b([^>]*)", re.IGNORECASE)
_HARMLESS_ENTITY = re.compile(
    r"""\s+[\w.:-]+\s+(?:"(?:[^"&%]|&\#\w+;)*"|'(?:[^'&%]|&\#\w+;)*')\s*"""
)
# What may not stand in XML 1.0 and makes a strict parser give up.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def xml_text(data: bytes, *, content_type: str = "") -> str:
    """Decode XML and take its declaration and document type away; no entities are left to expand.

    The encoding is that of the byte order mark, the Content-Type, the declaration, or UTF-8;
    what does not fit it is read as Windows-1252. Raises ContentError for a document type that
    defines entities by entities or by files, as only hostile documents do.
    """
    text = _FORBIDDEN.sub("", _decoded(data, content_type))
    text = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
    return _without_doctype(text)


def _decoded(data: bytes, content_type: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    named = _CHARSET.search(content_type)
    declared = _ENCODING.match(data)
    candidates = [
        named[1] if named else "",
        declared[1].decode("ascii") if declared else "",
        "utf-8",
    ]
    for encoding in filter(None, candidates):
        try:
            return data.decode("gb18030" if encoding.lower() == "gb2312" else encoding)
        except (LookupError, ValueError, AssertionError):  # unknown, no text, or not in it
            continue
    return data.decode("cp1252", "replace")


def _without_doctype(text: str) -> str:
    first = _FIRST_ELEMENT.search(text)
    head = text[: first.start()] if first else text
    found = _DOCTYPE.search(head)
    if found is None:
        return text
    entities = _ENTITY.findall(head)
    if len(entities) > 500 or not all(map(_HARMLESS_ENTITY.fullmatch, entities)):
        raise ContentError(
            "its document type defines entities by others or by files, as XML bombs do"
        )
    return head[: found.start()] + text[len(head) :]
