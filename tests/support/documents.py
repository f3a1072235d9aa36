"""Small valid documents of every kind that readers read, made here."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import docx

SENTENCES = (
    "The harbour board of Lindmark voted on Tuesday to rebuild the eastern pier.",
    "Storms have kept the pier closed since January, and the ferry lands at a quay of stone.",
    "Engineers told the board that the work would take fourteen months.",
    "“We cannot lose another season,” said Ingrid Solheim, who runs the ferry.",
)
TITLE = "Lindmark is to rebuild its pier"


def page_of(*paragraphs: str, head: str = "", around: str = "", lang: str = "en") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or SENTENCES)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{TITLE}</title>'
        f"{head}</head><body>{around}<main><article><h1>{TITLE}</h1>{body}</article></main>"
        "</body></html>"
    )


def pdf_object(number: int, content: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, content)


def pdf_stream(content: bytes, keys: bytes = b"") -> bytes:
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(content), keys, content)


def pdf_from(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Number the objects from 1, the first being the catalogue, and add the table of them."""
    out = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += pdf_object(number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return out + table + end % (len(objects) + 1, trailer, len(out))


def pdf_page_content(lines: list[str]) -> bytes:
    shown = b"".join(
        b"(%s) Tj T* "
        % line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        for line in lines
    )
    return b"BT /F1 11 Tf 72 770 Td 14 TL " + shown + b"ET"


def pdf_of(pages: list[list[str]], information: bytes = b"") -> bytes:
    """Make a PDF of pages of lines, with an information dictionary such as `/Title (Pier)`."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * index) for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< %s >>" % information,
    ]
    for index, lines in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (6 + 2 * index)
        )
        objects.append(pdf_stream(pdf_page_content(lines)))
    return pdf_from(objects, b"/Info 4 0 R")


def saved(document: docx.document.Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def docx_of(*paragraphs: str, title: str = "", rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    for paragraph in paragraphs or SENTENCES:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    return saved(document)


def zip_of(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


_TYPES = (
    '<?xml version="1.0"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def bare_docx(body: str, doctype: str = "") -> bytes:
    """Make the smallest Word document: the XML of its body, perhaps behind a document type."""
    document = (
        f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="http://schemas.openxmlformats.org/'
        f'wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    )
    return zip_of(
        {
            "[Content_Types].xml": _TYPES.encode(),
            "_rels/.rels": _RELATIONS.encode(),
            "word/document.xml": document.encode(),
        }
    )


def samples() -> dict[str, bytes]:
    """Return a small valid document for each suffix."""
    line = json.dumps({"title": TITLE, "text": "\n".join(SENTENCES), "published": "2024-05-14"})
    table = "\n|a|b|\n|-|-|\n|1|2|\n"
    front = f"---\ntitle: {TITLE}\npublished: 2024-05-14\nauthors: [A, B]\n---\n"
    page = page_of(
        head='<link rel="canonical" href="https://coast.example/pier">'
        '<meta property="article:published_time" content="2024-05-14T07:30:00Z">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": '
        '{"name": "Nora Fjell"}, "datePublished": "2024-05-14"}</script>',
        around='<nav><ul><li><a href="/">Home</a></li><li><a href="/s">Sport</a></li></ul></nav>',
    ).encode()
    lines = f"{line}\n".encode() * 3
    return {
        ".txt": "\n\n".join((TITLE, *SENTENCES)).encode(),
        ".md": f"{front}# {TITLE}\n\n{SENTENCES[0]}\n\n- {SENTENCES[1]}\n{table}".encode(),
        ".jsonl": lines,
        ".jsonl.gz": gzip.compress(lines, mtime=0),
        ".html": page,
        ".pdf": pdf_of([list(SENTENCES), list(SENTENCES[::-1])], b"/Title (Pier) /Author (Fjell)"),
        ".docx": docx_of(title=TITLE, rows=(("Year", "Ships"), ("2023", "412"))),
    }
