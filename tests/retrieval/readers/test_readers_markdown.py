"""Markdown: front matter, titles, and plain paragraphs out of marked-up text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from retrieval.readers import Noted, ReadItem, Skipped, article_id
from retrieval.readers import markdown as markdown_reader
from retrieval.readers.frontmatter import (
    LONGEST_BLOCK,
    BrokenYaml,
    FrontMatter,
    split_front_matter,
)
from retrieval.readers.markdown import Body, plain_body
from retrieval.types import Article

if TYPE_CHECKING:
    from pathlib import Path

ReadOne = Callable[[str, str | bytes], Article]
Read = Callable[[str, str | bytes], list[ReadItem]]


def only_skipped(items: list[ReadItem]) -> Skipped:
    (item,) = items
    assert isinstance(item, Skipped)
    return item


def test_front_matter_is_parted_from_the_body() -> None:
    parts = split_front_matter("---\nTitle: Rain\nauthors: [A, B]\n---\nBody\n---\nmore")
    assert parts == FrontMatter({"title": "Rain", "authors": ["A", "B"]}, "Body\n---\nmore")
    assert split_front_matter("---  \na: b\n...\nBody") == FrontMatter({"a": "b"}, "Body")
    assert split_front_matter("---\n---\nBody") == FrontMatter({}, "Body")
    assert split_front_matter("---\na: b\n---") == FrontMatter({"a": "b"}, "")


@pytest.mark.parametrize(
    "text",
    [
        "Body",
        "\n---\na: b\n---\n",
        "---\n\nA ruled line begins this text.\n",
        "---\nWords between ruled lines\n---\nBody",
        "--- title ---\nBody",
        "---\n" + "# a heading\n" * (LONGEST_BLOCK // 10) + "so: far\n---\n",
    ],
)
def test_what_is_no_front_matter_belongs_to_the_body(text: str) -> None:
    assert split_front_matter(text) == FrontMatter({}, text)


def test_yaml_values_stay_as_they_were_written() -> None:
    block = "---\ntitle: 1984\nlanguage: no\ndate: 2024-13-45\nsource: null\nurl: ~\nauthor:\n---\n"
    parts = split_front_matter(block)
    assert parts == FrontMatter({"title": "1984", "language": "no", "date": "2024-13-45"}, "")


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("title: Talks: the board meets", 2),
        ("title: fine\nsource: 'unclosed", 3),
        ("a: 1\nb: 2\n\t- tab", 4),
        ("a: 1\nb: \x07", 3),
        ("? [a]\n: b", 2),
        ("a: *nowhere", 2),
        ("!!python/object:os.system {}: [", 2),
    ],
)
def test_broken_yaml_is_located(block: str, line: int) -> None:
    broken = split_front_matter(f"---\n{block}\n---\nBody")
    assert isinstance(broken, BrokenYaml)
    assert broken.problem
    assert broken.line in (line, line + 1)  # an unclosed quote shows at the end of the block


@pytest.mark.parametrize("block", ['a: "\\UFFFFFFFF"', "a: " + "[" * 5000, '"\\U00110000": a'])
def test_hostile_yaml_is_broken_yaml(block: str) -> None:
    assert isinstance(split_front_matter(f"---\n{block}\n---\n"), BrokenYaml)


def test_aliases_that_multiply_are_harmless(read: Read) -> None:
    levels = "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 40))
    article, note = read("a.md", f"---\nk0: &k0 lol\n{levels}\nauthors: *k39\n---\n# T\n\nBody")
    assert isinstance(article, Article)
    assert article.authors == ()
    assert isinstance(note, Noted)


def test_code_in_yaml_is_not_run(read: Read, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    read("a.md", f'---\ntitle: !!python/object/apply:os.mkdir ["{trap}"]\n---\nBody')
    assert not trap.exists()


@pytest.mark.parametrize(
    ("markdown", "paragraphs"),
    [
        ("One\ntwo\n\nThree", ("One two", "Three")),
        ("Hard  \nbreak\\\nhere<br>and here", ("Hard break here and here",)),
        ("*One* **two** `three` ~~four~~ _five_", ("One two three four five",)),
        ("A [link](http://x.y 'tip') and <https://x.y>", ("A link and https://x.y",)),
        ("[ref][1] text\n\n[1]: http://x.y", ("ref text",)),
        ("Before ![alt words](i.png) after", ("Before after",)),
        ("![alt words](i.png)", ()),
        ("H<sub>2</sub>O <!-- hidden --> rises", ("H2O rises",)),
        ("# One\n\n## Two ##\n\nThree\n---", ("One", "Two", "Three")),
        ("- one\n- two\n  - three\n\n    more\n1. four", ("one", "two", "three", "more", "four")),
        ("> quoted\n> on\n>\n> twice", ("quoted on", "twice")),
        ("a\n\n```python\ncode\n```\n\n~~~\ncode\n~~~\n\n    code\n\nb", ("a", "b")),
        ("a\n\n<div>\nhidden\n</div>\n\n<script>\nx\n</script>\n\nb", ("a", "b")),
        ("| a | *b* |\n|---|:-:|\n| c | |\n| | |", ("a | b", "c")),
        ("a\n\n***\n\nb", ("a", "b")),
        ("fish &amp; chips &copy; 5&nbsp;% \\*not\\*", ("fish & chips © 5 % *not*",)),
    ],
)
def test_markdown_becomes_plain_paragraphs(markdown: str, paragraphs: tuple[str, ...]) -> None:
    assert plain_body(markdown).paragraphs == paragraphs


@pytest.mark.parametrize(
    ("markdown", "heading"),
    [
        ("# A *title*\n\ntext\n\n# Another", "A title"),
        ("text\n\nLate\n====", "Late"),
        ("## Only two\n\ntext", None),
        ("# ![](i.png)\n\n# Real\n\ntext", "Real"),
        ("#\n\ntext", None),
    ],
)
def test_the_first_heading_of_level_one_is_found(markdown: str, heading: str | None) -> None:
    assert plain_body(markdown).heading == heading


def test_an_empty_text_has_an_empty_body() -> None:
    assert plain_body("") == Body(None, ())


def test_a_full_article_is_read(read_one: ReadOne, tmp_path: Path) -> None:
    article = read_one(
        "rain.md",
        "---\n"
        "title: Rain at last\n"
        "source: The Daily Lens\n"
        "published: 2024-03-05T10:00:00+02:00\n"
        "url: https://www.example.org/rain?utm_source=x#top\n"
        "authors:\n  - Ada Obi\n  - Bo Li\n"
        "language: EN-gb\n"
        "mood: glad\n"
        "---\n\n"
        "# Rain at last!\n\nIt rained on **Monday**.\n\n- More is due.\n",
    )
    assert article.title == "Rain at last"
    assert article.text == "It rained on Monday.\nMore is due."
    assert article.source == "The Daily Lens"
    assert article.published == datetime(2024, 3, 5, 8, tzinfo=UTC)
    assert article.url == "https://www.example.org/rain"
    assert article.authors == ("Ada Obi", "Bo Li")
    assert article.language == "en-gb"
    assert article.id == article_id(url=article.url, path=None, digest="")


def test_the_path_names_an_article_without_address(read_one: ReadOne, tmp_path: Path) -> None:
    article = read_one("lens/rain.markdown", "# Rain\n\nIt rained.")
    path = str((tmp_path / "lens/rain.markdown").resolve())
    assert article.id == article_id(url=None, path=path, digest="")
    assert article.source == "lens"


@pytest.mark.parametrize(
    ("content", "title", "text"),
    [
        ("---\ntitle: Front\n---\n# Head\n\nText.", "Front", "Head\nText."),
        ("Lead.\n\n# Head\n\nText.", "Head", "Lead.\nText."),
        ("First paragraph\n\nText.", "First paragraph", "Text."),
        ("## Second level\n\nText.", "Second level", "Text."),
        ("---\ntitle:\n---\n# Head\n\nText.", "Head", "Text."),
        ("# Head", "Head", "Head"),
    ],
)
def test_the_title_is_that_in_front_else_the_heading_else_the_first_paragraph(
    read_one: ReadOne, content: str, title: str, text: str
) -> None:
    article = read_one("a.md", content)
    assert (article.title, article.text) == (title, text)


def test_windows_line_ends_and_a_byte_order_mark_do_not_hide_front_matter(
    read_one: ReadOne,
) -> None:
    article = read_one("a.md", "\ufeff---\r\ntitle: Rain\r\n---\r\nIt rained.\r\n")
    assert (article.title, article.text) == ("Rain", "It rained.")


def test_broken_front_matter_skips_the_file_and_names_the_line(read: Read, tmp_path: Path) -> None:
    skipped = only_skipped(read("a.md", "---\nsource: Lens\ntitle: Talks: a start\n---\nText."))
    assert skipped.location == f"{(tmp_path / 'a.md').resolve()}:3"
    assert "front matter" in skipped.problem
    assert "quotes" in skipped.remedy


def test_unclosed_front_matter_skips_the_file(read: Read) -> None:
    skipped = only_skipped(read("a.md", "---\ntitle: Rain\n\nIt rained.\n"))
    assert skipped.location.endswith("a.md:1")
    assert "closes it is missing" in skipped.problem
    assert "`---`" in skipped.remedy


def test_a_bad_date_keeps_the_article_and_is_noted(read: Read) -> None:
    article, note = read("a.md", "---\npublished: last spring\n---\n# T\n\nText.")
    assert isinstance(article, Article)
    assert article.published is None
    assert isinstance(note, Noted)
    assert 'published ("last spring")' in str(note)
    assert "YYYY-MM-DD" in note.remedy


@pytest.mark.parametrize("content", ["", " \n\n\t", "\ufeff"])
def test_an_empty_file_is_skipped_as_empty(read: Read, content: str) -> None:
    assert only_skipped(read("a.md", content)).problem == "it is empty"


@pytest.mark.parametrize("body", ["", "```\ncode\n```", "<p>\nx\n</p>", "![alt](i.png)"])
def test_a_file_without_paragraphs_is_skipped(read: Read, body: str) -> None:
    skipped = only_skipped(read("a.md", f"---\ntitle: T\n---\n{body}"))
    assert "nothing but code, HTML or images" in skipped.problem


def test_too_many_lines_for_an_article_are_not_parsed(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markdown_reader, "MAX_LINES", 10)
    assert isinstance(read("a.md", "x\n" * 10)[0], Article)
    assert "more than 10 lines" in only_skipped(read("a.md", "x\n" * 11)).problem


def test_deep_nesting_is_no_danger(read: Read) -> None:
    for content in ("> " * 5000 + "deep", "- " * 5000 + "deep", "[" * 5000 + "deep", "*a_ " * 5000):
        assert isinstance(read("a.md", "# T\n\nText.\n\n" + content)[0], Article)
