"""Web pages: what is kept, what is left out, and what isn't an article."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from retrieval.readers import Noted, ReadItem, Skipped, article_id, read_page
from retrieval.readers.confined.encoding import decode_page
from retrieval.types import Article
from tests.support.documents import SENTENCES, TITLE, bare_docx, page_of, pdf_of

Read = Callable[[str, str | bytes], list[ReadItem]]
ReadOne = Callable[[str, str | bytes], Article]

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
URL = "https://www.coast.example/news/pier"


def at_address(body: str | bytes, url: str = URL) -> Article:
    (item,) = read_page(body.encode() if isinstance(body, str) else body, url, NOW)
    assert isinstance(item, Article), str(item)
    return item


def skipped(body: str | bytes, url: str = URL) -> Skipped:
    (item,) = read_page(body.encode() if isinstance(body, str) else body, url, NOW)
    assert isinstance(item, Skipped), str(item)
    assert item.location == url
    return item


@pytest.mark.parametrize("suffix", [".html", ".htm", ".xhtml", ".HTML"])
def test_a_saved_page_is_an_article(read_one: ReadOne, suffix: str) -> None:
    article = read_one(f"lens-weekly/pier{suffix}", page_of())
    assert article.title == TITLE
    assert article.text.split("\n") == list(SENTENCES)
    assert article.url is None
    assert article.source == "lens weekly"


def test_what_stands_around_the_article_is_left_out(read_one: ReadOne) -> None:
    around = (
        "<header><nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul>"
        "</nav></header><aside><h3>Most read</h3><a href='/x'>Herring prices climb again</a>"
        "</aside><div class='cookie-banner'>We use cookies. <button>Accept all</button></div>"
    )
    page = page_of(around=around).replace(
        "</body>", "<footer>© 2024 Coast Daily. All rights reserved.</footer></body>"
    )
    assert read_one("a.html", page).text.split("\n") == list(SENTENCES)


def test_captions_of_pictures_are_left_out(read_one: ReadOne) -> None:
    first, second, *others = SENTENCES
    figure = (
        "<figure><img src='a.jpg'><figcaption>The pier in January. Photo: T. Berg</figcaption>"
        "</figure><div class='wp-caption'><img src='b.jpg'><p class='wp-caption-text'>The old"
        " quay, built in 1931.</p></div>"
    )
    page = page_of(first, f"{second}</p>{figure}<p>{others[0]}", others[1])
    assert read_one("a.html", page).text.split("\n") == list(SENTENCES)


def test_subheadings_lists_and_tables_are_a_line_each(read_one: ReadOne) -> None:
    page = page_of(
        f"{SENTENCES[0]}</p><h2>What it costs</h2><ul><li>Piles: 12 million crowns</li>"
        f"<li>Planks: 4 million crowns</li></ul><p>{SENTENCES[1]}</p><table><tr><th>Year</th>"
        "<th>Ships</th></tr><tr><td>2022</td><td>385</td></tr><tr><td>2023</td><td>412</td></tr>"
        f"</table><p>{SENTENCES[2]}"
    )
    assert read_one("a.html", page).text.split("\n") == [
        SENTENCES[0],
        "What it costs",
        "Piles: 12 million crowns",
        "Planks: 4 million crowns",
        SENTENCES[1],
        "Year | Ships",
        "2022 | 385",
        "2023 | 412",
        SENTENCES[2],
    ]


def test_the_page_says_who_wrote_it_when_and_where() -> None:
    head = (
        '<meta property="og:site_name" content="Coast Daily">'
        '<meta name="author" content="Nora Fjell">'
        '<meta property="article:published_time" content="2024-05-14T07:30:00+02:00">'
    )
    article = at_address(page_of(head=head, lang="en-GB"))
    assert article.source == "Coast Daily"
    assert article.authors == ("Nora Fjell",)
    assert article.published == datetime(2024, 5, 14, 5, 30, tzinfo=UTC)
    assert article.language == "en-gb"
    assert article.fetched == NOW


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            """<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle",
            "dateModified": "2024-05-20T10:00:00Z", "datePublished": "2024-05-14T07:30:00Z"}]}
            </script>""",
            datetime(2024, 5, 14, 7, 30, tzinfo=UTC),
        ),
        ('<meta name="date" content="2024-05-14">', datetime(2024, 5, 14, tzinfo=UTC)),
        ('<meta name="date" content="2031-05-14">', None),
        ('<script type="application/ld+json">{"datePublished": [[[</script>', None),
        ("", None),
    ],
)
def test_the_day_of_publication(head: str, expected: datetime | None) -> None:
    assert at_address(page_of(head=head)).published == expected


def test_a_date_in_the_running_text_is_no_day_of_publication() -> None:
    text = "The pier was opened on 3 May 2019 by the mayor of the day, who fell into the bay."
    assert at_address(page_of(text, *SENTENCES)).published is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", URL),
        ('<link rel="canonical" href="/news/pier-2?utm_source=x">', f"{URL}-2"),
        ('<meta property="og:url" content="https://coast.example/p">', "https://coast.example/p"),
        ('<link rel="canonical" href="https://m.coast.example/p">', "https://m.coast.example/p"),
        ('<link rel="canonical" href="https://other.example/news/pier">', URL),
        ('<link rel="canonical" href="https://coast.example.evil.example/">', URL),
        ('<link rel="canonical" href="https://www.coast.example/">', URL),
        ('<link rel="canonical" href="javascript:alert(1)">', URL),
        ('<link rel="canonical" href="ftp://www.coast.example/x">', URL),
        ('<link rel="canonical" href="http://[::1">', URL),
        ('<link rel="canonical" href="">', URL),
    ],
)
def test_the_address_of_a_page(head: str, expected: str) -> None:
    article = at_address(page_of(head=head))
    assert article.url == expected
    assert article.id == article_id(url=expected, path=None, digest=article.digest)


def test_a_saved_page_has_the_address_it_names(read_one: ReadOne) -> None:
    named = '<link rel="canonical" href="https://coast.example/pier#top">'
    assert read_one("a.html", page_of(head=named)).url == "https://coast.example/pier"
    assert read_one("b.html", page_of(head='<link rel="canonical" href="/pier">')).url is None


UMLAUTS = "Die Fähre „Grüne Möwe“ fährt übers Jahr für höchstens fünfzig Gäste nach Süderöög. "
CYRILLIC = "Портовый совет решил восстановить восточный причал, закрытый после зимних штормов. "
JAPANESE = "港湾委員会は火曜日、嵐で閉鎖されている東の桟橋を再建することを決めた。"
POLISH = "Zarząd portu zdecydował, że wschodnie molo zostanie odbudowane po zimowych sztormach. "


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (UMLAUTS, "utf-8", "utf-8"),
        (UMLAUTS, "utf-8", "iso-8859-1"),
        (UMLAUTS, "utf-8", "no-such-thing"),
        (UMLAUTS, "utf-8", "utf-16"),
        (UMLAUTS, "utf-8-sig", "windows-1251"),
        (UMLAUTS, "utf-16", "utf-8"),
        (UMLAUTS, "cp1252", "iso-8859-1"),
        (UMLAUTS, "cp1252", "utf-8"),
        (UMLAUTS, "cp1252", "hex"),
        (CYRILLIC, "cp1251", "windows-1251"),
        (CYRILLIC, "koi8-r", "koi8-r"),
        (CYRILLIC, "cp1251", "utf-8"),
        (CYRILLIC, "cp1251", "iso-8859-1"),
        (JAPANESE, "shift_jis", "x-sjis"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp"),
        (POLISH, "iso8859-2", "iso-8859-2"),
    ],
)
def test_encodings_right_and_wrong(text: str, encoding: str, declared: str) -> None:
    page = page_of(text * 3).replace('charset="utf-8"', f'charset="{declared}"')
    decoded = decode_page(page.encode(encoding))
    assert decoded is not None
    assert text.strip() in decoded


def test_a_page_in_windows_1252_arrives(read_one: ReadOne) -> None:
    page = page_of(UMLAUTS * 3, lang="de").replace("utf-8", "iso-8859-1")
    assert read_one("a.html", page.encode("cp1252")).text == (UMLAUTS * 3).strip()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<html><body><p>Too short.</p></body></html>", "holds too little text"),
        (
            """<html><body><h1>Sign in</h1><form><input name=user><input type=password></form>
            <p>Forgot it?</p></body></html>""",
            "asks to log in",
        ),
        (
            "<html><body><ul>"
            + "".join(
                f"<li><a href='/{n}'>Story number {n} about the harbour and its many boats</a></li>"
                for n in range(30)
            )
            + "</ul></body></html>",
            "a list of 30 links",
        ),
        (
            """<html><body><div><h1>Your privacy</h1><p>We and our partners use cookies to store
            and read information on your device, on the grounds of legitimate interest.</p><p>You
            can accept all or reject all, and change your privacy settings at any time on any
            page of this site.</p><p>Some of our partners never ask.</p></div></body></html>""",
            "asks for consent to cookies",
        ),
        (
            "<html><body><h1>One moment</h1><p>Please enable JavaScript.</p></body></html>",
            "wants JavaScript",
        ),
        ("<html></html>", "too little text"),
        (b"<html>\x00\x01\x02\x03\x00<p>", "looks like a binary file"),
        ("<rss version='2.0'><channel><item/></channel></rss>", "a feed or a sitemap"),
        ('{"articles": [1, 2, 3]}', "data in JSON"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "looks like a binary file"),
        ("", "it is empty"),
    ],
)
def test_what_is_no_article(body: str | bytes, said: str) -> None:
    assert said in str(skipped(body))


def test_an_article_about_cookies_is_one() -> None:
    text = "A court ruled that sites which use cookies must let visitors reject all of them."
    assert at_address(page_of(text, *SENTENCES, *(f"{s} Again." for s in SENTENCES))).text


def test_an_empty_file_is_said_to_be_empty(read: Read) -> None:
    for name in ("a.html", "a.pdf", "a.docx"):
        (item,) = read(name, b"")
        assert "it is empty" in str(item)


def test_a_file_that_is_no_page(read: Read) -> None:
    (item,) = read("a.html", "Only words here, and no sign of any markup in them.")
    assert isinstance(item, Skipped)
    assert "holds no HTML" in item.problem


def test_an_address_may_send_plain_text() -> None:
    article = at_address("\n\n".join((TITLE, *SENTENCES)))
    assert (article.title, article.url, article.source) == (TITLE, URL, "coast.example")
    assert article.text.split("\n") == list(SENTENCES)


def test_an_address_may_send_a_pdf_or_a_word_document() -> None:
    word = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in SENTENCES)
    for body in (pdf_of([list(SENTENCES)]), bare_docx(word)):
        article = at_address(body, "https://coast.example/get?id=7")
        assert article.url == "https://coast.example/get?id=7"
        assert article.source == "coast.example"
        assert SENTENCES[2] in article.text


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>" + "<div>" * 100_000 + SENTENCES[0] * 5,
        "<html><body><p>" + "<b>" * 100_000 + SENTENCES[0] * 5,
        "<html><body>" + "<table><tr><td>" * 2_000 + SENTENCES[0] * 5,
        "<html><body><p " + "a" * 1_000_000 + '="' + "b" * 1_000_000 + '">' + SENTENCES[0] * 5,
        '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><html><body><p>&c;' + SENTENCES[0] * 5,
        "<html><body>" + "<" * 200_000,
    ],
)
def test_bombs_give_one_line(body: str) -> None:
    (item,) = read_page(body.encode(), URL, NOW)
    assert len(str(item)) < 5_000
    assert not isinstance(item, Noted)


def test_a_page_of_a_million_tags_is_skipped() -> None:
    assert "more than 150,000 tags" in str(skipped("<html><body>" + "<p>a" * 1_000_000))


def test_a_page_of_more_than_ten_mebibytes_is_skipped(read: Read) -> None:
    page = page_of(*SENTENCES * 40_000)
    assert "more than 10 MiB" in str(skipped(page))
    (item,) = read("a.html", page)
    assert "more than 10 MiB" in str(item)
