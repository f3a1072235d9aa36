"""A Word document → its paragraphs and table rows (python-docx)."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from retrieval.readers.confined.extracted import Extracted, Unreadable
from retrieval.readers.confined.zips import why_unsafe
from retrieval.readers.wording import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document
    from lxml.etree import _Element

    from retrieval.readers.confined.extracted import Outcome

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AGAIN = "open it in a word processor and save it again as .docx"
# What the library's own template says of documents made with it.
_TEMPLATE_DATE = datetime(2013, 12, 23, 23, 15, tzinfo=UTC)
_TEMPLATE_AUTHOR = "python-docx"
# Deleted and moved text, field codes, the second copy of drawings.
_PASSED_OVER = frozenset(
    [
        *map(qn, ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:pPr", "w:rPr")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    ]
)
_P, _TBL, _TR, _TC, _T = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "t"))
_SPACES = frozenset([qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:ptab")])
_HYPHEN = qn("w:noBreakHyphen")
_TITLE_STYLES = frozenset({"title", "heading1"})


def extract_docx(data: bytes) -> Outcome:
    """Extract the text and the properties of a Word document."""
    if data.startswith(_COMPOUND_FILE):
        if _ENCRYPTED in data:
            return Unreadable("it is protected by a password", "save a copy without one")
        return Unreadable("it is in Word's old format", _SAVE_AGAIN)
    if (reason := why_unsafe(data)) is not None:
        return reason
    try:
        document = docx.Document(io.BytesIO(data))
    except (OpcError, zipfile.BadZipFile, KeyError, ValueError) as error:
        return Unreadable(f"it is no sound Word document ({type(error).__name__})", _SAVE_AGAIN)
    paragraphs = [line for raw in _blocks(document.element.body) if (line := clean_line(raw))]
    if not paragraphs:
        return Unreadable("it holds no text", "write an article into it, or delete it")
    about = _about(document)
    if not about.get("title") and (heading := _heading(document)):
        about["title"] = heading
    return Extracted(tuple(paragraphs), about)


def _blocks(parent: _Element) -> Iterator[str]:
    """Yield paragraphs and table rows in their order; a row's cells are parted by " | "."""
    for element in parent:
        if element.tag == _P:
            yield _text(element)
        elif element.tag == _TBL:
            yield from _rows(element)
        elif element.tag not in _PASSED_OVER:
            yield from _blocks(element)  # content controls, insertions


def _rows(table: _Element) -> Iterator[str]:
    for row in table.iter(_TR):
        if next(row.iterancestors(_TBL)) is not table:
            continue  # of a table in a cell, which its cell tells
        cells = (clean_line(" ".join(_blocks(cell))) for cell in row.iter(_TC) if _is_of(cell, row))
        yield " | ".join(filter(None, cells))


def _is_of(cell: _Element, row: _Element) -> bool:
    return next(cell.iterancestors(_TR)) is row


def _text(paragraph: _Element) -> str:
    return "".join(_pieces(paragraph))


def _pieces(parent: _Element) -> Iterator[str]:
    for element in parent:
        tag = element.tag
        if tag == _T:
            yield element.text or ""
        elif tag in _SPACES:
            yield " "
        elif tag == _HYPHEN:
            yield "-"
        elif tag == _P:  # in a text box
            yield f" {_text(element)} "
        elif tag not in _PASSED_OVER:
            yield from _pieces(element)


def _heading(document: Document) -> str | None:
    """Return the first paragraph in the style of a title, among the first ten."""
    for paragraph in document.paragraphs[:10]:
        style = paragraph.style
        name = (style.name or "") if style is not None else ""
        if name.replace(" ", "").lower() in _TITLE_STYLES and paragraph.text.strip():
            return paragraph.text
    return None


def _about(document: Document) -> dict[str, object]:
    """Return what the document says about itself; what can't be read is left out."""
    related = document.part.package.rels.values()
    if not any(relation.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES for relation in related):
        return {}
    about: dict[str, object] = {}
    try:
        core = document.core_properties
        created = core.created
        about["title"] = core.title
        names = [name.strip() for name in core.author.split(";")]
        about["authors"] = [name for name in names if name and name != _TEMPLATE_AUTHOR]
        about["language"] = core.language
        if created is not None and _aware(created).replace(second=0) != _TEMPLATE_DATE:
            about["published"] = _aware(created).isoformat()
    except (ValueError, TypeError, AttributeError):
        pass
    return about


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
