"""White space, invisible characters, NFC; and that huge input stays cheap to check."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.readers.wording import clean_line, clean_lines, paragraphs, shorten, skeleton

# Ordinary text is rare in what Hypothesis draws; these characters are what cleaning is about.
RAW = st.text(
    st.one_of(
        st.sampled_from("ab .\n\r\t\v\f\x00\x1b\x85\xa0\xad\u0301\u0323\u200b\u200d\u2028\u2029"),
        st.sampled_from("\u202e\u2066\u2003\u3000\ufeff\ud800\udfff\U000e0041\ufb01\u212b\u1100"),
        st.characters(),
    )
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("already clean", "already clean"),
        ("  two   spaces\t and a tab ", "two spaces and a tab"),
        (
            "no\xa0break, em\u2003space, ideographic\u3000space",
            "no break, em space, ideographic space",
        ),
        ("zero\u200bwidth, soft\xadhyphen, \ufeffmark", "zerowidth, softhyphen, mark"),
        ("left\u200eright \u202eturned\u202c", "leftright turned"),
        ("hidden\U000e0041\U000e007f tags", "hidden tags"),
        ("bell\x07 and escape\x1b[0m", "bell and escape [0m"),
        ("a line\r\nand the next", "a line and the next"),
        ("Cafe\u0301", "Café"),
        ("e\u200b\u0301", "é"),
        ("broken \ud83d half", "broken \ufffd half"),
        ("\u200b \t", ""),
        ("❤\ufe0f stays a red heart", "❤\ufe0f stays a red heart"),
    ],
)
def test_a_line_is_cleaned(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


def test_lines_break_at_every_kind_of_line_end() -> None:
    text = "one\ntwo\r\nthree\rfour\vfive\fsix\u2028seven\u2029eight"
    assert clean_lines(text) == "one two three four five six seven eight".split()


def test_blank_lines_are_kept_as_lines_but_are_no_paragraphs() -> None:
    assert clean_lines("one\n\n \t\ntwo") == ["one", "", "", "two"]
    assert paragraphs("one\n\n \t\ntwo\n") == ["one", "two"]


@pytest.mark.parametrize(
    "dirt", [" end", "  ", "\xa0", "\u200b", "e\u0301", "\n lead", "trail \nx"]
)
def test_the_quick_check_overlooks_nothing(dirt: str) -> None:
    text = f"clean line\nanother{dirt}\nthird"
    assert paragraphs(text) == [clean_line(line) for line in text.split("\n")]


@given(RAW)
def test_clean_lines_hold_what_is_promised(raw: str) -> None:
    line = clean_line(raw)
    assert clean_line(line) == line == " ".join(line.split())
    assert unicodedata.is_normalized("NFC", line)
    assert not any(
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in line
    )
    assert not set(line) & set("\xa0\xad\u200b\u200d\u202e\u2066\ufeff")
    line.encode("utf-8")


@given(RAW)
def test_cleaning_all_at_once_is_cleaning_line_by_line(raw: str) -> None:
    once = paragraphs(raw)
    assert all(once)
    assert paragraphs("\n".join(once)) == once == [clean_line(line) for line in once]


def test_a_tower_of_accents_is_cut_down_instead_of_sorted_for_hours() -> None:
    tower = "a" + "\u0301\u0323" * 500_000
    line = clean_line(f"before {tower} after")
    assert line.startswith("before \u1ea1")
    assert line.endswith(" after")
    assert len(line) < 60
    assert clean_line(line) == line


def test_ordinary_stacks_in_long_text_stay_whole() -> None:
    word = "x\u0323\u0301 "
    assert clean_line(word * 5_000) == (word * 5_000).strip()


def test_a_paragraph_of_two_megabytes_is_one_line() -> None:
    huge = "naïve  words\xa0here " * 130_000
    assert len(huge) > 2_000_000
    assert clean_line(huge) == ("naïve words here " * 130_000).strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rain, at last!", "RAIN AT LAST"),
        ("“Rain” – at last…", "Rain at last"),
        ("\uf0b7 Rain at last", "Rain at last"),
        ("Straße gesperrt", "STRASSE GESPERRT"),
    ],
)
def test_skeletons_of_one_wording_agree(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Rain", "Rains"), ("की", "का"), ("1–0", "1–1")])
def test_skeletons_of_different_wordings_differ(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_short_lines_are_not_shortened() -> None:
    assert shorten("exactly ten", 11) == "exactly ten"


@pytest.mark.parametrize(
    ("line", "limit", "short"),
    [
        ("The council votes tonight", 14, "The council…"),
        ("The council, and others", 14, "The council…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
    ],
)
def test_long_lines_end_after_a_word(line: str, limit: int, short: str) -> None:
    assert shorten(line, limit) == short


@given(st.text("ab ,-", min_size=1), st.integers(1, 20))
def test_no_line_is_longer_than_its_limit(line: str, limit: int) -> None:
    assert 0 < len(shorten(line, limit)) <= limit


@pytest.mark.parametrize("accent", ["\u0301", "\u0344"])
@pytest.mark.parametrize("height", [29, 31, 63, 64, 65, 200])
def test_stacks_come_out_the_same_again_wherever_they_stand(accent: str, height: int) -> None:
    for before in (0, 4000, 4090, 9000):
        line = f"{'word ' * (before // 5)}a{accent * height} {('b' + accent * height) * 40}"
        once = clean_line(line)
        assert clean_line(once) == once
        text = f"A first line.\n{line}\nA last one."
        assert paragraphs(text) == [clean_line(part) for part in text.split("\n")]
        assert paragraphs("\n".join(paragraphs(text))) == paragraphs(text)
