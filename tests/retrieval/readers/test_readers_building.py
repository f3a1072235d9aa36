"""Titles, repeated titles, sources, and the article that comes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.readers import Origin, article_digest, article_id
from retrieval.readers.building import build_article, source_of, title_from, without_title
from retrieval.readers.fields import Fields
from retrieval.readers.wording import skeleton

LONG = "The harbour board voted on Monday to dredge the inner basin before winter. " * 4


def test_a_short_first_paragraph_with_more_behind_it_is_the_title() -> None:
    assert title_from(["Harbour to be dredged", "The board voted."]) == "Harbour to be dredged"
    assert title_from(["x" * 200, "The board voted."]) == "x" * 200


def test_else_the_first_sentence_is() -> None:
    sentence = "The harbour board voted on Monday to dredge the inner basin before winter."
    assert title_from([LONG.strip(), "More."]) == sentence
    assert title_from([sentence]) == sentence
    assert title_from([sentence + " More of it."]) == sentence


def test_a_quoted_sentence_keeps_its_closing_mark() -> None:
    assert title_from(['"We will dredge the basin." So said the board.']) == (
        '"We will dredge the basin."'
    )


def test_an_abbreviation_ends_no_title() -> None:
    text = "Mr. Obi met Dr. Li in St. Ives on Monday. They talked."
    assert title_from([text]) == "Mr. Obi met Dr. Li in St. Ives on Monday."


def test_a_dot_inside_a_number_ends_no_title() -> None:
    text = "The board of the harbour spends 3.5 million on it. More."
    assert title_from([text]) == "The board of the harbour spends 3.5 million on it."


def test_else_as_many_words_as_fit_are_the_title() -> None:
    title = title_from(["word " * 60 + "end."])
    assert title == "word " * 23 + "word…"
    assert len(title) <= 120


@given(st.lists(st.text('ab. !"', min_size=1).map(str.strip).filter(bool), min_size=1))
def test_there_is_always_a_title(paragraphs: list[str]) -> None:
    title = title_from(paragraphs)
    assert 0 < len(title) <= 200
    assert paragraphs[0].startswith(title.removesuffix("…").rstrip())


def test_paragraphs_that_repeat_the_title_are_dropped() -> None:
    paragraphs = [
        "Harbour to be dredged",
        "The board voted.",
        "HARBOUR TO BE «DREDGED»!",
        "It will.",
    ]
    assert without_title(paragraphs, "Harbour to be dredged") == ["The board voted.", "It will."]


def test_paragraphs_that_say_more_than_the_title_stay() -> None:
    paragraphs = ["Harbour to be dredged soon", "Harbour", "Dredged to be harbour"]
    assert without_title(paragraphs, "Harbour to be dredged") == paragraphs


def test_a_repetition_behind_punctuation_is_found() -> None:
    assert without_title(["— «Harbour» —", "More."], "Harbour") == ["More."]


def test_a_paragraph_far_longer_than_the_title_is_no_repetition() -> None:
    paragraphs = ["Harbour" + "!" * 27, "Harbour" + "!" * 28, "More."]
    assert without_title(paragraphs, "Harbour") == paragraphs[1:]


def test_a_text_of_nothing_but_its_title_keeps_it_once() -> None:
    assert without_title(["Harbour", "HARBOUR", "Harbour."], "Harbour") == ["Harbour"]


def test_a_title_of_punctuation_repeats_only_itself() -> None:
    assert without_title(["???", "!!!", "Why?"], "???") == ["!!!", "Why?"]


@given(
    st.lists(st.text("aAß.- ", min_size=1).map(str.strip).filter(bool), min_size=1),
    st.text("aAß.-", min_size=1),
)
def test_what_is_dropped_is_the_title(paragraphs: list[str], title: str) -> None:
    kept = without_title(paragraphs, title)
    assert kept
    dropped = [paragraph for paragraph in paragraphs if paragraph not in kept]
    assert all(skeleton(paragraph) == skeleton(title) for paragraph in dropped)
    if skeleton(title) and len(kept) > 1:
        repeats = [p for p in kept if skeleton(p) == skeleton(title)]
        assert all(len(repeat) > 2 * len(title) + 20 for repeat in repeats)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/archive/the-daily-lens/story.txt", "the daily lens"),
        ("/archive/Evening_Courier/story.txt", "Evening Courier"),
        ("/archive/lens.example/2024/03/05/story.txt", "lens.example"),
        ("/archive/lens/2024-03/story.txt", "lens"),
        ("/home/desk/articles/story.txt", "story.txt"),
        ("/home/desk/Downloads/story.txt", "story.txt"),
        ("/home/desk/.cache/story.txt", "story.txt"),
        ("/2024/03/my_story.txt", "my_story.txt"),
        ("/story.txt", "story.txt"),
        ("story.txt", "story.txt"),
    ],
)
def test_the_folder_names_the_source_if_it_tells_something(path: str, source: str) -> None:
    assert source_of(None, path, own_file=True) == source


def test_the_host_of_the_address_goes_before_the_folder() -> None:
    url = "https://www.example.org/a"
    assert source_of(url, "/archive/lens/story.md", own_file=True) == "example.org"


def test_in_a_collection_the_file_names_the_source() -> None:
    assert source_of(None, "/archive/lens/all.jsonl.gz", own_file=False) == "all.jsonl.gz"


def test_an_article_is_put_together(origin: Origin) -> None:
    article = build_article(
        Fields(), ["Harbour to be dredged", "One.", "Two."], origin, own_file=True
    )
    assert (article.title, article.text) == ("Harbour to be dredged", "One.\nTwo.")
    assert article.digest == article_digest("Harbour to be dredged", "One.\nTwo.")
    assert article.id == article_id(url=None, path=origin.path, digest=article.digest)
    assert article.source == "the daily lens"
    assert (article.url, article.published, article.authors) == (None, None, ())
    assert article.fetched == origin.fetched
    assert article.language == "en"


def test_the_id_survives_an_edit_where_address_or_file_stay(origin: Origin) -> None:
    for fields, own_file, survives in (
        (Fields(url="https://example.org/a"), False, True),
        (Fields(), True, True),
        (Fields(), False, False),
    ):
        before = build_article(fields, ["T", "One."], origin, own_file=own_file)
        after = build_article(fields, ["T", "One, edited."], origin, own_file=own_file)
        assert (before.id == after.id) is survives
        assert before.digest != after.digest


def test_the_time_of_fetching_changes_neither_id_nor_digest(origin: Origin) -> None:
    later = replace(origin, fetched=origin.fetched.replace(year=2025))
    one, two = (build_article(Fields(), ["T", "x"], o, own_file=True) for o in (origin, later))
    assert (one.id, one.digest) == (two.id, two.digest)
    assert one != two
