"""Word documents: what is kept in which order, properties, and what can't be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import docx
import pytest

from retrieval.readers import ReadItem, Skipped
from retrieval.types import Article
from tests.support.documents import SENTENCES, TITLE, bare_docx, docx_of, saved, zip_of

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[[str, str | bytes], list[ReadItem]]
ReadOne = Callable[[str, str | bytes], Article]

DOCTYPE = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner: str) -> str:
    return f"<w:p>{''.join(inner)}</w:p>"


def skipped(read: Read, data: bytes, name: str = "a.docx") -> str:
    (item,) = read(name, data)
    assert isinstance(item, Skipped), str(item)
    assert "\n" not in str(item)
    return f"{item.problem}; {item.remedy}"


def test_paragraphs_and_tables_come_in_their_order(read_one: ReadOne) -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCES[0])
    table = document.add_table(2, 3)
    for index, text in enumerate(("Year", "Ships", "Sailings", "2023", "412", "9,120")):
        table.cell(index // 3, index % 3).text = text
    document.add_paragraph(SENTENCES[1])
    document.add_paragraph(SENTENCES[2], style="List Bullet")
    article = read_one("lens-weekly/pier.docx", saved(document))
    assert article.text.split("\n") == [
        "Year | Ships | Sailings",
        "2023 | 412 | 9,120",
        *SENTENCES[1:3],
    ]
    assert article.title == SENTENCES[0]
    assert article.source == "lens weekly"


def test_merged_cells_and_tables_in_cells_are_told_once(read_one: ReadOne) -> None:
    document = docx.Document()
    document.core_properties.title = TITLE
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Both years"
    table.cell(1, 0).text = "outer"
    inner = table.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "left", "right"
    assert read_one("a.docx", saved(document)).text.split("\n") == [
        "Both years",
        "outer | left | right",
    ]


def test_properties(read_one: ReadOne) -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCES[0])
    core = document.core_properties
    core.title, core.author, core.language = TITLE, "Nora Fjell; Tor Berg", "en-GB"
    core.created = dt.datetime(2024, 5, 14, 7, 30, tzinfo=dt.UTC)
    article = read_one("a.docx", saved(document))
    assert article.title == TITLE
    assert article.authors == ("Nora Fjell", "Tor Berg")
    assert article.language == "en-gb"
    assert article.published == dt.datetime(2024, 5, 14, 7, 30, tzinfo=dt.UTC)


def test_what_the_template_says_is_nobodys_word(read_one: ReadOne) -> None:
    article = read_one("a.docx", docx_of(title=TITLE))
    assert article.published is None
    assert article.authors == ()


def test_without_a_title_in_the_properties_the_heading_is_it(read_one: ReadOne) -> None:
    document = docx.Document()
    document.add_paragraph("Coast Daily")
    document.add_heading(TITLE, level=0)
    document.add_paragraph(SENTENCES[0])
    article = read_one("a.docx", saved(document))
    assert article.title == TITLE
    assert article.text.split("\n") == ["Coast Daily", SENTENCES[0]]


def test_a_document_without_properties_is_read(read_one: ReadOne) -> None:
    article = read_one("a.docx", bare_docx(paragraph(run("A pier.")) + paragraph(run("A quay."))))
    assert (article.title, article.text, article.published) == ("A pier.", "A quay.", None)


def test_insertions_stay_and_deletions_go(read_one: ReadOne) -> None:
    body = paragraph(
        run("The pier costs "),
        "<w:del><w:r><w:delText>30</w:delText></w:r></w:del>",
        f"<w:ins>{run('31')}</w:ins>",
        run(" million"),
        "<w:r><w:tab/></w:r>",
        f"<w:hyperlink>{run('crowns')}</w:hyperlink>",
        '<w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>',
        "<w:r><w:br/><w:t>in all.</w:t></w:r>",
    )
    inner = f"<w:sdt><w:sdtContent>{paragraph(run('In a control.'))}</w:sdtContent></w:sdt>"
    article = read_one("a.docx", bare_docx(paragraph(run("Title")) + body + inner))
    assert article.text == "The pier costs 31 million crowns in all.\nIn a control."


@pytest.mark.parametrize("name", ["a.doc", "b.DOC"])
def test_old_word_documents_are_told_how_to_be_saved(read: Read, name: str) -> None:
    said = skipped(read, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", name)
    assert said == (
        "Word's old .doc format isn't read; open it in a word processor and save it as .docx"
    )


def test_a_compound_file_named_docx(read: Read) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert "Word's old format" in skipped(read, head + b"\0" * 600)
    locked = head + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert "protected by a password" in skipped(read, locked)


@pytest.mark.parametrize(
    "data",
    [
        b"no zip",
        b"PK\x03\x04" + b"\0" * 100,
        docx_of()[:-30],
        docx_of()[: len(docx_of()) // 2],
        zip_of({}),
        zip_of({"../../etc/passwd": b"x"}),
        zip_of({"word/document.xml": b"<x/>"}),
        bare_docx("<unclosed>"),
        bare_docx(""),
        bare_docx("<w:sdt>" * 5000 + "</w:sdt>" * 5000),
        bare_docx(paragraph(run("&j;")), f"{DOCTYPE}]>"),
    ],
)
def test_what_is_no_document_is_one_line(read: Read, data: bytes) -> None:
    assert skipped(read, data)


def test_no_file_is_read_for_an_entity(read_one: ReadOne, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the key to the vault")
    outside = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    body = paragraph(run("Before the entity.")) + paragraph(run("Here: &x;"))
    assert read_one("a.docx", bare_docx(body, outside)).text == "Here:"


def test_zip_bombs_are_told_from_their_directory(read: Read) -> None:
    assert "would unpack to 191 MiB" in skipped(read, zip_of({"a.xml": b"\0" * 200_000_000}))
    assert "only files made to harm" in skipped(read, zip_of({"a.xml": b"\0" * 20_000_000}))
    many = zip_of({f"{n}": b"" for n in range(6000)})
    assert "6,000 parts" in skipped(read, many)
