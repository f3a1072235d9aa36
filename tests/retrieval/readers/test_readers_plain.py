"""Plain text: blocks of lines to paragraphs, and the article that a text file makes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.readers import Noted, Skipped
from retrieval.readers.plain import is_wrapped, paragraphs_of
from retrieval.types import Article

ReadOne = Callable[[str, str | bytes], Article]

PROSE = (
    "The harbour board voted on Monday to dredge the inner basin before the winter storms, "
    "ending a quarrel of two years with the fishing fleet over who should pay for the work and "
    "when it should begin. The first barges are expected in the second week of September."
)
TITLE = "Harbour talks: board and fleet meet today, the whole coast looks on"


@pytest.mark.parametrize("width", [50, 65, 72, 80, 100, 119])
def test_prose_wrapped_at_any_usual_width_is_one_paragraph(width: int) -> None:
    lines = textwrap.wrap(PROSE, width)
    assert len(lines) > 2
    assert list(paragraphs_of(lines)) == [PROSE]


def test_lines_wider_than_any_editor_breaks_them_are_paragraphs() -> None:
    lines = textwrap.wrap(PROSE * 3, 150)
    assert list(paragraphs_of(lines)) == lines


@given(
    st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=40, max_size=120),
    st.integers(60, 110),
)
def test_wrapping_is_undone(words: list[str], width: int) -> None:
    prose = " ".join(words)
    lines = textwrap.wrap(prose, width, break_long_words=False, break_on_hyphens=False)
    assert list(paragraphs_of(lines)) == ([prose] if is_wrapped(lines) else lines)
    assert is_wrapped(lines) or len(lines) == 1


def test_a_ragged_line_in_ten_may_be_short() -> None:
    lines = textwrap.wrap(PROSE * 4, 60)
    assert len(lines) > 11
    ragged = [*lines[:5], lines[5][:30], *lines[6:]]
    assert is_wrapped(ragged)
    assert not is_wrapped(ragged[:8])


@pytest.mark.parametrize(
    "lines",
    [
        ["A headline of middling length about the harbour", "By Ada Obi"][::-1],
        ["Apples", "Pears", "Plums"],
        [PROSE, PROSE, PROSE],
        ["One line is no wrapped block, whatever its length may turn out to be"],
        [
            "The board voted on Monday to dredge the basin.",
            "The fleet had asked for that since last spring.",
            "The work begins in September, weather allowing.",
        ],
        ["Tides on Monday at the harbour: 04:10 and 16:32", "Low", "Tuesday 05:00, 17:20", "Low"],
    ],
)
def test_lines_that_are_not_wrapped_stay_apart(lines: list[str]) -> None:
    assert not is_wrapped(lines)
    assert list(paragraphs_of(lines)) == lines


def test_a_word_broken_at_its_hyphen_is_put_together() -> None:
    lines = [
        "The harbour board voted on Monday to dredge a much-",
        "disputed stretch of the inner basin, before autumn -",
        "as it had promised to the fleet in spring.",
    ]
    (paragraph,) = paragraphs_of(lines)
    assert "a much-disputed stretch" in paragraph
    assert "autumn - as it had" in paragraph


def test_blank_lines_part_blocks() -> None:
    lines = [*textwrap.wrap(PROSE, 70), "", "", "Short.", "Shorter.", ""]
    assert list(paragraphs_of(lines)) == [PROSE, "Short.", "Shorter."]


def test_a_repeated_title_is_dropped_from_the_text(read_one: ReadOne) -> None:
    article = read_one("lens/talks.txt", f"{TITLE}\n\nLead of it.\n\n{TITLE}\n\n{PROSE}\n")
    assert article.title == TITLE
    assert article.text == f"Lead of it.\n{PROSE}"
    assert (article.source, article.url, article.published) == ("lens", None, None)
    assert (article.authors, article.language) == ((), "en")


def test_line_ends_of_every_system_are_read_alike(read_one: ReadOne) -> None:
    texts = {
        read_one(f"{number}.text", end.join(["Title", "", "One.", "", "Two."])).text
        for number, end in enumerate(("\n", "\r\n", "\r"))
    }
    assert texts == {"One.\nTwo."}


def test_a_file_of_one_paragraph_keeps_all_of_it(read_one: ReadOne) -> None:
    article = read_one("a.txt", "The harbour board voted on Monday. Barges come in September.")
    assert article.title == "The harbour board voted on Monday."
    assert article.text == "The harbour board voted on Monday. Barges come in September."


def test_a_paragraph_of_two_megabytes_is_read(read_one: ReadOne) -> None:
    words = "harbour naïve \xa0" * 150_000
    article = read_one("a.txt", words)
    assert article.text == ("harbour naïve " * 150_000).strip()
    assert article.title.endswith("…")


@pytest.mark.parametrize(
    "content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", "\u200b\xad".encode()]
)
def test_a_file_without_text_is_skipped_as_empty(
    read: Callable[[str, bytes], list[object]], content: bytes
) -> None:
    (item,) = read("a.txt", content)
    assert isinstance(item, Skipped)
    assert "is empty" in str(item)


def test_a_binary_file_is_skipped(read: Callable[[str, bytes], list[object]]) -> None:
    (item,) = read("a.txt", b"MZ\x90\0\3\0\0\0")
    assert isinstance(item, Skipped)
    assert "looks like a binary file" in str(item)


def test_a_guessed_encoding_is_noted_after_the_article(
    read: Callable[[str, bytes], list[object]],
) -> None:
    text = "Городской совет решил во вторник углубить гавань до начала зимы."
    article, note = read("a.txt", text.encode("cp1251"))
    assert isinstance(article, Article)
    assert article.text == text
    assert isinstance(note, Noted)
    assert "guessed to be cp1251" in str(note)
