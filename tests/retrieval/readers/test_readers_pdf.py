"""PDFs: lines to paragraphs, running heads, metadata, and what can't be read."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pypdf
import pytest

from retrieval.readers import Noted, ReadItem, Skipped
from retrieval.readers.confined.pages import paragraphs_of_pages
from retrieval.types import Article
from tests.support.documents import (
    SENTENCES,
    TITLE,
    pdf_from,
    pdf_of,
    pdf_page_content,
    pdf_stream,
)

Read = Callable[[str, str | bytes], list[ReadItem]]
ReadOne = Callable[[str, str | bytes], Article]


def with_content(content: bytes, resources: bytes = b"/Font << /F1 5 0 R >>") -> bytes:
    """Make a PDF of one page from its content stream."""
    return pdf_from(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << %s >> /Contents 4 0 R >>" % resources,
            content,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            pdf_stream(b"\0", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 "),
        ]
    )


def skipped(read: Read, data: bytes) -> str:
    (item,) = read("a.pdf", data)
    assert isinstance(item, Skipped), str(item)
    assert "\n" not in str(item)
    return f"{item.problem}; {item.remedy}"


def test_a_pdf_is_an_article_with_what_it_says_about_itself(read_one: ReadOne) -> None:
    information = (
        b"/Title (%s) /Author (Nora Fjell; Tor Berg) /CreationDate (D:20240514073000+02'00')"
        % TITLE.encode()
    )
    article = read_one("coast-daily/pier.pdf", pdf_of([[TITLE, "", *SENTENCES]], information))
    assert article.title == TITLE
    assert article.authors == ("Nora Fjell", "Tor Berg")
    assert article.published == datetime(2024, 5, 14, 5, 30, tzinfo=UTC)
    assert article.source == "coast daily"
    assert article.url is None
    assert article.text.replace("\n", " ") == " ".join(SENTENCES)


@pytest.mark.parametrize(
    "information",
    [
        b"",
        b"/Title (Microsoft Word - pier_final2.docx)",
        b"/Title (untitled)",
        b"/Title (pier.indd)",
        b"/Title (7) /CreationDate (yesterday) /Author ()",
        b"/Title 12 /Author 9 0 R /CreationDate [1]",
    ],
)
def test_what_says_nothing_is_left_out(read_one: ReadOne, information: bytes) -> None:
    article = read_one("a.pdf", pdf_of([[TITLE, "", *SENTENCES]], information))
    assert article.title == TITLE
    assert article.published is None
    assert article.authors == ()


def test_lines_are_joined_to_paragraphs() -> None:
    page = (
        "The harbour board of Lindmark voted on Tuesday to rebuild the eastern\n"
        "pier. Storms have kept it closed since January, and the ferry lands at\n"
        "a quay of stone.\n"
        "Engineers told the board that the work would take fourteen months and\n"
        "cost 31 million crowns.\n"
    )
    assert paragraphs_of_pages([page], titled=True) == [
        page[: page.index("Engineers")].replace("\n", " ").strip(),
        page[page.index("Engineers") :].replace("\n", " ").strip(),
    ]


def test_a_word_broken_at_the_end_of_a_line_is_joined() -> None:
    page = (
        "The harbour board of Lindmark voted on Tuesday in favour of a recon-\n"
        "struction of the pier, which is a well-known sight and a really well-\n"
        "known obstacle to the ferries of the islands, says the office of Mid-\n"
        "Lindmark.\n"
    )
    (paragraph,) = paragraphs_of_pages([page], titled=True)
    assert "reconstruction" in paragraph
    assert "a really well-known obstacle" in paragraph
    assert paragraph.endswith("Mid- Lindmark.")


def test_a_paragraph_goes_on_over_the_page() -> None:
    pages = [f"{'The board spoke of piers and of planks ' * 2}and\n", "of nothing else.\n"]
    (paragraph,) = paragraphs_of_pages(pages, titled=True)
    assert paragraph.endswith("planks and of nothing else.")


def test_running_heads_and_page_numbers_go() -> None:
    names = ("North", "East", "South", "West")
    pages = [
        f"Coast Daily, 14 May 2024\nThe {name} pier is closed to all but the ferry.\n"
        f"{number}\nwww.coast.example - page {number} of 4\n"
        for number, name in enumerate(names, 1)
    ]
    assert " ".join(paragraphs_of_pages(pages, titled=True)) == " ".join(
        f"The {name} pier is closed to all but the ferry." for name in names
    )


def test_a_title_over_all_pages_stays_once_if_nothing_else_names_the_document() -> None:
    pages = [f"The pier of Lindmark\n{text}\n" for text in SENTENCES]
    assert paragraphs_of_pages(pages, titled=False)[0] == "The pier of Lindmark"
    assert "The pier of Lindmark" not in " ".join(paragraphs_of_pages(pages, titled=True))


def test_lines_that_few_pages_share_stay() -> None:
    pages = [f"{text}\n" for text in (*SENTENCES, SENTENCES[0])]
    assert " ".join(paragraphs_of_pages(pages, titled=True)).count(SENTENCES[0]) == 2


def test_ligatures_are_spelled_out() -> None:
    assert paragraphs_of_pages(["The ﬁrst oﬃce on the ﬂoor.\n"], titled=True) == [
        "The first office on the floor."
    ]


def encrypted(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_of([[TITLE, "", *SENTENCES]])))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_password_is_asked_for_by_name(read: Read) -> None:
    said = skipped(read, encrypted("secret"))
    assert said == "it is protected by a password; save a copy without one"


def test_a_pdf_that_only_forbids_printing_is_read(read_one: ReadOne) -> None:
    article = read_one("a.pdf", encrypted(""))
    assert article.title == TITLE
    assert article.text.replace("\n", " ") == " ".join(SENTENCES)


def test_pictures_of_text_are_for_ocr(read: Read) -> None:
    scanned = with_content(pdf_stream(b"q 595 0 0 842 0 0 cm /I Do Q"), b"/XObject << /I 6 0 R >>")
    assert skipped(read, scanned) == "it holds pictures of text; run OCR on it first"


def test_empty_pages_hold_no_text(read: Read) -> None:
    assert "it holds no text" in skipped(read, pdf_of([[], []]))


def test_a_damaged_page_is_left_out_with_a_note(read: Read) -> None:
    good = pdf_of([list(SENTENCES), list(SENTENCES[::-1])])
    page = b"/Resources << /Font << /F1 3 0 R >> >> /Contents 8 0 R"
    assert good.count(page) == 1
    items = read("a.pdf", good.replace(page, page.replace(b"3 0 R >> >>", b"(x)   >> >>")))
    assert isinstance(items[0], Article)
    assert SENTENCES[0] in items[0].text or items[0].title == SENTENCES[0]
    (note,) = items[1:]
    assert "1 of its pages can't be read and were left out" in str(note)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4",
        b"%PDF-1.4\n%%EOF",
        b"no PDF at all",
        b"\0" * 1000,
        pdf_of([list(SENTENCES)])[:400],
        pdf_from(
            [
                b"<< /Type /Catalog /Pages 2 0 R >>",
                b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>",
            ]
        ),
    ],
)
def test_what_is_no_pdf_is_one_line(read: Read, data: bytes) -> None:
    assert skipped(read, data)


def test_a_pdf_without_its_table_is_still_read(read: Read) -> None:
    data = pdf_of([list(SENTENCES)])
    end = b"trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n7\n%%EOF"
    items = read("a.pdf", data[: data.index(b"xref\n")] + end)
    assert isinstance(items[0], Article)


@pytest.mark.parametrize(
    "content",
    [
        pdf_stream(zlib.compress(b" " * 200_000_000), b"/Filter /FlateDecode "),
        pdf_stream(
            zlib.compress(zlib.compress(b" " * 200_000_000)),
            b"/Filter [/FlateDecode /FlateDecode] ",
        ),
        pdf_stream(b"BT " + b"[" * 100_000),
        pdf_stream(pdf_page_content(["a"]), b"/Filter [" + b"/FlateDecode " * 1000 + b"] "),
        b"<< /Length 99999999 >>\nstream\n\nendstream",
    ],
)
def test_bombs_give_one_line(read: Read, content: bytes) -> None:
    assert skipped(read, with_content(content))


def test_the_first_three_hundred_pages_are_taken(read: Read) -> None:
    article, note = read("a.pdf", pdf_of([[SENTENCES[n % 4]] for n in range(302)]))
    assert isinstance(article, Article)
    assert isinstance(note, Noted)
    assert "only the first 300 of its 302 pages" in note.problem
